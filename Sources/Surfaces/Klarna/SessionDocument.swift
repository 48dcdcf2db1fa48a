package import Consents
package import Text

/// Sessions, flows and fetched consents, as XS2A spells them.
package enum SessionDocument {
    /// A session that was opened: where its flows are started, and where its consent is fetched.
    package static func opened(_ session: AccessSession, for consent: Consent, _ base: WireText) -> JSON {
        let url = url(of: session, base)
        let flows = AccessKind.allCases.filter { consent.effectivePermissions.isSuperset(of: $0.permissions) }
        return data([
            JSON.Member("session_id", .text(session.id.text)),
            JSON.Member("session_id_short", .text(session.shortID)),
            JSON.Member("self", .text(url)),
            JSON.Member("consent", .text(WireText("\(url)/consent/get"))),
            JSON.Member(
                "flows",
                .object(flows.map { JSON.Member($0.member, .text(WireText("\(url)/flows/\($0.rawValue)"))) })
            ),
        ])
    }

    /// A session, and what there is to know of the bank.
    package static func session(
        _ session: AccessSession,
        _ base: WireText,
        bankName: WireText,
        at now: Timestamp
    ) -> JSON {
        data([
            JSON.Member("session_id", .text(session.id.text)),
            JSON.Member("session_id_short", .text(session.shortID)),
            JSON.Member("self", .text(url(of: session, base))),
            JSON.Member("bank_name", .text(bankName)),
            JSON.Member("connection", "PSD2"),
            JSON.Member("expires_at", .text(WireText(session.expires.rfc3339))),
            JSON.Member("is_open", .boolean(session.isOpen(at: now))),
        ])
    }

    /// A flow, with its result where there is one.
    package static func flow(
        _ flow: AccessFlow,
        _ state: AccessFlow.State,
        clientToken: WireText,
        result: JSON?,
        _ base: WireText
    ) -> JSON {
        var members = [
            JSON.Member("flow_id", .text(flow.id.text)),
            JSON.Member("client_token", .text(clientToken)),
            JSON.Member("self", .text(WireText("\(base)/xs2a/v1/sessions/\(flow.session)/flows/\(flow.id)"))),
            JSON.Member("app_url", .text(WireText("\(base)/xs2a/v1/app/\(clientToken)"))),
            JSON.Member("state", .text(word(for: state))),
        ]
        if let result { members.append(JSON.Member("result", result)) }
        if let error = KlarnaError(state) { members.append(JSON.Member("error", error.json)) }
        return data(members)
    }

    /// A consent that is handed out: only what was granted is in it.
    package static func consent(_ consent: Consent, token: WireText, _ base: WireText) -> JSON {
        data([
            JSON.Member("consent_id", .text(consent.id.text)),
            JSON.Member("consent_token", .text(token)),
            JSON.Member(
                "consents",
                .object(
                    AccessKind.allCases.filter { $0.isGranted(by: consent) }.map { kind in
                        JSON.Member(kind.member, .text(url(of: consent.id, "\(kind.rawValue)/get", base)))
                    }
                )
            ),
        ])
    }

    /// What a token bought, and the one to buy with next.
    package static func result(_ result: JSON, token: WireText) -> JSON {
        data([JSON.Member("result", result), JSON.Member("consent_token", .text(token))])
    }

    /// Where the next page is, as a member of a result.
    package static func pagination(_ consent: Identifier<Consent>, offset: WireText, _ base: WireText) -> JSON.Member {
        JSON.Member(
            "pagination",
            ["url": .text(url(of: consent, "transactions/list", base)), "next": ["offset": .text(offset)]]
        )
    }

    private static func data(_ members: [JSON.Member]) -> JSON {
        ["data": .object(members)]
    }

    private static func url(of session: AccessSession, _ base: WireText) -> WireText {
        WireText("\(base)/xs2a/v1/sessions/\(session.id)")
    }

    private static func url(of consent: Identifier<Consent>, _ path: String, _ base: WireText) -> WireText {
        WireText("\(base)/xs2a/v1/consents/\(consent)/\(path)")
    }

    private static func word(for state: AccessFlow.State) -> WireText {
        switch state {
        case .waiting: "CONSUMER_INPUT_NEEDED"
        case .finished: "FINISHED"
        case .refused, .timedOut: "ABORTED"
        case .failed: "EXCEPTION"
        }
    }
}
