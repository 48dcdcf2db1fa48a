package import Crypto
package import Text

/// How failed logins slow down further ones, per person and per address.
///
/// Nobody is locked out for good, or strangers could lock out anybody; the wait doubles to a bound.
package struct LoginThrottle: Sendable, Hashable {
    /// How many logins failed.
    package let failures: Int
    /// When the last of them did.
    package let last: Timestamp

    /// A count, as a store keeps it.
    package init(failures: Int, last: Timestamp) {
        self.failures = failures
        self.last = last
    }

    /// Whom the failures are counted for.
    package enum Subject: Sendable, Hashable {
        case person(Identifier<Person>)
        case address(WireText)
        /// Who types codes of devices, by browser and by address.
        case codesFromBrowser(Fingerprint)
        case codesFromAddress(WireText)

        /// The name under which they are kept.
        package var key: WireText {
            switch self {
            case .person(let person): WireText("person:\(person)")
            case .address(let address): WireText("address:\(address)")
            case .codesFromBrowser(let browser): WireText("codes-browser:\(Hex.encode(browser.bytes))")
            case .codesFromAddress(let address): WireText("codes-address:\(address)")
            }
        }

        /// Failures that cost no wait; an address may stand for a whole office.
        fileprivate var free: Int {
            switch self {
            case .person, .codesFromBrowser: 4
            case .address, .codesFromAddress: 20
            }
        }
    }

    /// Seconds until the next try, zero when it may come now.
    package func wait(for subject: Subject, at now: Timestamp) -> Int {
        guard failures > subject.free else { return 0 }
        let seconds = min(Self.longestWait, 1 << min(failures - subject.free, 10))
        // A clock that was set back has not made the wait any longer.
        let passed = max(0, now.since(last))
        return max(0, seconds - Int(clamping: passed))
    }

    /// After this many seconds without a failure, the count begins anew.
    package static let memorySeconds = 3_600

    private static let longestWait = 300
}
