internal import Crypto
internal import OAuth
internal import Storage
internal import Text

/// Who types codes of devices, and may be guessing: RFC 8628 §5.1.
struct CodeGuesser {
    let browser: Fingerprint
    let address: WireText
}

extension House {
    /// Seconds until the next code may be typed; `nil` where it may come now.
    func wait(of guesser: CodeGuesser, at now: Timestamp) async throws(Refusal) -> Int? {
        for subject in subjects(of: guesser) {
            let throttle = try await ask { store throws(StoreFailure) in try await store.throttle(subject) }
            if let seconds = throttle?.wait(for: subject, at: now), seconds > 0 { return seconds }
        }
        return nil
    }

    /// A right code forgets no wrong ones, or who has one of their own could guess for ever.
    func count(_ guesser: CodeGuesser, at now: Timestamp) async throws(Refusal) {
        try await commit(subjects(of: guesser).map { OAuth.Change.countLoginFailure($0, at: now) })
    }

    private func subjects(of guesser: CodeGuesser) -> [LoginThrottle.Subject] {
        let browser = LoginThrottle.Subject.codesFromBrowser(guesser.browser)
        return isShared(guesser.address) ? [browser] : [browser, .codesFromAddress(guesser.address)]
    }
}
