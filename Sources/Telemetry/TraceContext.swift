internal import Synchronization
package import Text

/// Where a request stands among those of other systems that belong to it: W3C Trace Context, level 1.
///
/// It names nobody and decides nothing; it is in log lines, and goes along with calls that we make.
package struct TraceContext: Sendable, Hashable {
    /// What all systems call the whole.
    package let traceID: ID
    /// What we call our part of it.
    package let spanID: UInt64
    private let isSampled: Bool

    /// Sixteen bytes that are not all zero.
    package struct ID: Sendable, Hashable {
        fileprivate let high: UInt64
        fileprivate let low: UInt64
    }

    /// The request at hand, wherever a log line about it is written; none where no request is.
    @TaskLocal package static var current: TraceContext?

    /// A trace that begins with us.
    package static func fresh() -> TraceContext {
        TraceContext(traceID: ID(high: nextNumber(), low: nextNumber()), spanID: nextNumber(), isSampled: false)
    }

    /// Our part of the trace that a caller names in `traceparent`; `nil` for what names none.
    package init?(continuing parent: WireText) {
        let bytes = parent.bytes
        guard bytes.count >= Self.length, let version = Self.number(bytes[0..<2]), version != 0xFF,
            // §3.2.4: of a later version only what this one has is read; of this one there is nothing more.
            bytes.count == Self.length || (version > 0 && bytes[Self.length] == Self.dash),
            bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]), high | low != 0,
            let parentID = Self.number(bytes[36..<52]), parentID != 0,
            let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(traceID: ID(high: high, low: low), spanID: Self.nextNumber(), isSampled: flags & 1 == 1)
    }

    private init(traceID: ID, spanID: UInt64, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// What we send as `traceparent` with calls of our own: those who are called are parts of our part.
    package var header: WireText {
        WireText("00-\(traceID.text)-\(spanText)-\(isSampled ? "01" : "00")")
    }

    /// Our part, in hexadecimal digits.
    package var spanText: String { Self.digits(spanID) }

    /// §3.2.2: two, thirty-two, sixteen and two digits, and what is between them.
    private static let length = 55
    private static let dash = UInt8(ascii: "-")

    /// Lower case only, as the standard has it.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }

    fileprivate static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// Names that do not repeat; a secret is nowhere made of them.
    ///
    /// A counter from a random start, mixed by a function that gives no two of them the same number: a request must
    /// not wait for the system's randomness for the sake of a log line.
    private static func nextNumber() -> UInt64 {
        var mixed = numbers.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }

    private static let numbers = Atomic<UInt64>(.random(in: 0...(.max)))
}

extension TraceContext.ID {
    /// In hexadecimal digits.
    package var text: String { TraceContext.digits(high) + TraceContext.digits(low) }
}
