package import Text

extension Configuration {
    /// How much is answered before somebody is asked to wait.
    package struct Limiting: Sendable, Hashable {
        /// Of each client that has proved who it is, unless its document says otherwise; absent for no limit.
        package var client: RateLimit? = .standardOfClient
        /// Of each network, for what no client has signed for; absent for no limit.
        package var address: RateLimit? = .standardOfAddress
        /// How many servers answer on one database, each of which gives its share of every limit.
        package var nodes = 1

        package init() {}
    }
}

extension Configuration.Limiting {
    init(_ reader: inout ConfigurationReader) {
        self.init()
        client = Self.limit(&reader, "client", or: .standardOfClient)
        address = Self.limit(&reader, "address", or: .standardOfAddress)
        nodes = reader.integer("/limiting/nodes", in: 1...1_000, or: 1)
    }

    private static func limit(
        _ reader: inout ConfigurationReader,
        _ whose: String,
        or standard: RateLimit
    ) -> RateLimit? {
        let path = WireText("/limiting/\(whose)RequestsPerSecond")
        let perSecond = reader.optionalInteger(path, in: 0...RateLimit.highest)
        let burst = reader.integer(
            WireText("/limiting/\(whose)RequestsAtOnce"),
            in: 1...RateLimit.highest,
            or: standard.burst
        )
        guard reader.isThere(path) else { return RateLimit(perSecond: standard.perSecond, burst: burst) }
        guard let perSecond, perSecond > 0 else { return nil }
        return RateLimit(perSecond: perSecond, burst: burst)
    }
}

extension RateLimit {
    /// A third party with a million consents refreshes fifty of them a second; five seconds' worth may come in a heap.
    package static let standardOfClient = RateLimit(perSecond: 200, burst: 1_000)
    /// A consent takes some ten requests of a browser, and an office or a mobile network may have one address.
    package static let standardOfAddress = RateLimit(perSecond: 100, burst: 500)
}
