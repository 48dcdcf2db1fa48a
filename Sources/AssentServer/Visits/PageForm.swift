internal import Text

/// What a page of ours sends back: a closed list of fields, so that nobody adds one.
struct PageForm {
    let token: WireText
    let decision: WireText
    let username: WireText?
    let password: WireText?
    let accounts: [WireText]

    /// `nil` for a body that none of our pages could have sent.
    init?(_ body: [UInt8]) {
        guard let form = try? FormFields(body.span, limit: Limits.pageFormFields) else { return nil }
        var single: [WireText: WireText] = [:]
        var accounts: [WireText] = []
        for field in form.fields {
            switch field.name {
            case "account": accounts.append(field.value)
            case "form_token", "decision", "username", "password":
                guard single.updateValue(field.value, forKey: field.name) == nil else { return nil }
            default: return nil
            }
        }
        guard let token = single["form_token"], let decision = single["decision"] else { return nil }
        self.token = token
        self.decision = decision
        username = single["username"]
        password = single["password"]
        self.accounts = accounts
    }
}
