import AssentServer
import Crypto
import JOSE
import Net
import RelyingParty
import Text

extension Sandbox {
    /// Clients that differ in nothing but how they prove who they are: RFC 7591 §2.
    static let workbenchMethods: [(method: ClientIdentity.Method, client: WireText)] = [
        (.basic, "workbench-basic"), (.post, "workbench-post"), (.privateKey, "workbench-key"),
        (.none, "workbench-app"),
    ]

    static let workbenchPath: WireText = "/sandbox"

    private var workbenchRedirectURI: WireText { WireText("\(thirdParty)\(Self.workbenchPath)/callback") }

    /// Registers those that are missing, and makes their secrets and keys once.
    func prepareWorkbench() throws(CommandFailure) {
        for (method, id) in Self.workbenchMethods { try register(id, try document(of: id, method)) }
    }

    /// The same clients as their owner knows them.
    func workbenchClients() throws(CommandFailure) -> [ClientIdentity] {
        var clients: [ClientIdentity] = []
        for (method, id) in Self.workbenchMethods {
            clients.append(
                ClientIdentity(
                    id: id,
                    method: method,
                    secret: method.hasSecret ? try secret(of: id) : nil,
                    key: method == .none ? nil : try clientKey(of: id),
                    redirectURI: workbenchRedirectURI,
                    scope: method == .none ? Self.appScope : Self.confidentialScope
                )
            )
        }
        return clients
    }

    private static let confidentialScope: WireText = "openid profile email offline_access accounts"
    private static let appScope: WireText = "openid profile email offline_access"

    private func document(of id: WireText, _ method: ClientIdentity.Method) throws(CommandFailure) -> JSON {
        var members: [JSON.Member] = [
            .init("client_id", .text(id)),
            .init("client_name", "Money Pilot Workbench"),
            .init("token_endpoint_auth_method", .text(WireText(method.rawValue))),
            .init("redirect_uris", [.text(workbenchRedirectURI)]),
            .init("response_types", ["code", "code id_token"]),
            .init("authorization_signed_response_alg", "ES256"),
            .init("authorization_details_types", ["account_information"]),
        ]
        if method == .none {
            members.append(.init("grant_types", ["authorization_code", "refresh_token"]))
            members.append(.init("scope", .text(Self.appScope)))
        } else {
            members.append(.init("grant_types", ["authorization_code", "refresh_token", "client_credentials"]))
            members.append(.init("scope", .text(Self.confidentialScope)))
            // Every client with a back end signs its requests where it is asked to: RFC 9101 §4.
            members.append(.init("jwks", ["keys": [try clientKey(of: id).jwk]]))
        }
        if method.hasSecret {
            let digest = WireText(Hex.encode(Digest.sha256(try secret(of: id))))
            members.append(.init("client_secret_sha256", .text(digest)))
        }
        return .object(members)
    }

    private func clientKey(of id: WireText) throws(CommandFailure) -> ClientKey {
        let keys = try keyFolder(of: id)
        do {
            return try ClientKey(pem: try File.read("\(keys.path)/\(Self.clientKey.file)", limit: 16_384))
        } catch { throw CommandFailure("the key of \(id) cannot be read.") }
    }
}

extension ClientIdentity.Method {
    fileprivate var hasSecret: Bool { self == .basic || self == .post }
}
