package import Crypto
package import Text

/// Where it is written whether a person's decision still holds: one bit of one list, Token Status List §6.1.
///
/// All access tokens of a decision share it, for they fall together. One that is revoked alone takes its place along, and
/// those that are issued from then on have another.
package struct StatusPlace: Sendable, Hashable {
    /// The place among all, counted through.
    package let number: Int

    /// A place, where there is one of this number.
    package init?(number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        self.number = number
    }

    /// The place that a random value names, so that neither order nor number of decisions can be read from places.
    package init(randomlyBy fingerprint: Fingerprint) {
        number = fingerprint.bytes.prefix(3).reduce(0) { $0 << 8 | Int($1) }
    }

    /// How many lists there are, whoever uses them.
    package static let lists = 16
    /// Long enough that who reads a list tells nobody which of its bits was looked at: Token Status List §12.1.
    package static let listLength = 1 << 20
    /// Decisions that may live at once, with room to find a free place: three bytes.
    package static let count = lists * listLength

    /// Which list.
    package var list: Int { number / Self.listLength }
    /// `idx`: which bit of it.
    package var index: Int { number % Self.listLength }

    /// The next one, round the end.
    package var next: StatusPlace { StatusPlace(number: (number + 1) % Self.count) ?? self }

    /// The path of a list's document.
    package static func path(ofList list: Int) -> WireText { WireText("/statuses/\(list)") }

    /// The claim `status` of a token: Token Status List §6.1.
    package func claim(issuer: WireText) -> JSON {
        ["status_list": ["idx": .integer(Int64(index)), "uri": .text(uri(issuer: issuer))]]
    }

    /// Reads a claim of ours; `nil` for one that we would not write.
    package init?(claim: JSON, issuer: WireText) {
        guard let reference = claim["status_list"], let index = reference["idx"]?.integer,
            (0..<Int64(Self.listLength)).contains(index),
            let list = (0..<Self.lists).first(where: {
                reference["uri"]?.text == WireText("\(issuer)\(Self.path(ofList: $0))")
            })
        else { return nil }
        number = list * Self.listLength + Int(index)
    }

    private func uri(issuer: WireText) -> WireText { WireText("\(issuer)\(Self.path(ofList: list))") }
}

/// The question asked about a list of statuses.
package protocol StatusReader: Sendable {
    /// The places of a list whose tokens have ended before their time, as numbers within it and in order.
    ///
    /// A place is forgotten when the last token that could stand there has ended of itself.
    func endedPlaces(ofList list: Int, at now: Timestamp) async throws(StoreFailure) -> [Int]
}
