import JOSE
import Testing
import Text

struct CompactFormTests {
    let forger: Forger
    let keys: JWKSet
    let good: WireText

    init() throws {
        forger = try Forger()
        keys = try forger.set()
        good = try forger.token(payload: #"{"sub":"a"}"#)
    }

    @Test(
        arguments: [
            { _ in "" }, { _ in "." }, { _ in ".." }, { _ in "..." }, { $0 + "." }, { "." + $0 }, { $0 + "." + $0 },
            { $0.replacing(".", with: "") }, { $0.replacing(".", with: "..") }, { _ in "a.b.c.d.e" },
            { String($0[...($0.lastIndex(of: ".") ?? $0.startIndex)]) },
            { String($0[..<($0.lastIndex(of: ".") ?? $0.startIndex)]) },
            { String($0[($0.firstIndex(of: ".") ?? $0.startIndex)...]) },
        ] as [@Sendable (String) -> String]
    )
    func `JO-17 a token has three parts, none of them empty`(change: @Sendable (String) -> String) throws {
        #expect(throws: JOSEFailure.notCompact) { try JWS.read(WireText(change(good.string)), keys) }
    }

    @Test
    func `JO-17 an empty payload is none`() throws {
        let token = try forger.token(header: #"{"alg":"ES256","kid":"k"}"#, payload: "")
        #expect(throws: JOSEFailure.notCompact) { try JWS.read(token, keys) }
    }

    @Test
    func `JO-17 what is too long is refused before any of it is read`() throws {
        let long = WireText(String(repeating: ".", count: 1_000_000))
        let longer = WireText(good.string + String(repeating: "A", count: 1_048_576))
        let time = ContinuousClock().measure {
            #expect(throws: JOSEFailure.tooLong) { try JWS(long) }
            #expect(throws: JOSEFailure.tooLong) { try JWS(longer) }
        }
        #expect(time < .seconds(2))

        let room = Limits.tokenBytes - good.byteCount
        let atLimit = WireText(String(repeating: "A", count: room) + good.string)
        let failure = #expect(throws: JOSEFailure.self) { try JWS(atLimit) }
        #expect(failure != .tooLong)
        #expect(throws: JOSEFailure.tooLong) { try JWS(WireText("A" + atLimit.string)) }
    }

    @Test(arguments: [" ", "\n", "\r\n", "\t", "\0", "\u{FEFF}", "=", "==", "+", "/", "%3D", "A", "\u{E9}"])
    func `JO-17 JO-18 SW-08 nothing stands before, after or between`(noise: String) throws {
        let parts = good.split(at: UInt8(ascii: ".")).map(\.string)
        var wrong = ["\(noise)\(good)", "\(good)\(noise)"]
        for index in parts.indices {
            for change in ["\(parts[index])\(noise)", "\(noise)\(parts[index])"] {
                var changed = parts
                changed[index] = change
                wrong.append(changed.joined(separator: "."))
            }
        }
        for token in wrong { #expect(throws: JOSEFailure.self) { try JWS.read(WireText(token), keys) } }
        #expect(try JWS.read(good, keys) == Array(#"{"sub":"a"}"#.utf8))
    }

    /// Only a part whose length leaves bits over has other spellings; payloads of all lengths are tried.
    @Test(arguments: 0..<6)
    func `JO-18 TK-10 spare bits are zero in every part`(length: Int) throws {
        let header = #"{"alg":"ES256","kid":"k","x":"\#(String(repeating: "a", count: length))"}"#
        let payload = #"{"x":"\#(String(repeating: "b", count: length))"}"#
        let parts = try forger.token(header: header, payload: payload).split(at: UInt8(ascii: "."))
        var spellings = 0
        for index in parts.indices where parts[index].byteCount % 4 != 0 {
            for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
                var changed = parts
                changed[index] = WireText(String(parts[index].string.dropLast()) + String(letter))
                let token = WireText(changed.map(\.string).joined(separator: "."))
                guard token.string != parts.map(\.string).joined(separator: ".") else { continue }
                spellings += 1
                #expect(throws: JOSEFailure.self) { try JWS.read(token, keys) }
            }
        }
        #expect(spellings > 0)
    }

    @Test(
        arguments: [
            #"{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}"#,
            #"{"payload":"e30","protected":"e30","signature":"AA"}"#,
            #"{"payload":"e30","protected":"e30","header":{"alg":"ES256"},"signature":"AA.AA.AA"}"#,
        ] as [WireText]
    )
    func `JO-14 the other serialisations are refused`(token: WireText) {
        #expect(throws: JOSEFailure.self) { try JWS(token) }
    }
}
