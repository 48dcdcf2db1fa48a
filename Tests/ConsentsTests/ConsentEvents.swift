import Consents
import TestSupport
import Text

extension ConsentEvent {
    /// One event of every kind, by Anna where a person has a part in it.
    static let samples: [ConsentEvent] = [
        .authorise(person: "psu-anna", accounts: ["account-1", "account-2"]), .reject(.refused),
        .amend(.sample, person: "psu-anna", accounts: ["account-1"]), .reject(.cancelledAtLogin), .reject(.timedOut),
        .fail, .revoke(.person),
        .revoke(.bank), .revoke(.thirdParty), .delete, .lose("account-1"),
    ]

    /// The kind, whatever it carries.
    ///
    /// There is no default, so that a new event does not compile until the tables here have it.
    var kind: String {
        switch self {
        case .authorise: "authorise"
        case .amend: "amend"
        case .reject: "reject"
        case .fail: "fail"
        case .revoke: "revoke"
        case .delete: "delete"
        case .lose: "lose"
        }
    }
}

extension Amendment {
    /// Other terms than those of the sample consent.
    static let sample = Consent.sample(
        permissions: [.readAccountsBasic, .readBalances],
        expires: .noon + Timestamp.days(180)
    ).amendment
}
