/// The two spellings of an ECDSA signature on P-256: `r` and `s` side by side (RFC 7518 §3.4), and DER.
enum ECDSASignature {
    /// Two integers of 33 bytes with their tags and lengths, and the sequence around them.
    static let derLimit = 72
    private static let half = 32

    /// Writes DER in its only form, and says how long it became.
    ///
    /// Any 64 bytes can be written; whether 0 < r, s < n is OpenSSL's to say.
    static func writeDER(
        _ raw: borrowing Span<UInt8>,
        into der: inout MutableSpan<UInt8>
    ) -> Int {
        var end = 2
        for start in [0, half] {
            var first = start
            while first < start + half - 1, raw[first] == 0 { first += 1 }
            let needsZero = raw[first] >= 0x80
            let length = start + half - first + (needsZero ? 1 : 0)
            der[end] = 0x02
            der[end + 1] = UInt8(length)
            end += 2
            if needsZero {
                der[end] = 0
                end += 1
            }
            for index in first..<start + half {
                der[end] = raw[index]
                end += 1
            }
        }
        der[0] = 0x30
        der[1] = UInt8(end - 2)
        return end
    }

    /// Reads what OpenSSL wrote, zero bytes in front of short numbers restored.
    static func readDER(_ der: borrowing Span<UInt8>) -> [UInt8]? {
        guard der.count >= 2, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var raw = [UInt8](repeating: 0, count: half * 2)
        var start = 2
        for target in [half, half * 2] {
            guard start + 2 <= der.count, der[start] == 0x02 else { return nil }
            let end = start + 2 + Int(der[start + 1])
            guard end <= der.count else { return nil }
            var first = start + 2
            while first < end, der[first] == 0 { first += 1 }
            guard end - first <= half else { return nil }
            for index in first..<end { raw[target - (end - index)] = der[index] }
            start = end
        }
        return start == der.count ? raw : nil
    }
}
