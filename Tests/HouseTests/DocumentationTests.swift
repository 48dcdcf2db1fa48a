import Testing

/// Pages lead somewhere: a path of ours that is named, and a page that is linked, are there.
struct DocumentationTests {
    static let pages =
        SourceTree.files(under: "docs", named: ".md")
        + SourceTree.top.filter { $0.hasSuffix(".md") }.sorted() + ["templates/README.md"]

    @Test(arguments: pages)
    func `a page names and links only what is there`(page: String) {
        let text = SourceTree.text(page)
        for path in text.matches(of: /`((?:Sources|Tests|docs|templates)\/[^`\s]*)`/).map(\.1) {
            // A name with an X in it stands for what a reader will write.
            guard !path.contains(/[\/.][xX](?:[A-Z.\/]|$)/) else { continue }
            #expect(SourceTree.exists(String(path)), "\(page) names \(path)")
        }
        for link in text.matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/).map(\.1) {
            #expect(SourceTree.exists(Self.path(of: link, in: page)), "\(page) links \(link)")
        }
    }

    @Test func `a link is followed from where it stands`() {
        #expect(Self.path(of: "docs/operations.md", in: "README.md") == "docs/operations.md")
        #expect(Self.path(of: "../profiles.md", in: "docs/conformance/rfc9101.md") == "docs/profiles.md")
        #expect(SourceTree.exists(Self.path(of: "../profiles.md", in: "docs/conformance/rfc9101.md")))
        #expect(!SourceTree.exists(Self.path(of: "profiles.md", in: "docs/conformance/rfc9101.md")))
    }

    private static func path(of link: Substring, in page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}
