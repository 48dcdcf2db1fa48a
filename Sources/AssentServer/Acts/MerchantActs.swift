internal import Consents
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

extension SurfaceEndpoint {
    /// Does what a merchant's back end asks for, for the user whom its token names.
    func perform(
        _ act: MerchantAct,
        _ request: Request,
        _ parts: PathParts,
        by caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        if act == .issueToken { return try issueToken(request, to: caller, at: now) }
        guard case .merchant(let token, let client) = caller else { throw .tokenInvalid }
        if act == .register { return try await register(request, token, client, at: now) }

        let (consent, name) = try await consent(parts, of: token)
        try Self.require(MerchantPermission.words(of: consent), in: token)
        switch act {
        case .issueToken, .register: throw .pathUnknown
        case .fetch:
            return surface.answer(.ok, document(consent, name, token, client, at: now).json)
        case .authorise:
            do { try consent.requireAuthorisable(for: Identifier(client.id.text), at: now) } catch {
                throw .consent(error)
            }
            guard let url = link(consent, name, client) else { throw .redirectUnregistered }
            return surface.answer(.ok, ["authorizationUrl": .text(url)])
        case .revoke:
            try await revoke(consent, parts, token, at: now)
            return surface.answer(.ok, ["success": true, "message": "Consent revoked successfully"])
        case .accounts:
            let (accounts, given) = try openAccounts(consent, at: now)
            let document = document(consent, name, token, client, at: now)
            return surface.answer(.ok, document.json(accounts, given: given))
        }
    }

    // MARK: POST /v1/auth/generate-token

    private func issueToken(
        _ request: Request,
        to caller: Caller,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> Response {
        guard case .client(let client) = caller, let merchant = client.consentAPIs.merchant else {
            throw .credentialInvalid
        }
        let order = try MerchantTokenOrder(request.body)
        // The credentials say which merchant calls; another one's number is not theirs to use.
        guard order.merchant == merchant else { throw .credentialInvalid }
        do {
            let token = MerchantToken(
                issuer: house.issuer,
                user: order.user,
                client: client.id,
                merchant: merchant,
                permissions: order.permissions.map(\.scope),
                identifier: try house.freshUUID().text,
                at: now
            )
            return surface.answer(.ok, ["token": .text(try house.keys.sign(token))])
        } catch { throw SurfaceRefusal(error) }
    }

    // MARK: /v1/ais/consents

    private func register(
        _ request: Request,
        _ token: MerchantToken,
        _ client: Client,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let order = try MerchantConsentOrder(request.body)
        // The token alone says who calls; whoever says otherwise beside it means somebody else.
        guard order.user ?? token.user == token.user, order.merchant ?? Int64(token.merchant) == Int64(token.merchant)
        else { throw .tokenInvalid }
        try Self.require(order.permissions, in: token)
        guard !client.redirectURIs.isEmpty, order.redirectURL.map({ client.allowsRedirect(to: $0) }) ?? true else {
            throw .redirectUnregistered
        }
        let consent = try await create(
            order.draft(for: token.user),
            request,
            for: Identifier(client.id.text),
            at: now
        )
        guard let name = RequestName(of: consent.id) else { throw .failed }
        return surface.answer(.created, document(consent, name, token, client, at: now).json)
    }

    /// The consent that a path names, if it is this merchant's and this user's; otherwise there is none.
    ///
    /// By the request's name at any time, and by its own once it has one. Both are read before anything is compared, so
    /// that what is not there and what is somebody else's take the same way.
    private func consent(
        _ parts: PathParts,
        of token: MerchantToken
    ) async throws(SurfaceRefusal) -> (Consent, RequestName) {
        guard let text = parts["id"] else { throw .notFound }
        let asked = RequestName(text)
        guard let consent = try await consent(asked?.consent ?? Identifier(text)),
            consent.thirdParty.text == token.client.text,
            surface.knows(consent, isShared: house.sharesAcrossSurfaces),
            consent.endUser.map({ $0 == token.user }) ?? true,
            asked != nil || consent.isNamed,
            let name = RequestName(of: consent.id)
        else { throw .notFound }
        return (consent, name)
    }

    private static func require(
        _ permissions: [MerchantPermission],
        in token: MerchantToken
    ) throws(SurfaceRefusal) {
        for permission in permissions where !token.permissions.contains(permission.scope) {
            throw .scopeLacking(permission.scope)
        }
    }

    /// Ends a consent, whatever else is happening to it.
    private func revoke(
        _ read: Consent,
        _ parts: PathParts,
        _ token: MerchantToken,
        at now: Timestamp
    ) async throws(SurfaceRefusal) {
        var consent = read
        for _ in 0..<Self.attempts {
            let change: ConsentChange
            do throws(ConsentRefusal) {
                // What has ended by its date is no more to be taken back.
                guard consent.state(at: now) != .expired else { throw .expired }
                change = try consent.change(.revoke(.thirdParty), by: .thirdParty(consent.thirdParty), at: now)
            } catch { throw .consent(error) }
            if try await commit([.consent(change)]) { return }
            consent = try await self.consent(parts, of: token).0
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    /// What the person opened and the bank still has.
    private func openAccounts(
        _ consent: Consent,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> (accounts: [AccountData], given: Timestamp) {
        guard opens(consent, at: now), let authorisation = consent.authorisation else {
            throw .consent(.impossible(in: consent.status))
        }
        let accounts = house.bank.accounts(of: Identifier(authorisation.person.text))
        return (accounts.filter { authorisation.accounts.contains($0.id) }, authorisation.given)
    }

    private func document(
        _ consent: Consent,
        _ name: RequestName,
        _ token: MerchantToken,
        _ client: Client,
        at now: Timestamp
    ) -> MerchantDocument {
        MerchantDocument(
            consent: consent,
            request: name,
            merchant: token.merchant,
            user: token.user,
            authorizationURL: link(consent, name, client),
            now: now
        )
    }

    /// Where the user decides; `nil` where there is no place left to come back to.
    private func link(_ consent: Consent, _ name: RequestName, _ client: Client) -> WireText? {
        let asked = consent.origin == surface.origin ? (try? MerchantConsentOrder(consent.receipt))?.redirectURL : nil
        let redirectURI = asked ?? client.redirectURIs.first?.text
        guard let redirectURI, client.allowsRedirect(to: redirectURI) else { return nil }
        return house.consentLink(consent, of: client, returningTo: redirectURI, state: name.text)
    }
}
