package import JOSE

/// In which form a client is answered at UserInfo and at introspection.
package struct AnswerFormats: Sendable {
    /// OpenID Connect Core §5.3.2; absent for who is answered in plain JSON.
    package let userInfo: AnswerFormat?
    /// RFC 9701 §6, for who asks for a JWT; absent for who has registered nothing of it.
    package let introspection: AnswerFormat?

    /// By default a client is answered in plain JSON.
    package init(userInfo: AnswerFormat? = nil, introspection: AnswerFormat? = nil) {
        self.userInfo = userInfo
        self.introspection = introspection
    }
}

/// A JWT, signed and perhaps encrypted around its signature.
package struct AnswerFormat: Sendable {
    package let algorithm: Algorithm
    package let encryption: Client.Encryption?

    /// A form; `ClientMetadata` reads one.
    package init(algorithm: Algorithm, encryption: Client.Encryption? = nil) {
        self.algorithm = algorithm
        self.encryption = encryption
    }
}

extension Client {
    /// How it is told of a token where it asks for a JWT: RFC 9701 §6 says RS256 where nothing is registered, which
    /// the profiles of FAPI do not allow.
    package var introspectionFormat: AnswerFormat {
        answers.introspection
            ?? AnswerFormat(algorithm: profile.demands.algorithms.contains(.rs256) ? .rs256 : .es256)
    }
}
