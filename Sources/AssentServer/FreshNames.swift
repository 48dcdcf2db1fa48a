internal import Crypto
package import OAuth
internal import Synchronization
package import Text

/// Counts names, so that those made one after the other stand side by side in the store.
///
/// A row with a random name lies on a page of its own; under load a commit writes a third fewer pages without.
final class FreshNames: Sendable {
    private let count = Atomic<UInt16>(0)

    fileprivate var next: UInt16 { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}

extension House {
    /// 43 letters of which no two are alike, for what somebody else is kept from in another way: 208 bits are random.
    package func freshName() throws(Refusal) -> WireText {
        var bytes = try freshBytes(32)
        let now = UInt32(truncatingIfNeeded: clock.now.seconds)
        bytes.replaceSubrange(0..<4, with: now.bytes)
        bytes.replaceSubrange(4..<6, with: names.next.bytes)
        return WireText(Base64URL.encode(bytes))
    }

    /// A version 7 identifier, counted within its second: RFC 9562 §6.2, method 1.
    package func freshOrderedUUID() throws(Refusal) -> UUID {
        var bytes = try freshBytes(16)
        let milliseconds = UInt64(clamping: clock.now.seconds) * 1_000
        bytes.replaceSubrange(0..<6, with: milliseconds.bytes.suffix(6))
        bytes.replaceSubrange(6..<8, with: names.next.bytes)
        return UUID(ordered: bytes)
    }
}

extension FixedWidthInteger {
    /// The most significant first.
    fileprivate var bytes: [UInt8] {
        (0..<(Self.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}
