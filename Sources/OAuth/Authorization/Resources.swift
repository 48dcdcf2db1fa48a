package import Text

/// Whom tokens may be for (RFC 8707): ourselves always, and beside us what the bank has listed.
package struct Resources: Sendable, Hashable {
    /// Our own name, which is that of the resources that we serve.
    package let own: WireText?
    /// What else the bank has, by the names that it listed.
    package let listed: [WireText]

    /// Those of a bank.
    package init(issuer: Issuer, listed: [WireText] = []) {
        own = issuer.text
        self.listed = listed
    }

    private init() {
        own = nil
        listed = []
    }

    /// Nothing is known, so that whatever is named is refused.
    package static let none = Resources()

    /// Every name, ours first.
    package var all: [WireText] { (own.map { [$0] } ?? []) + listed.filter { $0 != own } }

    /// Whether this very name is known: compared as written and never normalised.
    package func contains(_ name: WireText) -> Bool { name == own || listed.contains(name) }

    /// RFC 8707 §2: an absolute URI, without a fragment.
    package static func isName(_ text: WireText) -> Bool {
        guard let uri = URIReference(text) else { return false }
        return uri.scheme != nil && uri.fragment == nil
    }

    /// What a request names, each once.
    func read(_ names: [WireText]) throws(Refusal) -> [WireText] {
        guard names.count <= Limits.resources else { throw .targetInvalid }
        var read: [WireText] = []
        for name in names where !read.contains(name) {
            guard Self.isName(name), contains(name) else { throw .targetInvalid }
            read.append(name)
        }
        return read
    }

    /// RFC 8707 §2.2: what a token request names is of what was granted; a grant that named nothing is for us.
    func narrow(_ names: [WireText], within granted: [WireText]) throws(Refusal) -> [WireText] {
        let granted = granted.isEmpty ? own.map { [$0] } ?? [] : granted
        guard !names.isEmpty else { return granted }
        let asked = try read(names)
        guard asked.allSatisfy(granted.contains) else { throw .targetInvalid }
        return asked
    }
}
