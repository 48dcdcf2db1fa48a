package import Fuzzing

/// Readers of `OAuth`, and of what stands above it.
package enum FuzzedOAuth {
    package static let targets = [
        FuzzTarget("authorization-details", FuzzedAuthorizationDetails.check),
        FuzzTarget("binding-message", FuzzedBindingMessage.check),
        FuzzTarget("certificate-name", FuzzedCertificateName.check),
        FuzzTarget("claims-request", FuzzedClaimsRequest.check),
        FuzzTarget("client-document", FuzzedClientDocument.check),
        FuzzTarget("configuration", FuzzedConfiguration.check),
        FuzzTarget("consent-body", FuzzedConsentBody.check),
        FuzzTarget("iso-date", FuzzedISODate.check),
        FuzzTarget("proof-url", FuzzedProofURL.check),
        FuzzTarget("redirect-uri", FuzzedRedirectURI.check),
        FuzzTarget("scope", FuzzedScope.check),
        FuzzTarget("user-code", FuzzedUserCode.check),
    ]
}
