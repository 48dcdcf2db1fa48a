import Testing
import Text

struct JSONPointerTests {
    @Test func `names are escaped so that places stay apart`() {
        #expect(JSONPointer.appending("a", to: "") == "/a")
        #expect(JSONPointer.appending("b", to: "/a") == "/a/b")
        #expect(JSONPointer.appending("a/b", to: "") == "/a~1b")
        #expect(JSONPointer.appending("~1", to: "") == "/~01")
        #expect(JSONPointer.appending("", to: "") == "/")
        #expect(JSONPointer.appending(7, to: "/a") == "/a/7")
    }
}
