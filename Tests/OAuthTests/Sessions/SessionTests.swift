import OAuth
import TestSupport
import Testing
import Text

struct SessionTests {
    @Test
    func `a session lives until the moment at which it expires`() {
        let session = Session.sample(expires: .noon)
        #expect(session.isAlive(at: .noon - 1))
        #expect(!session.isAlive(at: .noon))
        #expect(!session.isAlive(at: .noon + 1))
        #expect(session.isAlive(at: .earliest))
        #expect(!session.isAlive(at: .latest))
    }
}
