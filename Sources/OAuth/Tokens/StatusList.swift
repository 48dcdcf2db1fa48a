package import Text

/// One list of statuses, a bit a place: Token Status List §4 and §5.1.
package struct StatusList: Sendable, Hashable {
    private let list: Int
    private let packed: WireText

    /// A list in which these places have ended.
    ///
    /// §4.1 and §7.1: the lowest bit of a byte comes first, and a bit that is set means INVALID.
    package init(_ list: Int, ended places: [Int]) {
        var bits = [UInt8](repeating: 0, count: StatusPlace.listLength / 8)
        for place in places { bits[place / 8] |= 1 << UInt8(place % 8) }
        self.list = list
        packed = WireText(Base64URL.encode(Zlib.pack(bits)))
    }

    /// The `typ` of the JWT.
    package static let type: WireText = "statuslist+jwt"
    /// Its media type.
    package static let mediaType: WireText = "application/statuslist+jwt"
    /// Where all lists are named: §9.
    package static let aggregation: WireText = "/statuses"

    /// The claims of the JWT: §5.1.
    package func claims(issuer: Issuer, at now: Timestamp) -> [UInt8] {
        JSONWriter.write([
            "iss": .text(issuer.text), "sub": .text(issuer.url(StatusPlace.path(ofList: list))),
            "iat": .integer(now.seconds), "exp": .integer(now.seconds + Int64(Limits.statusListLifeSeconds)),
            "ttl": .integer(Int64(Limits.statusListSeconds)),
            "status_list": [
                "bits": 1, "lst": .text(packed), "aggregation_uri": .text(issuer.url(Self.aggregation)),
            ],
        ])
    }
}
