internal import Crypto
package import Text

/// Values that nobody guesses.
package enum Random {
    /// 256 bits.
    package static func token() throws(PartyFailure) -> WireText {
        do { return try Entropy.system.token() } catch { throw .cryptography }
    }

    package static func uuid() throws(PartyFailure) -> WireText {
        do { return try Entropy.system.uuid().text } catch { throw .cryptography }
    }
}
