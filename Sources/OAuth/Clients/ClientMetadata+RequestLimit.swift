import Text

extension ClientMetadata {
    /// How often a client may call, where the bank says it of this one alone.
    static func requestLimit(_ document: JSON) throws(Problem) -> Client.RequestLimit {
        let (rate, burst): (WireText, WireText) = ("requests_per_second", "requests_at_once")
        guard let value = document[rate] else {
            guard document[burst] == nil else { throw Problem(burst, "It needs requests_per_second.") }
            return .standard
        }
        let perSecond = try number(value, rate, from: 0)
        let atOnce = try document[burst].flatMap { value throws(Problem) in try number(value, burst, from: 1) }
        guard let perSecond, perSecond > 0 else {
            guard atOnce == nil else { throw Problem(burst, "Without a limit there is nothing to be had at once.") }
            return .none
        }
        return .own(RateLimit(perSecond: perSecond, burst: atOnce ?? perSecond))
    }

    private static func number(_ value: JSON, _ member: WireText, from lowest: Int) throws(Problem) -> Int? {
        guard value != .null else { return nil }
        guard let number = value.integer, let count = Int(exactly: number),
            (lowest...RateLimit.highest).contains(count)
        else { throw Problem(member, "It must be a whole number from \(lowest) to \(RateLimit.highest), or null.") }
        return count
    }
}
