import JOSE
package import Text

/// A partner whose word the bank believes about who a person is: RFC 7523 §2.1.
///
/// It never says what somebody allows: that is a consent, which the person has given to the client that asks.
package struct TrustedIssuer: Sendable {
    /// `iss` of its assertions.
    package let issuer: WireText
    /// What it signs them with.
    let keys: JWKSet
    /// About whom it may speak, by the bank's own names for them.
    let subjects: Subjects
    /// What may be opened by its word, at the most.
    let scope: Scope

    /// About whom somebody may speak.
    enum Subjects: Sendable, Hashable {
        case everybody
        case named(Set<WireText>)

        func contains(_ subject: WireText) -> Bool {
            switch self {
            case .everybody: true
            case .named(let names): names.contains(subject)
            }
        }
    }
}

extension TrustedIssuer {
    /// What is wrong with a document, and at which member.
    package struct Problem: Error, Sendable, Hashable {
        /// The member that is wrong; empty for the document itself.
        package let member: WireText
        /// What is wrong with it.
        package let sentence: String
    }

    /// Reads a document of the bank strictly.
    package init(_ document: JSON) throws(Problem) {
        guard let members = document.members else { throw Problem(member: "", sentence: "It must be an object.") }
        for member in members where !Self.members.contains(member.name) {
            throw Problem(member: member.name, sentence: "This member is not known.")
        }
        guard let issuer = document["issuer"]?.text, !issuer.isEmpty, issuer.byteCount <= Limits.claimBytes else {
            throw Problem(member: "issuer", sentence: "It must be the iss of the assertions.")
        }
        self.issuer = issuer
        keys = try Self.keys(document["jwks"])
        subjects = try Self.subjects(document["subjects"])
        scope = try Self.scope(document["scope"])
    }

    private static let members: Set<WireText> = ["issuer", "jwks", "subjects", "scope"]

    private static func keys(_ json: JSON?) throws(Problem) -> JWKSet {
        guard let json else { throw Problem(member: "jwks", sentence: "It must be the keys of the issuer.") }
        do {
            let keys = try JWKSet(json)
            guard keys.keys.isEmpty else { return keys }
        } catch { throw Problem(member: "jwks", sentence: "The keys cannot be used: \(error).") }
        throw Problem(member: "jwks", sentence: "There is no key of a kind that we can use.")
    }

    private static func subjects(_ json: JSON?) throws(Problem) -> Subjects {
        if json?.text == "all" { return .everybody }
        guard let names = json?.texts, !names.isEmpty, Set(names).count == names.count else {
            throw Problem(
                member: "subjects",
                sentence: "It must be \"all\", or an array with names of people, each once."
            )
        }
        return .named(Set(names))
    }

    /// A login is the person's own, and an assertion stands in for none.
    private static func scope(_ json: JSON?) throws(Problem) -> Scope {
        guard let text = json?.text, let scope = Scope(text), !scope.isEmpty else {
            throw Problem(member: "scope", sentence: "It must be values between single spaces.")
        }
        for value in [Scope.openID, Scope.offlineAccess] where scope.contains(value) {
            throw Problem(member: "scope", sentence: "Nobody can log a person in for \(value) but the person.")
        }
        return scope
    }
}

/// All partners whose word is believed, by name.
package struct TrustedIssuers: Sendable {
    private let byName: [WireText: TrustedIssuer]

    /// Partners; of two with one name the first counts, and who reads them sees to it that there are no two.
    package init(_ issuers: [TrustedIssuer]) {
        byName = Dictionary(issuers.map { ($0.issuer, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nobody is believed.
    package static let none = TrustedIssuers([])

    /// Whether there is nobody.
    package var isEmpty: Bool { byName.isEmpty }

    /// The partner of this very name.
    package subscript(issuer: WireText) -> TrustedIssuer? { byName[issuer] }

    /// The first of a client's partners that nobody believes, where there is one.
    package func stranger(among client: Client) -> WireText? {
        client.granting.assertionIssuers.first { byName[$0] == nil }
    }
}
