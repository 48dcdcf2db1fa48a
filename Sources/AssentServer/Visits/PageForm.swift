internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// What a page of ours sends back: a closed list of fields, so that nobody adds one.
struct PageForm {
    let token: WireText
    /// Empty where somebody has not decided but chosen a language.
    let decision: WireText
    /// What they chose, to go on reading in it.
    let language: WireText?
    /// In what they read the page.
    let pageLanguage: WireText?
    let username: WireText?
    let password: TypedPassword?
    let userCode: WireText?
    let accounts: [WireText]
    /// What of many accounts is to be shown.
    let find: WireText?

    /// `nil` for a body that none of our pages could have sent.
    init?(_ body: [UInt8]) {
        var rest = body
        password = TypedPassword.take(from: &rest)
        guard let form = try? FormFields(rest.span, limit: Limits.pageFormFields) else { return nil }
        var single: [WireText: WireText] = [:]
        var accounts: [WireText] = []
        for field in form.fields {
            switch field.name {
            case "account": accounts.append(field.value)
            case "form_token", "decision", "username", "password", "user_code", "language", "page_language", "find":
                guard single.updateValue(field.value, forKey: field.name) == nil else { return nil }
            default: return nil
            }
        }
        // What is left of it is its name.
        guard single["password"] == (password == nil ? nil : "") else { return nil }
        // One button was pressed, and it says the one or the other.
        guard let token = single["form_token"], (single["decision"] == nil) != (single["language"] == nil) else {
            return nil
        }
        self.token = token
        decision = single["decision"] ?? ""
        language = single["language"]
        pageLanguage = single["page_language"]
        username = single["username"]
        userCode = single["user_code"]
        self.accounts = accounts
        find = single["find"]
    }
}

extension PageForm {
    /// Why a form is not taken.
    enum Problem: Error {
        case unsupportedBody
        /// It did not come from our page, or from an older state of it.
        case forged
    }

    /// What a page of ours sent, if the browser says so and the form proves it.
    init(_ request: Request, to issuer: Issuer, bearing token: WireText) throws(Problem) {
        try self.init(request, to: issuer) { _ in token }
    }

    /// - Parameter token: What our page has in its form, if it is the page that this form says.
    init(_ request: Request, to issuer: Issuer, bearing token: (PageForm) -> WireText) throws(Problem) {
        guard MediaType(request.fields)?.essence == "application/x-www-form-urlencoded" else {
            throw .unsupportedBody
        }
        guard SameOrigin.allows(request, issuer: issuer), let form = PageForm(request.body),
            ConstantTime.equal(form.token, token(form))
        else { throw .forged }
        self = form
    }

    /// The digest of the page that it was sent from.
    var page: [UInt8] { FormTokens.page(in: token) }

    /// Whether it says what was decided, and nothing else.
    var isBare: Bool { username == nil && password == nil && userCode == nil && accounts.isEmpty && find == nil }
}
