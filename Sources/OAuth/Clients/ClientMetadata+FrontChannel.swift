import JOSE
import Text

extension ClientMetadata {
    /// How a client's requests come, as it has registered.
    static func frontChannel(_ document: JSON, _ profile: Profile) throws(Problem) -> FrontChannel {
        let demands = profile.demands
        let mustPush = try demanding(document, "require_pushed_authorization_requests", demands.needsPush, profile)
        let mustSign = try demanding(document, "require_signed_request_object", demands.needsSignedRequest, profile)
        let algorithm = try requestAlgorithm(document)
        if let algorithm, !demands.algorithms.contains(algorithm) {
            throw Problem(
                "request_object_signing_alg",
                "The profile \(profile.rawValue) does not allow \(algorithm.name)."
            )
        }
        var keys: JWKSet?
        if let json = document["jwks"] { keys = try keySet(json) }
        guard keys != nil || !mustSign && algorithm == nil else {
            throw Problem("jwks", "Signed requests need the client's keys.")
        }
        return FrontChannel(
            mustPush: mustPush,
            mustSign: mustSign,
            keys: keys,
            requestAlgorithm: algorithm,
            requestEncryption: try requestEncryption(document, hasKeys: keys != nil),
            answerAlgorithm: try answerAlgorithm(document, profile),
            answerEncryption: try encryption(document, "authorization_encrypted_response"),
            defaults: try loginDefaults(document)
        )
    }

    private static func loginDefaults(_ document: JSON) throws(Problem) -> LoginDefaults {
        // `auth_time` is in every ID token, so that whoever requires it has it.
        _ = try boolean(document, "require_auth_time")
        let values = try texts(document, "default_acr_values") ?? []
        guard let value = document["default_max_age"] else { return LoginDefaults(acrValues: values) }
        guard let maxAge = value.integer.flatMap({ MaxAge($0) }) else {
            throw Problem("default_max_age", "It must be a whole number of seconds, not negative.")
        }
        return LoginDefaults(maxAge: maxAge, acrValues: values)
    }

    /// What a client demands of its own requests; it cannot say no to what its profile demands.
    private static func demanding(
        _ document: JSON,
        _ member: WireText,
        _ isDemanded: Bool,
        _ profile: Profile
    ) throws(Problem) -> Bool {
        let says = try boolean(document, member)
        if isDemanded, document[member] != nil, !says {
            throw Problem(member, "The profile \(profile.rawValue) demands it.")
        }
        return says || isDemanded
    }

    private static func answerAlgorithm(_ document: JSON, _ profile: Profile) throws(Problem) -> Algorithm? {
        let member: WireText = "authorization_signed_response_alg"
        guard document[member] != nil else {
            // JARM §3: encryption is around a signature, and never in the place of one.
            guard document["authorization_encrypted_response_alg"] == nil else {
                throw Problem("authorization_encrypted_response_alg", "It needs \(member).")
            }
            return nil
        }
        let algorithm = try algorithm(document, member)
        guard profile.demands.algorithms.contains(algorithm) else {
            throw Problem(member, "The profile \(profile.rawValue) does not allow \(algorithm.name).")
        }
        return algorithm
    }

    private static func requestEncryption(
        _ document: JSON,
        hasKeys: Bool
    ) throws(Problem) -> FrontChannel.RequestEncryption? {
        let (member, contentMember) = (
            "request_object_encryption_alg" as WireText, "request_object_encryption_enc" as WireText
        )
        guard let name = try text(document, member) else {
            // OpenID Connect Registration §2: the one means nothing without the other.
            guard document[contentMember] == nil else { throw Problem(contentMember, "It needs \(member).") }
            return nil
        }
        guard let algorithm = KeyEncryption(name), RequestObject.encryptions.contains(algorithm) else {
            throw Problem(member, "It must be one of \(names(RequestObject.encryptions.map(\.name))).")
        }
        // OpenID Connect Core §10.2: what is encrypted is signed before.
        guard hasKeys else { throw Problem("jwks", "Encrypted requests are signed as well, with the client's keys.") }
        guard let contentName = try text(document, contentMember) else {
            return FrontChannel.RequestEncryption(algorithm: algorithm)
        }
        guard let content = ContentEncryption(contentName) else {
            throw Problem(contentMember, "It must be A128GCM or A256GCM.")
        }
        return FrontChannel.RequestEncryption(algorithm: algorithm, content: content)
    }

    private static func requestAlgorithm(_ document: JSON) throws(Problem) -> Algorithm? {
        guard let text = try text(document, "request_object_signing_alg") else { return nil }
        guard let algorithm = Algorithm(text), RequestObject.algorithms.contains(algorithm) else {
            let names = RequestObject.algorithms.map(\.name.string).joined(separator: ", ")
            throw Problem("request_object_signing_alg", "It must be one of \(names).")
        }
        return algorithm
    }
}
