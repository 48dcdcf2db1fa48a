import HTTP
import Mustache
import Text

/// The pages of the demo third party.
struct ThirdPartyPage: Sendable {
    private let template: Template

    init() throws(CommandFailure) {
        do {
            let set = try TemplateSet.read([TemplateFile("third-party", Array(Self.source.utf8))])
            guard let template = set["third-party"] else { throw CommandFailure("the demo page is missing.") }
            self.template = template
        } catch { throw CommandFailure("\(error)") }
    }

    func start() -> Response {
        render(["title": "Connect your bank", "start": true])
    }

    func connected(
        _ journey: Journey,
        code: WireText,
        tokens: ThirdPartyBank.Tokens,
        accounts: JSON
    ) -> Response {
        let names = Self.names(of: accounts)
        return render([
            "title": "Connected",
            "connected": [
                "accounts": .list(names),
                "code": .text(code),
                "consent": .text(journey.consent),
                "claims": .text(Self.claims(of: tokens.accessToken)),
            ],
            "state": .text(journey.state),
        ])
    }

    func device(_ codes: ThirdPartyBank.DeviceCodes) -> Response {
        render([
            "title": "Connect this television",
            "device": ["user_code": .text(codes.user), "page": .text(codes.page), "code": .text(codes.device)],
        ])
    }

    func waiting(_ device: WireText, error: WireText) -> Response {
        render(["title": "Not connected yet", "waiting": ["error": .text(error), "code": .text(device)]])
    }

    func paired(_ tokens: ThirdPartyBank.Tokens, accounts: JSON) -> Response {
        render([
            "title": "Connected",
            "paired": [
                "accounts": .list(Self.names(of: accounts)), "claims": .text(Self.claims(of: tokens.accessToken)),
                "told": false,
            ],
        ])
    }

    func calling(_ call: ThirdPartyBank.Call, page: WireText) -> Response {
        render([
            "title": "Your bank is asking you",
            "calling": ["message": .text(call.message), "page": .text(page), "id": .text(call.id)],
        ])
    }

    func unanswered(_ id: WireText, error: WireText, isTold: Bool) -> Response {
        render([
            "title": "Not connected yet",
            "unanswered": ["error": .text(error), "id": .text(id), "told": .flag(isTold)],
        ])
    }

    func answered(_ tokens: ThirdPartyBank.Tokens, accounts: JSON, isTold: Bool) -> Response {
        render([
            "title": "Connected",
            "paired": [
                "accounts": .list(Self.names(of: accounts)), "claims": .text(Self.claims(of: tokens.accessToken)),
                "told": .flag(isTold),
            ],
        ])
    }

    private static func names(of accounts: JSON) -> [View] {
        (accounts["Data"]?["Account"]?.array ?? []).map { account in
            View.text(account["Nickname"]?.text ?? account["AccountId"]?.text ?? "")
        }
    }

    func refused(_ journey: Journey, error: WireText, description: WireText?) -> Response {
        render([
            "title": "Not connected",
            "refused": ["error": .text(error), "description": .text(description ?? "")],
            "state": .text(journey.state),
        ])
    }

    func failure(_ failure: ThirdPartyFailure) -> Response {
        let reason = WireText(String(describing: failure))
        return render(["title": "Something is not right", "failure": .text(reason)], .badGateway)
    }

    private func render(_ view: View, _ status: Status = .ok) -> Response {
        var response = Response.html(template.render(view), status: status)
        response.fields.append(.cacheControl, "no-store")
        response.fields.append(
            .contentSecurityPolicy,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        )
        response.fields.append(.xContentTypeOptions, "nosniff")
        return response
    }

    /// The middle part of a token, as anybody who holds it can read it.
    private static func claims(of token: WireText) -> WireText {
        let parts = token.split(at: UInt8(ascii: "."))
        guard parts.count == 3, let bytes = Base64URL.decode(parts[1]) else { return "" }
        return WireText(bytes) ?? ""
    }

