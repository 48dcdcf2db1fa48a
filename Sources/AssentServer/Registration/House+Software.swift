internal import Crypto
internal import HTTP
internal import JOSE
internal import OAuth
internal import Text

/// A registration that software has signed, and that was believed.
struct SoftwareRegistration {
    let request: RegistrationRequest
    let policy: RegistrationPolicy
    let software: WireText
    /// The change that spends the request.
    let spending: OAuth.Change
}

extension House {
    /// Believes a directory about software, and the software about itself: UK Open Banking Dynamic Client Registration.
    func signedRegistration(
        _ request: Request,
        at now: Timestamp
    ) async throws(RegistrationRefusal) -> SoftwareRegistration {
        guard let directory = registration.current?.directory else {
            throw .statementUnapproved("No directory of software is believed here.")
        }
        let signed = try SignedRegistration(WireText(request.body) ?? "", by: directory, at: now)
        try requireCertificate(of: signed.statement, directory.certificate, request.peer.shownCertificate, at: now)
        let read = try signed.read(
            signedBy: try await keys(of: signed.statement),
            audiences: [issuer.text, issuer.url("/register")],
            at: now
        )
        return SoftwareRegistration(
            request: read.request,
            policy: signed.policy,
            software: signed.statement.softwareID,
            spending: read.spending
        )
    }

    /// Before the software is known its keys are where its directory says, on a host that the bank has listed.
    private func keys(of statement: SoftwareStatement) async throws(RegistrationRefusal) -> JWKSet {
        guard outbound.reaches(statement.keysURI) else {
            throw .statementInvalid("The host of software_jwks_endpoint is not one that the bank has listed.")
        }
        guard let response = try? await outbound.send(.get, to: statement.keysURI), response.status == .ok,
            let keys = try? JWKSet(response.body)
        else { throw .statementInvalid("There are no keys at software_jwks_endpoint.") }
        return keys
    }

    private func requireCertificate(
        of statement: SoftwareStatement,
        _ demand: SoftwareDirectory.CertificateDemand,
        _ shown: ShownCertificate?,
        at now: Timestamp
    ) throws(RegistrationRefusal) {
        guard demand != .none else { return }
        guard let shown, let authorities = authorities.current, let certificate = try? Certificate(der: shown.der),
            authorities.haveIssued(certificate, through: shown.issuers, at: now),
            certificate.organisations.contains(where: statement.isOf)
        else {
            throw .statementUnapproved("The request must come with a certificate of the organisation of the software.")
        }
        guard demand == .qualified else { return }
        guard certificate.paymentServiceRoles?.contains(.accountInformation) == true else {
            throw .statementUnapproved("The certificate has no role PSP_AI, which the software needs.")
        }
    }
}

extension Request {
    /// UK Open Banking §4: a JWT in the place of JSON.
    var isSignedRegistration: Bool {
        let type = MediaType(fields)?.essence
        return type == "application/jose" || type == "application/jwt"
    }
}
