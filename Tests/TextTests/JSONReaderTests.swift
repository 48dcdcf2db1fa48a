import Testing
import Text

struct JSONReaderTests {
    typealias Failure = JSONReader.Failure

    @Test(
        arguments: [
            ("null", .null), (" true\n", true), ("\t[ ]\r", []), ("{ }", [:]), (#""""#, ""),
            (#"{"a":[1,-2,"x",null,{"b":false}]}"#, ["a": [1, -2, "x", nil, ["b": false]]]),
            ("0", 0), ("-0", 0), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)), ("1.0", .number(1)),
            ("1e2", .number(100)), ("1E+2", .number(100)), ("-1.25e-1", .number(-0.125)),
            (#""\u0041\n\"\\\/\b\f\r\t""#, "A\n\"\\/\u{8}\u{C}\r\t"), (#""\ud83d\ude00""#, "\u{1F600}"),
            (#""a\u0000b""#, "a\0b"), (#""é""#, "\u{E9}"), (#""e\u0301""#, "e\u{301}"),
        ] as [(String, JSON)]
    )
    func `a document is the value it spells`(text: String, value: JSON) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == value)
    }

    @Test(
        arguments: [
            ("", .empty, 0), (" \n", .empty, 2), ("nul", .unexpectedEnd, 3), ("nulL", .unexpectedByte, 3),
            ("[1,]", .unexpectedByte, 3), ("[1", .unexpectedEnd, 2), ("{\"a\" 1}", .unexpectedByte, 5),
            ("{a:1}", .unexpectedByte, 1), ("[01]", .badNumber, 3), ("-", .unexpectedEnd, 1), ("-a", .badNumber, 1),
            ("1.", .unexpectedEnd, 2), ("[1.]", .badNumber, 3), ("1e400", .badNumber, 5), ("\"a", .unexpectedEnd, 2),
            ("\"\n\"", .controlCharacter, 1), (#""\x""#, .badEscape, 3), (#""\ud800""#, .loneSurrogate, 7),
            (#""\udc00""#, .loneSurrogate, 7), (#""\ud800\u0041""#, .loneSurrogate, 13), ("1 2", .trailingData, 2),
            (#"{"a":1,"b":2,"a":3}"#, .duplicateName("a"), 13), ("// a\n1", .unexpectedByte, 0),
            ("\u{FEFF}1", .unexpectedByte, 0),
        ] as [(String, Failure.Reason, Int)]
    )
    func `JO-19 what is wrong is named, with its place`(text: String, reason: Failure.Reason, offset: Int) {
        let failure = #expect(throws: Failure.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(failure?.reason == reason)
        #expect(failure?.offset == offset)
    }

    @Test(
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"a":1,"b":{"c":1,"c":2}}"#,
            #"[{"a":1,"b":2,"a":3}]"#, #"{"":1,"":2}"#, #"{"\n":1,"\u000a":2}"#, #"{"\/":1,"/":2}"#,
            #"{"😀":1,"\ud83d\ude00":2}"#, #"{"é":1,"\u00E9":2}"#, #"{"\u00e9":1,"e\u0301":2}"#,
            "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}", "{\"\u{212A}\":1,\"K\":2}",
        ]
    )
    func `JO-19 SW-09 a name that occurs twice is refused, however it is spelled`(text: String) {
        let failure = #expect(throws: Failure.self) { try JSONReader.read(Array(text.utf8)) }
        guard case .duplicateName = failure?.reason else {
            Issue.record("refused for another reason: \(String(describing: failure))")
            return
        }
    }

    @Test func `names that only look alike are different`() throws {
        let text = #"{"a":1,"A":2,"а":3,"a ":4,"a\u0000":5,"":6,"ａ":7}"#
        #expect(try JSONReader.read(Array(text.utf8)).members?.count == 7)
    }

    @Test(arguments: [2, 15, 16, 17, 18, 40, 1_000])
    func `SW-09 a duplicate is found among few and among many names`(count: Int) throws {
        let members = (0..<count).map { "\"n\($0)\":\($0)" }
        let good = Array("{\(members.joined(separator: ","))}".utf8)
        #expect(try JSONReader.read(good).members?.count == count)
        for repeated in [0, count / 2, count - 1] {
            let bad = Array("{\((members + ["\"n\(repeated)\":0"]).joined(separator: ","))}".utf8)
            let failure = #expect(throws: Failure.self) { try JSONReader.read(bad) }
            #expect(failure?.reason == .duplicateName(WireText("n\(repeated)")))
        }
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00], [0xFE, 0xFF, 0x00, 0x5B, 0x00, 0x5D], [0x5B, 0x00, 0x5D, 0x00],
            [0xEF, 0xBB, 0xBF, 0x5B, 0x5D], [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0x5B, 0xE5, 0x5D],
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],
        ] as [[UInt8]]
    )
    func `JO-19 SW-05 other encodings and bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: Failure.self) { try JSONReader.read(bytes) }
    }

    @Test func `JO-19 SW-15 depth is bounded, however deep it goes`() throws {
        func nested(_ depth: Int, _ open: String, _ close: String, around value: String = "") -> [UInt8] {
            Array((String(repeating: open, count: depth) + value + String(repeating: close, count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONReader.read(nested(32, "[", "]")) }
        #expect(throws: Never.self) { try JSONReader.read(nested(32, "[", "]", around: "1")) }
        #expect(throws: Never.self) { try JSONReader.read(nested(32, #"{"a":"#, "}", around: "1")) }
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            for depth in [33, 500, 100_000] {
                let failure = #expect(throws: Failure.self) {
                    try JSONReader.read(nested(depth, open, close, around: "1"), lengthLimit: .max)
                }
                #expect(failure?.reason == .tooDeep)
            }
        }
        #expect(throws: Failure.self) { try JSONReader.read(nested(3, "[", "]"), depthLimit: 2) }
        #expect(throws: Failure.self) { try JSONReader.read(Array("[]".utf8), depthLimit: 0) }
        #expect(try JSONReader.read(Array("1".utf8), depthLimit: 0) == 1)
    }

    @Test func `length is bounded`() {
        let bytes = Array("[1]".utf8)
        #expect(throws: Never.self) { try JSONReader.read(bytes, lengthLimit: 3) }
        let failure = #expect(throws: Failure.self) { try JSONReader.read(bytes, lengthLimit: 2) }
        #expect(failure?.reason == .tooLong)
        let long = [UInt8](repeating: .space, count: 65_536) + bytes
        #expect(throws: Failure.self) { try JSONReader.read(long) }
    }

    /// How each number of the catalogue comes out; which of them a claim may be is decided where claims are read.
    @Test(
        arguments: [
            ("1e300", .number(1e300)), ("9007199254740993", .integer(9_007_199_254_740_993)),
            ("9223372036854775808", .number(0x1p63)), ("-1", -1), ("-0", 0), ("1.5", .number(1.5)),
            ("-0.0", .number(0)), ("1e-400", .number(0)), ("0.1e1", .number(1)), ("1e3", .number(1_000)),
            ("1.0", .number(1)), ("1e18", .number(1e18)), ("2e0", .number(2)),
        ] as [(String, JSON)]
    )
    func `JO-20 SW-09 only what is spelled as an integer is one`(text: String, value: JSON) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == value)
    }

    @Test(
        arguments: [
            "1e400", "-1e400", "1e99999999999999999999", "+5", "00005", "-00", "0x1p4", "nan", "NaN", "Infinity",
            "-inf",
            "1_000", ".5", "5.", "1e", "1e+", "0e", "--1", "- 1", "1 e5", "\u{663}", "\u{FF11}", "1\u{661}",
            "1f",
            "0b1", "0o7", "1e1.5",
        ]
    )
    func `JO-20 SW-07 what is no number is refused`(text: String) {
        #expect(throws: Failure.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(throws: Failure.self) { try JSONReader.read(Array("[\(text)]".utf8)) }
    }

    @Test func `a number of ten thousand digits is read or refused, and ends nothing`() throws {
        let nines = String(repeating: "9", count: 10_000)
        #expect(throws: Failure.self) { try JSONReader.read(Array(nines.utf8)) }
        #expect(try JSONReader.read(Array("0.\(nines)".utf8)) == .number(1))
        #expect(try JSONReader.read(Array("0.\(String(repeating: "0", count: 10_000))1".utf8)) == .number(0))
    }

    @Test func `every prefix of a document is refused`() {
        let bytes = Array(#"{"a":[1.5e3,"x\u00e9\n",true,null],"b":{"c":-1}}"#.utf8)
        for length in 0..<bytes.count {
            #expect(throws: Failure.self) { try JSONReader.read(Array(bytes[..<length])) }
        }
    }

    @Test func `no changed byte ends the process, and what is read can be written and read again`() throws {
        let bytes = Array(#"{"a":[1.5e3,"x\u00e9\n",true,null],"b":{"c":-1}}"#.utf8)
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = byte
                guard let value = try? JSONReader.read(changed) else { continue }
                #expect(try JSONReader.read(JSONWriter.write(value)) == value)
            }
        }
    }
}
