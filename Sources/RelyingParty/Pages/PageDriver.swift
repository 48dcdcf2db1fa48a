package import Text

/// Fills in the forms of a login and a consent as a person would, on any server whose pages need no script.
package struct PageDriver: Sendable {
    package var username: WireText
    package var password: WireText
    /// Which of the boxes are ticked, from 1; all of them where there is nothing.
    package var boxes: [Int]
    package var decision: Decision

    /// What the person makes of it.
    package enum Decision: Sendable {
        case allow
        case deny
        /// Turns back before giving a password away.
        case cancelAtLogin
    }

    package init(username: WireText, password: WireText, boxes: [Int] = [], decision: Decision = .allow) {
        self.username = username
        self.password = password
        self.boxes = boxes
        self.decision = decision
    }

    /// Goes on from a page until the browser is sent back.
    package func drive(
        _ browser: inout Browser,
        from start: Browser.Arrival
    ) async throws(PartyFailure) -> AuthorizationResponse {
        var arrival = start
        var seen: [WireText] = []
        for _ in 0..<Limits.hops {
            switch arrival {
            case .lost(let exchange): throw .answer(exchange, "The browser was led nowhere.")
            case .returned(let exchange, _, _):
                guard let response = AuthorizationResponse(arrival) else {
                    throw .answer(exchange, "The browser was sent back with a URL that cannot be read.")
                }
                return response
            case .page(let exchange, let page):
                guard !seen.contains(page.text) else {
                    throw .page(exchange, WireText("The same page came again: \(page.beginning)"))
                }
                seen.append(page.text)
                arrival = try await answer(page, exchange, in: &browser)
            }
        }
        throw .answer(arrival.exchange, "There is no end to the pages.")
    }

    /// Sends the form of one page.
    package func answer(
        _ page: HTMLPage,
        _ exchange: Exchange,
        in browser: inout Browser
    ) async throws(PartyFailure) -> Browser.Arrival {
        let (form, button) = try choice(on: page, exchange)
        return await browser.submit(filled(form), pressing: button, on: exchange)
    }

    /// Which form is sent, and by which of its buttons.
    package func choice(
        on page: HTMLPage,
        _ exchange: Exchange
    ) throws(PartyFailure) -> (HTMLForm, HTMLForm.Control?) {
        let login = page.forms.first(where: \.asksForPassword)
        let isRefusing = decision == .deny && login == nil || decision == .cancelAtLogin
        if isRefusing {
            for form in page.forms {
                if let button = form.buttons.first(where: { Wording.refuses($0) }) { return (form, button) }
            }
            throw .page(exchange, "There is no button that says no.")
        }
        let forms = login.map { [$0] } ?? page.forms
        for form in forms {
            if let button = form.buttons.first(where: { Wording.agrees($0) }) { return (form, button) }
        }
        for form in forms {
            if let button = form.buttons.first(where: { !Wording.refuses($0) }) { return (form, button) }
        }
        // A form with fields and without a button is sent by the Enter key.
        if let form = forms.first(where: { form in form.buttons.isEmpty && !form.controls.isEmpty }) {
            return (form, nil)
        }
        throw .page(exchange, WireText("There is nothing to press on \(exchange.status): \(page.beginning)"))
    }

    /// The form with what the person types and ticks.
    package func filled(_ form: HTMLForm) -> HTMLForm {
        var form = form
        var box = 0
        for index in form.controls.indices where !form.controls[index].isDisabled {
            switch form.controls[index].kind {
            case .password: form.controls[index].value = password
            // What the server has filled in stays.
            case .text: if form.controls[index].value.isEmpty { form.controls[index].value = username }
            case .checkbox:
                box += 1
                form.controls[index].isChecked = boxes.isEmpty || boxes.contains(box)
            default: break
            }
        }
        return form
    }
}

extension HTMLPage {
    /// Enough of the words to know the page by.
    package var beginning: WireText {
        let bytes = text.bytes
        return bytes.count <= 160 ? text : WireText(String(decoding: bytes.prefix(160), as: UTF8.self) + "…")
    }
}

/// What buttons say, in their words or in their names.
enum Wording {
    static func agrees(_ button: HTMLForm.Control) -> Bool {
        !refuses(button) && words(of: button).contains { agreeing.contains($0) }
    }

    static func refuses(_ button: HTMLForm.Control) -> Bool {
        words(of: button).contains { refusing.contains($0) }
    }

    private static func words(of button: HTMLForm.Control) -> [String] {
        [button.text, button.value, button.name ?? "", button.id ?? ""].flatMap { text in
            text.lowercasedASCII.utf8.split { !$0.isAlphanumeric }.map { String(Substring($0)) }
        }
    }

    private static let refusing: Set<String> = [
        "abort", "back", "cancel", "decline", "denied", "deny", "disagree", "logout", "no", "refuse", "reject", "stop",
    ]
    private static let agreeing: Set<String> = [
        "accept", "agree", "allow", "approve", "authorise", "authorize", "confirm", "consent", "continue", "grant",
        "log", "login", "next", "ok", "sign", "signin", "submit", "yes",
    ]
}
