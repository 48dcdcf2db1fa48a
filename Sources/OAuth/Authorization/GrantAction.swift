package import Text

/// What shall become of a grant: Grant Management for OAuth 2.0 §5.2.
///
/// A grant is a consent, and its name is the consent's.
package enum GrantAction: Sendable, Hashable {
    /// A new one.
    case create
    /// What it has and what the request asks for.
    case merge(Identifier<Intent>)
    /// What the request asks for, and nothing that it had.
    case replace(Identifier<Intent>)

    /// The values of `grant_management_action`.
    package static let names: [WireText] = ["create", "merge", "replace"]

    /// Reads what a request wants; `nil` where it says nothing of grants.
    init?(_ fields: AuthorizationFields, of client: Client, asking details: AuthorizationDetails) throws(Refusal) {
        guard let action = fields[.grantManagementAction] else {
            guard fields[.grantID] == nil else { throw .parameterMissing(.grantManagementAction) }
            return nil
        }
        guard client.managesGrants else { throw .grantManagementNotAllowed }
        guard Self.names.contains(action) else { throw .parameterMalformed(.grantManagementAction) }
        guard !details.isEmpty else { throw .grantWithoutDetails }
        guard action != "create" else {
            guard fields[.grantID] == nil else { throw .grantIDUnexpected }
            self = .create
            return
        }
        guard let grant = fields[.grantID] else { throw .parameterMissing(.grantID) }
        self = action == "merge" ? .merge(Identifier(grant)) : .replace(Identifier(grant))
    }

    /// The grant that is to be changed, where there is one.
    package var grant: Identifier<Intent>? {
        switch self {
        case .create: nil
        case .merge(let grant), .replace(let grant): grant
        }
    }

    /// Whether what was granted before stays.
    package var keepsEarlier: Bool {
        if case .merge = self { true } else { false }
    }
}

extension Client {
    /// Grant Management for OAuth 2.0 §5.1 and §6.1: who can prove who it is, and is registered for one of the scopes.
    package var managesGrants: Bool { !isPublic && scope.values.contains(where: Scope.ofGrantManagement.contains) }
}

extension Scope {
    /// Lets a client ask about its grants: Grant Management for OAuth 2.0 §6.1.
    package static let grantManagementQuery: WireText = "grant_management_query"
    /// Lets a client end its grants: Grant Management for OAuth 2.0 §6.1.
    package static let grantManagementRevoke: WireText = "grant_management_revoke"

    /// Those that are the client's own, and mean nothing in a person's name.
    package static let ofGrantManagement: Set<WireText> = [grantManagementQuery, grantManagementRevoke]
}