    private static let source = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} – Money Pilot</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 38rem; margin: 3rem auto; padding: 0 1rem; }
        button { font: inherit; padding: .7rem 1.2rem; border-radius: .5rem; border: 1px solid; cursor: pointer; }
        dt { font-weight: 600; margin-top: .8rem; } dd { margin: 0; overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <header><p>Money Pilot, a demo third party</p></header>
        <main>
        <h1>{{title}}</h1>
        {{#start}}
        <p>Money Pilot would like to see your accounts at Sandbox Bank. You will be taken there, and decide there.</p>
        <form method="post" action="/connect"><button id="connect">Connect Sandbox Bank</button></form>
        <p>Or take this page for one on your television, where nobody wants to type a password:</p>
        <form method="post" action="/device"><button id="device">Connect this television</button></form>
        <p>Or tell us your user name at the bank, and it asks you itself:</p>
        <form method="post" action="/call"><label>User name <input name="username" autocomplete="off"></label>
        <button id="call">Have my bank ask me</button></form>
        <p>For developers: <a id="sandbox" href="/sandbox">try a redirect flow hop by hop</a>.</p>
        {{/start}}
        {{#device}}
        <p>On your telephone or computer, open <a id="page" href="{{page}}">the page of your bank</a> and compare this
        code:</p>
        <p><strong id="user-code">{{user_code}}</strong></p>
        <form method="post" action="/device/poll"><input type="hidden" name="device_code" value="{{code}}">
        <button id="poll">I have answered there</button></form>
        {{/device}}
        {{#waiting}}
        <p>The bank says <code id="error">{{error}}</code>.</p>
        <form method="post" action="/device/poll"><input type="hidden" name="device_code" value="{{code}}">
        <button id="poll">Ask again</button></form>
        {{/waiting}}
        {{#calling}}
        <p>Log in to <a id="page" href="{{page}}">your bank</a>. It asks you there, and shows the
        same message: <strong id="message">{{message}}</strong></p>
        <form method="post" action="/call/poll"><input type="hidden" name="auth_req_id" value="{{id}}">
        <button id="poll">I have answered there</button></form>
        {{/calling}}
        {{#unanswered}}
        <p>The bank says <code id="error">{{error}}</code>.{{#told}} The bank has told us that there is an answer.{{/told}}</p>
        <form method="post" action="/call/poll"><input type="hidden" name="auth_req_id" value="{{id}}">
        <button id="poll">Ask again</button></form>
        {{/unanswered}}
        {{#paired}}
        {{#told}}
        <p>The bank has told us that there is an answer.</p>
        {{/told}}
        <p>Nothing here ever saw your browser at the bank. The token opens:</p>
        <ul id="accounts">
        {{#accounts}}
        <li>{{.}}</li>
        {{/accounts}}
        </ul>
        <dl><dt>claims of the access token</dt><dd><code id="claims">{{claims}}</code></dd></dl>
        {{/paired}}
        {{#connected}}
        <p>The bank sent your browser back with a code. It was redeemed for a token that opens:</p>
        <ul id="accounts">
        {{#accounts}}
        <li>{{.}}</li>
        {{/accounts}}
        </ul>
        <dl>
        <dt>code</dt><dd id="code">{{code}}</dd>
        <dt>consent</dt><dd id="consent">{{consent}}</dd>
        <dt>claims of the access token</dt><dd><code id="claims">{{claims}}</code></dd>
        </dl>
        {{/connected}}
        {{#refused}}
        <p id="error">{{error}}</p>
        <p>{{description}}</p>
        {{/refused}}
        {{#failure}}
        <p id="failure">{{failure}}</p>
        {{/failure}}
        {{#state}}
        <dl><dt>state</dt><dd id="state">{{state}}</dd></dl>
        {{/state}}
        {{^start}}
        <p><a href="/">Start again</a></p>
        {{/start}}
        </main>
        </body>
        </html>
        """
}
