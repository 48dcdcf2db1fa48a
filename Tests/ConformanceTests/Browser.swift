import HTTP
import OAuth
import TestSupport
import Text

/// A browser with Anna before it.
final class Browser {
    let plan: Plan
    private var cookies: [WireText: WireText] = [:]

    init(_ plan: Plan) {
        self.plan = plan
    }

    /// What Anna does about the request.
    enum Answer: WireText {
        case allow
        case deny
    }

    /// Opens an authorization request, and does nothing about the page that comes.
    func open(_ query: FormFields) async -> Response {
        keep(await plan.send(.get, "/authorize", query: query, cookies: header))
    }

    /// Posts a form to the authorization endpoint from another site, and goes where it is sent.
    func post(_ form: FormFields) async throws -> Response {
        let turned = await plan.send(.post, "/authorize", form: form)
        guard let location = turned.fields.first(.location), let query = URIReference(location)?.query else {
            return turned
        }
        return await open(try FormFields(query))
    }

    /// Opens a page, and does nothing about it.
    func open(_ path: WireText, _ query: FormFields? = nil) async -> Response {
        keep(await plan.send(.get, path, query: query, cookies: header))
    }

    /// Sends the form of a page, with one of its buttons pressed.
    func press(_ decision: WireText, on page: Response) async -> Response {
        guard let token = page.formToken, let action = page.action else { return page }
        let form = FormFields([.init("form_token", token), .init("decision", decision)])
        let parts = action.string.split(separator: "?", maxSplits: 1).map { WireText(String($0)) }
        let query = parts.count == 2 ? try? FormFields(parts[1]) : nil
        return keep(await plan.send(.post, parts[0], query: query, form: form, cookies: header))
    }

    /// The value of a cookie that this browser holds.
    func cookie(_ name: WireText) -> WireText? { cookies[name] }

    /// Opens an authorization request and answers it.
    func answer(_ query: FormFields, _ answer: Answer = .allow) async -> Response {
        await finish(await open(query), answer)
    }

    /// Goes on from a page to the answer that leads away from us.
    func finish(_ response: Response, _ answer: Answer = .allow) async -> Response {
        var response = response
        while let path = response.ownPath {
            let page = keep(await plan.send(.get, path, cookies: header))
            guard page.status == .ok, let token = page.formToken else {
                response = page
                continue
            }
            var form = FormFields([.init("form_token", token)])
            if path.string.hasSuffix("/login") {
                form.append("username", "anna")
                form.append("password", "anna-sandbox")
                form.append("decision", "log-in")
            } else {
                for account in answer == .allow ? page.accounts : [] { form.append("account", account) }
                form.append("decision", answer.rawValue)
            }
            response = keep(await plan.send(.post, path, form: form, cookies: header))
        }
        return response
    }

    /// Opens one of our pages.
    func show(_ path: WireText, query: FormFields? = nil) async -> Response {
        keep(await plan.send(.get, path, query: query, cookies: header))
    }

    /// Types the code that a device shows.
    func enter(_ code: WireText, token: WireText? = nil) async -> Response {
        let page = await show("/device")
        var form = FormFields([.init("form_token", token ?? page.formToken ?? "")])
        form.append("user_code", code)
        form.append("decision", "continue")
        return keep(await plan.send(.post, "/device", form: form, cookies: header))
    }

    /// Types the code that a device shows, and answers what it asks for.
    func answer(deviceCode code: WireText, _ answer: Answer = .allow) async -> Response {
        await finish(await enter(code), answer)
    }

    /// Signs somebody in at the dashboard, and looks at what is there.
    func logIn(_ name: WireText = "anna") async -> Response {
        let page = await follow(await show("/consents"))
        var form = FormFields([.init("form_token", page.formToken ?? ""), .init("decision", "log-in")])
        form.append("username", name)
        form.append("password", WireText("\(name)-sandbox"))
        return await follow(keep(await plan.send(.post, "/consents/login", form: form, cookies: header)))
    }

    /// Presses a button of a form that holds nothing but its token.
    func press(_ button: WireText, _ path: WireText, on page: Response) async -> Response {
        let form = FormFields([.init("form_token", page.formToken ?? ""), .init("decision", button)])
        return keep(await plan.send(.post, path, form: form, cookies: header))
    }

    /// Opens the first request that waits at the dashboard.
    func openSummons(on list: Response) async -> Response {
        await press("review", list.summons ?? "", on: list)
    }

    /// Anna finds at the dashboard what a client asks of her, and answers.
    func answerSummons(_ answer: Answer = .allow) async -> Response {
        await finish(await openSummons(on: await logIn()), answer)
    }

    /// The page that redirects within the bank lead to.
    func follow(_ response: Response) async -> Response {
        var response = response
        while let path = response.ownPath { response = await show(path) }
        return response
    }

    private var header: WireText? {
        cookies.isEmpty ? nil : WireText(cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
    }

    private func keep(_ response: Response) -> Response {
        for line in response.fields.all(.setCookie) {
            let pair = line.string.prefix { $0 != ";" }.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if pair.count == 2 { cookies[WireText(String(pair[0]))] = WireText(String(pair[1])) }
        }
        return response
    }
}

extension Response {
    /// Where a redirect within the bank leads.
    var ownPath: WireText? {
        guard status == .seeOther, let location = fields.first(.location), location.hasPrefix("/") else { return nil }
        return location
    }

    /// Whether the person is asked to log in.
    var asksForLogin: Bool { ownPath?.string.hasSuffix("/login") == true }

    /// The page as text.
    var html: String { String(decoding: body, as: UTF8.self) }

    fileprivate var formToken: WireText? {
        html.matches(of: /name="form_token" value="([^"]+)"/).first.map { WireText(String($0.output.1)) }
    }

    /// Where its form leads.
    fileprivate var action: WireText? {
        html.matches(of: /<form[^>]* action="([^"]+)"/).first.map {
            WireText(String($0.output.1).replacing("&amp;", with: "&"))
        }
    }

    fileprivate var summons: WireText? {
        html.matches(of: /action="(\/consents\/[0-9a-f]+\/answer)"/).first.map { WireText(String($0.output.1)) }
    }

    fileprivate var accounts: [WireText] {
        html.matches(of: /name="account" value="([^"]+)"/).map { WireText(String($0.output.1)) }
    }
}
