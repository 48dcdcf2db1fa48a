internal import Mustache
internal import OAuth
internal import Text

/// How a page of ours leads back to the client: what it offers to its template, and where its forms go.
enum WayBack {
    case link(WireText)
    case form(action: WireText, [FormFields.Field])

    init(_ answer: AuthorizationAnswer) {
        switch answer.target.mode.carrier {
        case .formPost: self = .form(action: answer.target.redirectURI, answer.parameters.fields)
        case .query, .fragment: self = .link(answer.location)
        }
    }

    /// What the page may do beside leading on by a link.
    var leaving: ContentPolicy.Leaving {
        switch self {
        case .link: .nowhere
        case .form(let action, _): .byForm(to: action)
        }
    }

    var members: [View.Member] {
        switch self {
        case .link(let target): [View.Member("link", .text(target)), View.Member("form", .missing)]
        case .form(let action, let fields):
            [
                View.Member("link", .missing),
                View.Member(
                    "form",
                    [
                        "action": .text(action),
                        "fields": .list(fields.map { ["name": .text($0.name), "value": .text($0.value)] }),
                    ]
                ),
            ]
        }
    }

    /// Where there is none, because the client hears the answer by itself.
    static let none = [View.Member("link", .missing), View.Member("form", .missing)]
}
