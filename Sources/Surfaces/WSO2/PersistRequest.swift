import HTTP
package import Text

/// A person's decision, as the bank's own page passes it on.
package struct PersistRequest: Sendable {
    package let isApproved: Bool
    /// The browser's cookies, by name; compared and never sent anywhere.
    package let cookies: JSON
    /// The name of a page that was retrieved, and what was chosen on it.
    package let choice: Choice?
    /// Whether the answer ends the request at the third party, and is not only kept.
    package let endsRequest: Bool

    /// Accounts, under the name of the page on which they stood.
    package struct Choice: Sendable {
        package let page: UUID
        package let accounts: [WireText]
    }

    /// - Parameter key: The request that the path names.
    package init(_ body: [UInt8], query: WireText?, key: WireText) throws(SurfaceRefusal) {
        let root: JSON
        do { root = try JSONReader.read(body) } catch { throw .bodyMalformed }
        guard root.members != nil else { throw .bodyMalformed }
        isApproved = try Self.approval(root)
        cookies = root["cookies"] ?? [:]
        guard cookies.members != nil else { throw .fieldInvalid(path: "cookies") }
        if let type = root["type"] {
            guard type.text == BankSpelling.type else { throw .fieldInvalid(path: "type") }
        }
        guard root["metadata"] == nil || root["metadata"]?.members != nil else {
            throw .fieldInvalid(path: "metadata")
        }
        let form = root["requestParameters"] ?? [:]
        guard let fields = form.members else { throw .fieldInvalid(path: "requestParameters") }
        try Self.require(form, "sessionDataKeyConsent", key)
        try Self.require(form, "consent", isApproved ? "true" : "false")
        try Self.require(form, "type", BankSpelling.type)
        choice = try Self.choice(fields)
        endsRequest = try Self.endsRequest(query)
    }

    /// Nothing but a clear yes is a yes.
    private static func approval(_ root: JSON) throws(SurfaceRefusal) -> Bool {
        switch root["approval"] {
        case nil: throw .fieldMissing(path: "approval")
        case .boolean(let approval): return approval
        case .text("true"): return true
        case .text("false"): return false
        default: throw .fieldInvalid(path: "approval")
        }
    }

    /// A field of the form that must say the same as the rest, where it is there.
    private static func require(_ form: JSON, _ name: WireText, _ value: WireText) throws(SurfaceRefusal) {
        guard let field = form[name] else { return }
        guard field.texts == [value] else { throw .fieldInvalid(path: WireText("requestParameters.\(name)")) }
    }

    /// Every field whose name is an identifier is a choice, and there is one page to choose on.
    private static func choice(_ fields: [JSON.Member]) throws(SurfaceRefusal) -> Choice? {
        var choice: Choice?
        for field in fields {
            guard let page = UUID(field.name) else { continue }
            guard choice == nil, let accounts = field.value.texts else {
                throw .fieldInvalid(path: "requestParameters")
            }
            choice = Choice(page: page, accounts: accounts)
        }
        return choice
    }

    private static func endsRequest(_ query: WireText?) throws(SurfaceRefusal) -> Bool {
        guard let query, !query.isEmpty else { return true }
        guard let fields = try? FormFields(query), fields.duplicatedName == nil else {
            throw .fieldInvalid(path: "authorize")
        }
        switch fields["authorize"] {
        case nil, "true": return true
        case "false": return false
        default: throw .fieldInvalid(path: "authorize")
        }
    }
}
