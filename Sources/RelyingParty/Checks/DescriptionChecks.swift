internal import HTTP
internal import Text

/// What a server says of itself.
enum DescriptionChecks {
    static let all = [issuer, endpoints, agreement, challenges, keys, algorithms, oldFlows]

    static let issuer = Check(
        "B01",
        "issuer is the URL that was asked",
        "RFC 8414 §3.3",
        expects: "issuer in the description is, byte by byte, the issuer that was asked for",
        why: """
            A client compares iss in every answer and token with this value. If a description may name another issuer \
            than the one it was fetched from, one server can pass itself off as another, which is how mix-up attacks \
            begin.
            """
    ) { bench throws(PartyFailure) in
        bench.server.issuer == bench.asked
            ? .pass(bench.server.issuer) : .fail(WireText("\(bench.server.issuer), asked for \(bench.asked)"))
    }

    static let endpoints = Check(
        "B02",
        "endpoints are reached by TLS",
        "RFC 6749 §3.1, §3.2",
        expects: "every URL is https, or http on this machine",
        why: """
            Codes, secrets and tokens cross these URLs. Without TLS anybody on the way reads them. Only a server on \
            the same machine, for trying things out, may do without.
            """
    ) { bench throws(PartyFailure) in
        let members = bench.server.document.members ?? []
        let plain = members.filter { member in
            guard member.name.string.hasSuffix("_endpoint") || member.name == "jwks_uri", let url = member.value.text,
                let place = Place(url)
            else { return false }
            return !place.isSecure && !place.isLoopback
        }
        guard plain.isEmpty else { return .fail(WireText(plain.map(\.name.string).joined(separator: ", "))) }
        return .pass("all are")
    }

    static let agreement = Check(
        "B03",
        "both descriptions say the same",
        "RFC 8414 §3, OpenID Connect Discovery §4",
        expects: "the two well-known documents agree on issuer, endpoints and keys",
        why: """
            OAuth clients read one of the documents, OpenID clients the other. Where they differ, two libraries at \
            the same client talk to different endpoints, and one of them is usually forgotten at the next change.
            """
    ) { bench throws(PartyFailure) in
        var documents: [JSON] = []
        for url in ServerDescription.urls(of: bench.asked) {
            let exchange = await bench.transport.send(.get(.discovery, url))
            if exchange.isSuccess, let json = exchange.json { documents.append(json) }
        }
        guard documents.count == 2 else { return .skip("there is one document only") }
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] as [WireText] {
            guard documents[0][name] == documents[1][name] else { return .fail(WireText("they differ in \(name)")) }
        }
        return .pass("they agree")
    }

    static let challenges = Check(
        "B04",
        "PKCE is announced, with S256 and nothing weaker",
        "RFC 8414 §2, RFC 9700 §2.1.1",
        expects: "code_challenge_methods_supported is there, has S256, and has not plain",
        why: """
            A client can only rely on PKCE against code injection if it knows that the server checks it. With plain, \
            whoever sees the authorization request has the verifier.
            """
    ) { bench throws(PartyFailure) in
        guard let methods = bench.server.document["code_challenge_methods_supported"]?.texts else {
            return .fail("code_challenge_methods_supported is missing")
        }
        guard methods.contains("S256"), !methods.contains("plain") else {
            return .fail(WireText(methods.map(\.string).joined(separator: ", ")))
        }
        return .pass("S256")
    }

    static let keys = Check(
        "B05",
        "the key set has public keys only, each with a name of its own",
        "RFC 7517 §4.5, §9.2",
        expects: "no private or shared key, and a kid at each that no other has",
        why: """
            A private part in a published key set lets everybody sign tokens. Without names, or with one name twice, \
            a client cannot tell which key a token was signed with, and breaks at the first rotation.
            """
    ) { bench throws(PartyFailure) in
        guard let url = bench.server.url("jwks_uri") else { return .skip("there is no jwks_uri") }
        let exchange = await bench.transport.send(.get(.keys, url))
        guard let keys = exchange.json?["keys"]?.array, !keys.isEmpty else { return .fail("there are no keys") }
        var names: Set<WireText> = []
        for key in keys {
            for secret in ["d", "p", "q", "k"] as [WireText] where key[secret] != nil {
                return .fail(WireText("a key has the member \(secret)"))
            }
            guard let name = key["kid"]?.text else { return .fail("a key has no kid") }
            guard names.insert(name).inserted else { return .fail(WireText("two keys are named \(name)")) }
        }
        return .pass(WireText("keys: \(keys.count)"))
    }

    static let algorithms = Check(
        "B06",
        "nothing unsigned is announced",
        "RFC 8725 §3.2, OpenID Connect Discovery §3",
        expects: "none is in no list of signing algorithms",
        why: """
            A token or a request object with the algorithm none is signed by nobody. Libraries have been fooled with \
            it for ten years; a server that offers it invites its clients to take it.
            """
    ) { bench throws(PartyFailure) in
        for member in bench.server.document.members ?? [] where member.name.string.hasSuffix("_alg_values_supported") {
            if member.value.texts?.contains("none") == true { return .fail(member.name) }
        }
        return .pass("none is nowhere")
    }

    static let oldFlows = Check(
        "B07",
        "no token in a URL and no password for clients is announced",
        "RFC 9700 §2.1.2, §2.4",
        expects: "no response type with token, no grant types implicit and password",
        why: """
            A token in a URL stays in histories, logs and referrers and is bound to nobody. A client that is given \
            people's passwords can do everything they can, and teaches them to type passwords anywhere.
            """
    ) { bench throws(PartyFailure) in
        let types = bench.server.document["response_types_supported"]?.texts ?? []
        if let type = types.first(where: { $0.split(at: .space).contains("token") }) {
            return .fail(WireText("response type \(type)"))
        }
        let grants = bench.server.document["grant_types_supported"]?.texts ?? []
        if let grant = grants.first(where: { $0 == "password" || $0 == "implicit" }) {
            return .fail(WireText("grant type \(grant)"))
        }
        return .pass("neither")
    }
}
