import RelyingParty
import Text

extension Flow {
    /// What the browser brought back, held to what was asked for.
    ///
    /// - Parameter exchange: The browser's request and our answer.
    mutating func arrive(_ sealed: AuthorizationResponse, by exchange: Exchange, at now: Timestamp) {
        guard let server, let attempt else { return }
        isAnswered = true
        do throws(PartyFailure) {
            let response = try sealed.opened(from: server, for: client, at: now)
            let problems = problems(with: response, sealed, attempt, server, at: now)
            if let error = response.error, problems.isEmpty {
                verdicts[exchange.number] = Verdict(
                    expected: "an answer with our state and the issuer's name",
                    found: WireText("they are right, and the answer is no: \(response.summary)"),
                    isAsExpected: true
                )
                failure = WireText("The bank sent the browser back without a code: \(error).")
                return
            }
            verdicts[exchange.number] = Verdict(
                expected: WireText("a code, with our state and the issuer's name, in \(expectedCarrier)"),
                found: problems.isEmpty ? "all of it" : WireText(problems.joined(separator: "; ")),
                isAsExpected: problems.isEmpty
            )
            // RFC 9207 §2.4: an answer that is not from this server, or not for this journey, is not used.
            guard problems.isEmpty, let code = response.code else {
                failure = "The answer was not used."
                return
            }
            self.code = HeldCode(text: code, came: now)
        } catch {
            verdicts[exchange.number] = Verdict(
                expected: "an answer that is signed by the bank",
                found: error.sentence,
                isAsExpected: false
            )
            failure = "The answer was not used."
        }
    }

    private var expectedCarrier: WireText {
        let mode = choices.responseMode
        if mode.hasPrefix("form_post") { return "a form" }
        if mode.hasPrefix("fragment") { return "a fragment" }
        if mode.hasPrefix("query") { return "a query" }
        return choices.responseType == "code" ? "a query" : "a fragment"
    }

    private func problems(
        with response: AuthorizationResponse,
        _ sealed: AuthorizationResponse,
        _ attempt: AuthorizationAttempt,
        _ server: ServerDescription,
        at now: Timestamp
    ) -> [String] {
        var problems: [String] = []
        if let name = response.parameters.duplicatedName { problems.append("\(name) came twice") }
        if response["state"] != attempt.state { problems.append("state is another") }
        if response["iss"] != server.issuer { problems.append("iss is not the issuer") }
        // An error may come another way, where the bank could not use the one that was asked for.
        guard response.error == nil else { return problems }
        if response.code == nil { problems.append("there is neither a code nor an error") }
        if WireText("a \(response.carrier.rawValue)") != expectedCarrier {
            problems.append("it came in a \(response.carrier.rawValue)")
        }
        if choices.responseMode.string.hasSuffix("jwt"), sealed["response"] == nil {
            problems.append("it is not signed")
        }
        guard choices.responseType == "code id_token" else { return problems }
        guard let token = response["id_token"] else { return problems + ["there is no ID token"] }
        let findings = idTokenChecks(server, attempt, response).findings(in: token, at: now)
        return problems + findings.compactMap(\.problem?.string)
    }

    private func idTokenChecks(
        _ server: ServerDescription,
        _ attempt: AuthorizationAttempt,
        _ response: AuthorizationResponse
    ) -> IDTokenChecks {
        var checks = IDTokenChecks(server: server, client: client, nonce: attempt.nonce)
        checks.code = response.code
        checks.state = attempt.state
        return checks
    }
}
