package import Text

/// Everything that is counted.
///
/// No label names a person, a consent or a client.
package struct Metrics: Sendable {
    package let httpRequests = AnswerCounters(
        "assent_http_requests_total",
        "Requests answered, by route and class of status."
    )
    package let httpSeconds: Histogram
    package let authorizationRequests: CounterFamily<WireText>
    package let clientsRefused: CounterFamily<ClientFault>
    package let commitSeconds: Histogram
    /// Questions and changes that the store could not answer or keep.
    package let storeFailures = Counter()
    package let tokensIssued: CounterFamily<WireText>
    package let tokenErrors: CounterFamily<WireText>
    package let codeRedemptions: CounterFamily<CodeRedemption>
    package let introspections: CounterFamily<Introspected>
    package let consentDecisions: CounterFamily<ConsentDecision>
    package let consentsStopped: CounterFamily<StopResult>
    package let logins: CounterFamily<LoginResult>
    package let requestsLimited: CounterFamily<LimitedBy>

    /// Counters for the grants and error codes that the house has.
    package init(grants: [WireText], tokenErrors codes: [WireText], authorizationErrors: [WireText]) {
        httpSeconds = Histogram(
            "assent_http_request_duration_seconds",
            "Time from the last byte of a request to the first of its answer."
        )
        authorizationRequests = CounterFamily(
            "assent_authorization_requests_total",
            "Authorization requests, by whether they were taken or the error that was answered.",
            by: "result",
            ["ok"] + authorizationErrors
        )
        clientsRefused = CounterFamily(
            "assent_client_auth_failures_total",
            "Clients that did not show who they are, by reason.",
            by: "reason"
        )
        commitSeconds = Histogram(
            "assent_store_commit_duration_seconds",
            "Time that a list of changes took to be on the disk, its wait for others included."
        )
        tokensIssued = CounterFamily("assent_tokens_issued_total", "Token responses, by grant.", by: "grant", grants)
        tokenErrors = CounterFamily(
            "assent_token_errors_total",
            "Token requests refused, by OAuth error code.",
            by: "error",
            codes
        )
        codeRedemptions = CounterFamily(
            "assent_code_redemptions_total",
            "Authorization codes presented, by result.",
            by: "result"
        )
        introspections = CounterFamily(
            "assent_introspections_total",
            "Tokens introspected, by whether they were active.",
            by: "active"
        )
        consentDecisions = CounterFamily(
            "assent_consent_decisions_total",
            "Consent pages that came to an end, by result.",
            by: "result"
        )
        consentsStopped = CounterFamily(
            "assent_consents_stopped_total",
            "Consents that people meant to stop at the dashboard, by result.",
            by: "result"
        )
        logins = CounterFamily("assent_logins_total", "Attempts to log in, by result.", by: "result")
        requestsLimited = CounterFamily(
            "assent_requests_limited_total",
            "Requests answered with 429, by whose limit was reached.",
            by: "limit"
        )
    }

    package enum CodeRedemption: String, CaseIterable, Sendable {
        case redeemed = "ok"
        case unknown
        case replayed
        case expired
        case wrongClient = "wrong_client"
        case wrongRedirect = "wrong_redirect"
        case badVerifier = "bad_verifier"
    }

    package enum ClientFault: String, CaseIterable, Sendable {
        case missing
        case mismatch
        case replayed
    }

    package enum Introspected: String, CaseIterable, Sendable {
        case active = "true"
        case inactive = "false"
    }

    package enum ConsentDecision: String, CaseIterable, Sendable {
        case allowed = "shared"
        case denied
        case cancelled
        case timedOut = "timeout"
        case failed = "error"
    }

    package enum StopResult: String, CaseIterable, Sendable {
        case stopped = "ok"
        case over
    }

    package enum LimitedBy: String, CaseIterable, Sendable {
        case client
        case address
    }

    package enum LoginResult: String, CaseIterable, Sendable {
        case loggedIn = "ok"
        case mismatch
        case slowedDown = "slowed_down"
        case cancelled
        case timedOut = "timeout"
        case busy
    }
}
