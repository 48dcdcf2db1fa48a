internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

extension House {
    func freshRegistrationToken() throws(RegistrationRefusal) -> WireText {
        do { return try freshToken() } catch { throw .server(error) }
    }

    func freshClientID() throws(RegistrationRefusal) -> Identifier<Client> {
        do { return Identifier(try freshUUID().text) } catch { throw .server(error) }
    }

    /// A fresh secret as it is kept; only where the client must, in a form that can be read again.
    func kept(
        _ secret: WireText,
        of id: Identifier<Client>,
        for request: RegistrationRequest
    ) throws(RegistrationRefusal) -> RegistrationRequest.KeptSecret {
        guard request.needsSealedSecret else { return .digest(Fingerprint(of: secret)) }
        guard let clientSecrets else {
            throw Self.refusal("token_endpoint_auth_method", "client_secret_jwt is not offered here.")
        }
        let nonce: [UInt8]
        do { nonce = try freshBytes(AEAD.nonceBytes) } catch { throw .server(error) }
        do { return .sealed(try clientSecrets.seal(secret, of: id, nonce: nonce)) } catch {
            throw .server(.serverFailed)
        }
    }

    /// Whether this is the secret of a client that registered itself.
    func isSecret(_ text: WireText, of client: RegisteredClient) -> Bool {
        switch client.secret {
        case .digest(let known): ConstantTime.equal(Fingerprint(of: text), known)
        case .sealed(let sealed): clientSecrets?.holds(text, in: sealed, of: client.id) ?? false
        case nil: false
        }
    }

    /// Refuses what this house, as it is set up, could never serve.
    func requireUse(of registered: RegisteredClient) async throws(RegistrationRefusal) {
        let client: Client
        do { client = try registered.client(nil) } catch { throw RegistrationRefusal(error) }
        if client.authentication.isByCertificate || client.senderConstraint == .certificate {
            guard certificates.isOpen else {
                throw Self.refusal("token_endpoint_auth_method", "No certificates are asked for here.")
            }
        }
        if case .mutualTLS = client.authentication, authorities.current == nil {
            throw Self.refusal("token_endpoint_auth_method", "Nobody is believed about names in certificates here.")
        }
        for call in client.calls where !outbound.reaches(call.uri) {
            throw Self.refusal(call.member, "Its host is not one that the bank has listed.")
        }
        try await requireSector(of: client, registered.json)
    }

    /// OpenID Connect Registration §5: whoever shares a sector says so at its own URL.
    ///
    /// The one call that a registration waits for: it is for this client alone, and bounded as every call is.
    private func requireSector(of client: Client, _ document: JSON) async throws(RegistrationRefusal) {
        let member: WireText = "sector_identifier_uri"
        guard let value = document[member] else {
            // OpenID CIBA Core 1.0 §4: who is not answered at a redirect URI could claim that of another.
            guard client.subjects == .public || client.grantTypes.isDisjoint(with: Self.polledGrants) else {
                throw Self.refusal(
                    "subject_type",
                    "Pairwise subjects of a client that polls need sector_identifier_uri."
                )
            }
            return
        }
        guard let uri = value.text, outbound.reaches(uri) else {
            throw Self.refusal(member, "Its host is not one that the bank has listed.")
        }
        guard let response = try? await outbound.send(.get, to: uri), response.status == .ok,
            let listed = try? JSONReader.read(response.body), let uris = listed.texts
        else { throw Self.refusal(member, "There is no JSON array of redirect URIs at it.") }
        guard client.redirectURIs.allSatisfy({ uris.contains($0.text) }) else {
            throw Self.refusal(member, "The array at it does not hold every redirect URI of the client.")
        }
        guard
            client.grantTypes.isDisjoint(with: Self.polledGrants)
                || client.calls.contains(where: { uris.contains($0.uri) })
        else {
            throw Self.refusal(
                member,
                "The array at it does not hold the jwks_uri or the notification endpoint of a client that polls."
            )
        }
    }

    /// Grants whose tokens come to no redirect URI.
    private static let polledGrants: Set<GrantType> = [DeviceCodeGrant.type, BackchannelGrant.type]

    /// Makes all changes or none; whoever came second with a token hears that it is over.
    func commit(
        registering changes: [RegistrationChange],
        spending: [OAuth.Change] = []
    ) async throws(RegistrationRefusal) {
        let list = spending.map { Storage.Change.oauth($0) } + changes.map { Storage.Change.registration($0) }
        let result: CommitResult
        do {
            result = try await ask { store throws(StoreFailure) in try await store.commit(list) }
        } catch { throw .server(error) }
        switch result {
        case .kept: return
        case .overtaken(.registration(.spendInvitation)), .overtaken(.registration(.replace)),
            .overtaken(.registration(.remove)):
            throw .tokenInvalid
        case .overtaken(.oauth(.spendAssertion)):
            throw Self.refusal("jti", "A request of this name was made before.")
        case .overtaken(.registration(.register(let client))) where hasRegisteredOften(client.policy.software):
            throw .statementUnapproved("The software has registered too often; remove a registration first.")
        case .overtaken(let change): throw .server(change.refusal)
        }
    }

    /// Why it was not kept, for the sentence alone: the store has counted.
    private func hasRegisteredOften(_ software: WireText?) -> Bool {
        guard let software else { return false }
        return clients.count(ofSoftware: software) >= Limits.registrationsOfSoftware
    }

    /// Takes in what was committed, and has its keys fetched, for which nobody waits.
    func keep(_ client: RegisteredClient, at now: Timestamp) throws(RegistrationRefusal) {
        do { try clients.keep(client) } catch { throw RegistrationRefusal(error) }
        clientKeys.request(client.id, at: now)
    }

    private static func refusal(_ member: WireText, _ sentence: String) -> RegistrationRefusal {
        .metadata(ClientMetadata.Problem(member, sentence))
    }
}
