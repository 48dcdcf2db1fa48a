package import Consents
import Crypto
package import Text

/// The words of the WSO2 consent API for what is the same in all its documents.
package enum BankSpelling {
    /// Before every path of the API.
    package static let prefix: WireText = "/api/fs/consent"

    /// The one kind of consent that we have; those for payments are refused.
    package static let type: WireText = "accounts"

    /// What a mapping is for where accounts are chosen for the whole consent.
    package static let wholeConsent: WireText = "primary"

    /// The word of `authorizationType`.
    static let authorisation: WireText = "authorisation"

    /// How an authorisation stands; the API has no word for one that was taken back.
    static func authorisationStatus(of consent: Consent) -> WireText {
        if consent.authorisation != nil { return "Authorised" }
        return consent.status == .rejected || consent.status == .failed ? "Rejected" : "Created"
    }

    /// Whether the accounts of a consent are open, as far as its status goes.
    static func mappingStatus(of consent: Consent) -> WireText {
        consent.status == .authorised && consent.deleted == nil ? "active" : "inactive"
    }

    /// When it ends; 0 for never.
    package static func validity(of consent: Consent) -> Int64 { consent.lifetime.expires?.seconds ?? 0 }

    /// The registration as it was received; what is no object is shown as an empty one.
    static func receipt(of consent: Consent) -> JSON {
        guard let value = try? JSONReader.read(consent.receipt), value.members != nil else { return [:] }
        return value
    }

    /// A name for a part of a consent that has none of its own here; the same whenever it is asked for.
    static func name(of part: String, _ consent: Consent) -> WireText {
        let given = consent.authorisation.map { "\($0.given.seconds)" } ?? ""
        let digest = Digest.sha256(WireText("\(part)\n\(consent.id)\n\(given)"))
        return UUID(random: Array(digest.prefix(16))).text
    }
}
