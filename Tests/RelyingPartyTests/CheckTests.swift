import Foundation
import RelyingParty
import Testing
import Text

struct CheckTests {
    @Test func `every check has an id of its own, a clause, an expectation and a reason`() {
        #expect(Checks.all.count >= 48)
        #expect(Set(Checks.all.map(\.id)).count == Checks.all.count)
        #expect(Set(Checks.all.map(\.title)).count == Checks.all.count)
        for check in Checks.all {
            #expect(check.id.hasPrefix("B") && !check.title.isEmpty && !check.clause.isEmpty)
            #expect(!check.expectation.isEmpty && check.why.string.hasSuffix("."), "\(check.id)")
        }
    }

    @Test func `the table of the documentation is that of the program`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/testing.md"), encoding: .utf8)
        #expect(page.contains(Checks.table.string), "assent flow --list prints the table for docs/testing.md")
    }

    private static let report = CheckReport(
        issuer: "https://bank.example/?a&b",
        steps: [JourneyStep(kind: .redeem, outcome: .failed, result: "400 <none> # \"\u{1}\"", exchanges: 1..<2)],
        results: [
            CheckResult(check: Checks.all[0], verdict: .pass("ok"), milliseconds: 1_005, exchanges: 2..<3),
            CheckResult(check: Checks.all[1], verdict: .fail("a < b\n& c # d"), milliseconds: 5, exchanges: 3..<4),
            CheckResult(check: Checks.all[2], verdict: .skip("no \"b\""), milliseconds: 0, exchanges: 4..<4),
        ]
    )

    @Test func `a report counts, and is told line by line as TAP`() {
        #expect((Self.report.passed, Self.report.failed, Self.report.skipped) == (1, 1, 1))
        let lines = Self.report.tap.string.split(separator: "\n")
        #expect(lines[0] == "TAP version 14" && lines[1] == "1..4")
        #expect(lines[2] == "not ok 1 - code redeemed")
        #expect(lines[4].hasPrefix("ok 2 - B01 "))
        #expect(lines[5].hasPrefix("not ok 3 - B02 ") && lines[7] == "# seen: a < b & c   d")
        #expect(lines[8].hasSuffix("# SKIP no \"b\""))
    }

    @Test func `a report is well-formed XML, whatever a server has said`() throws {
        let parser = XMLText(Self.report.junit.string)
        #expect(parser.contains("hostname=\"https://bank.example/?a&amp;b\""))
        #expect(parser.contains("message=\"400 &lt;none&gt; # &quot; &quot;\""))
        #expect(parser.contains("time=\"1.005\"") && parser.contains("time=\"0.005\""))
        #expect(parser.contains("tests=\"4\" failures=\"2\" skipped=\"1\""))
        #expect(parser.isBalanced)
    }

    @Test func `a report holds every verdict as JSON`() {
        let checks = Self.report.json["checks"]?.array
        #expect(checks?.map { $0["verdict"]?.text } == ["PASS", "FAIL", "SKIP"])
        #expect(Self.report.json["steps"]?.array?.first?["outcome"] == "failed")
    }
}

/// As much of XML as shows that nothing breaks out of it.
private struct XMLText {
    let text: String

    init(_ text: String) { self.text = text }

    func contains(_ part: String) -> Bool { text.contains(part) }

    var isBalanced: Bool {
        let opening = text.matches(of: /<([a-z]+)[^>]*[^\/]>|<([a-z]+)>/).count
        let closing = text.matches(of: /<\/[a-z]+>/).count
        return opening == closing && !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }
    }
}
