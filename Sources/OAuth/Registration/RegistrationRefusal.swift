package import Text

/// Every "no" to a registration: RFC 7591 §3.2.2 and RFC 7592 §2.
package enum RegistrationRefusal: Error, Sendable, Hashable {
    /// No token came, or none that counts; nobody hears which.
    case tokenMissing
    case tokenInvalid
    /// A redirect URI cannot be registered.
    case redirectURI(String)
    /// Something else about the metadata, and at which member.
    case metadata(ClientMetadata.Problem)
    /// A software statement that cannot be believed.
    case statementInvalid(String)
    /// A software statement of somebody whom the bank has not approved.
    case statementUnapproved(String)
    /// What stands in another answer of ours: no time, no store, no room.
    case server(Refusal)

    /// `error`.
    package var code: WireText {
        switch self {
        case .tokenMissing, .tokenInvalid: "invalid_token"
        case .redirectURI: "invalid_redirect_uri"
        case .metadata: "invalid_client_metadata"
        case .statementInvalid: "invalid_software_statement"
        case .statementUnapproved: "unapproved_software_statement"
        case .server(let refusal): refusal.code
        }
    }

    /// The HTTP status.
    package var status: Int {
        switch self {
        case .tokenMissing, .tokenInvalid: 401
        case .redirectURI, .metadata, .statementInvalid, .statementUnapproved: 400
        case .server(let refusal): refusal.status
        }
    }

    /// One sentence that names the member.
    package var sentence: String {
        switch self {
        case .tokenMissing: "A registration needs a token that the bank has given out."
        case .tokenInvalid: "The token is not valid here."
        case .redirectURI(let sentence), .statementInvalid(let sentence), .statementUnapproved(let sentence): sentence
        case .metadata(let problem):
            problem.member.isEmpty ? problem.sentence : "The member \(problem.member): \(problem.sentence)"
        case .server(let refusal): refusal.sentence
        }
    }

    /// The words of `ClientMetadata`, in the classes of RFC 7591.
    package init(_ problem: ClientMetadata.Problem) {
        self = problem.member == "redirect_uris" ? .redirectURI(problem.sentence) : .metadata(problem)
    }
}
