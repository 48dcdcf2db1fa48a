import Mustache
import Testing

struct InlineStylesTests {
    @Test(arguments: [
        ("<p>none</p>", []),
        ("<style></style>", [""]),
        ("<head><style>\na { b: c }\n</style></head>", ["\na { b: c }\n"]),
        ("<style>a</style><style>b</style>", ["a", "b"]),
        ("<style>a", []),
        ("<style", []),
    ])
    func `style blocks are found byte by byte`(page: String, contents: [String]) {
        #expect(InlineStyles.contents(of: Array(page.utf8)) == contents.map { Array($0.utf8) })
    }
}
