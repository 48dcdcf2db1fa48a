import Foundation
import Telemetry
import Testing
import Text

struct LogLineTests {
    static let moment = LogMoment(Timestamp(1_795_251_600), microseconds: 1_234)

    @Test func `an event is one line of JSON with its time, level and name first`() {
        let fields: LogFields = [
            "route": "/token", "status": 200, "cached": false, "duration_seconds": .seconds(nanoseconds: 1_250_999),
            "client_id": .missing,
        ]
        let line = String(decoding: LogLine(.info, "http.request", fields).bytes(at: Self.moment), as: UTF8.self)
        #expect(
            line == #"{"ts":"2026-11-21T09:00:00.001234Z","level":"info","event":"http.request","route":"/token","#
                + #""status":200,"cached":false,"duration_seconds":0.001250}"# + "\n"
        )
    }

    /// Each value is what somebody could send as a user name, a path or a certificate's subject.
    @Test(arguments: [
        "a\r\nlevel=error", "a\nb", "\u{0}", "\u{1B}[31mred\u{1B}[0m", "\u{9B}31m", "\u{7F}", "a\u{2028}b\u{2029}c",
        "\u{202E}drowssap", "\u{2066}x\u{2069}", "\u{FEFF}", "zero\u{200B}width", "\"},{\"level\":\"error",
        "\\\" \\u0022", "\u{E0041}",
    ])
    func `SE-02 a value neither ends its line nor speaks to a terminal`(value: String) throws {
        let bytes = LogLine(.info, "event", ["value": .text(WireText(value))]).bytes(at: Self.moment)
        #expect(bytes.last == .newline)
        let line = bytes.dropLast()
        #expect(line.allSatisfy { (0x20...0x7E).contains($0) }, "every unsafe character is spelled in ASCII")
        let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect((object["value"] as? String)?.unicodeScalars.elementsEqual(value.unicodeScalars) == true)
        #expect(object.count == 4)
    }

    @Test func `text of people stays as it is`() throws {
        let name = "Zoë Ångström 株式会社 🏦"
        let bytes = LogLine(.info, "event", ["name": .text(WireText(name))]).bytes(at: Self.moment)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""name":"\#(name)""#))
    }

    @Test(arguments: [
        (String(repeating: "x", count: 256), 256),
        (String(repeating: "x", count: 257), 256),
        (String(repeating: "x", count: 1_048_576), 256),
        (String(repeating: "é", count: 200), 255),
        (String(repeating: "🏦", count: 100), 255),
    ])
    func `SE-02 a value is cut at 256 bytes, between characters`(value: String, length: Int) throws {
        let bytes = LogLine(.info, "event", ["value": .text(WireText(value))]).bytes(at: Self.moment)
        let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let written = try #require(object["value"] as? String)
        #expect(written.utf8.count == length)
        #expect(written.hasSuffix("…") == (value.utf8.count > 256))
    }

    @Test func `SE-01 a sensitive value is dots in a field, a sentence and a dump`() {
        struct Form { let password: Sensitive<String> }
        let password = Sensitive("correct horse")
        var dumped = ""
        dump(Form(password: password), to: &dumped)
        let line = LogLine(.info, "event", ["password": LogValue(password)]).bytes(at: Self.moment)
        for text in ["\(password)", "\(Form(password: password))", dumped, String(decoding: line, as: UTF8.self)] {
            #expect(!text.contains("horse"))
            #expect(text.contains("•••"))
        }
        #expect(password.revealed == "correct horse")
    }

    @Test func `levels are read by their word and nothing else`() {
        #expect(LogLevel.allCases.map { LogLevel($0.word) } == LogLevel.allCases)
        #expect(LogLevel("Info") == nil)
        #expect(LogLevel("") == nil)
    }
}
