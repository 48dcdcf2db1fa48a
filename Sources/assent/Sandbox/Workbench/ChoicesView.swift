import Mustache
import RelyingParty
import Text

/// The first page: what can be chosen, and what is chosen now.
struct ChoicesView {
    let choices: FlowChoices
    let server: ServerDescription
    let problems: [WireText]
    let earlier: [Flow]

    var view: View {
        [
            "issuer": .text(server.issuer),
            "problems": .list(problems.map { .text($0) }),
            "has_problems": .flag(!problems.isEmpty),
            "clusters": .list(PermissionCluster.all.map(cluster)),
            "expires": .text(choices.expires), "from": .text(choices.from), "to": .text(choices.to),
            "methods": .list(Self.methods.map(method)),
            "par": .flag(choices.pushes), "request_object": .flag(choices.signs), "dpop": .flag(choices.proves),
            "types": .list(
                [
                    option("code", "code", choices.responseType),
                    option("code id_token", "code id_token, FAPI 1.0", choices.responseType),
                ]
            ),
            "modes": .list(
                [option("", "the default", choices.responseMode)]
                    + offered("response_modes_supported").map { option($0, $0, choices.responseMode) }
            ),
            "locales": .list(
                [option("", "the browser's own", choices.locale)]
                    + offered("ui_locales_supported").map { option($0, $0, choices.locale) }
            ),
            "stop": .flag(choices.stops),
            "has_earlier": .flag(!earlier.isEmpty),
            "earlier": .list(earlier.map(Self.earlier)),
        ]
    }

    private func offered(_ name: WireText) -> [WireText] { server.document[name]?.texts ?? [] }

    private func option(_ value: WireText, _ title: WireText, _ chosen: WireText) -> View {
        ["value": .text(value), "title": .text(title), "is_chosen": .flag(value == chosen)]
    }

    private func cluster(_ cluster: PermissionCluster) -> View {
        [
            "title": .text(cluster.title),
            "is_open": .flag(cluster.permissions.contains(where: choices.permissions.contains)),
            "count": .text(WireText("\(cluster.permissions.count { choices.permissions.contains($0) })")),
            "of": .text(WireText("\(cluster.permissions.count)")),
            "permissions": .list(
                cluster.permissions.map {
                    ["code": .text($0), "is_chosen": .flag(choices.permissions.contains($0))]
                }
            ),
        ]
    }

    private func method(_ method: (method: ClientIdentity.Method, about: WireText)) -> View {
        let name = WireText(method.method.rawValue)
        let isOffered = offered("token_endpoint_auth_methods_supported").contains(name)
        return [
            "name": .text(name), "about": .text(method.about), "is_chosen": .flag(choices.method == method.method),
            "is_offered": .flag(isOffered),
        ]
    }

    private static let methods: [(method: ClientIdentity.Method, about: WireText)] = [
        (.basic, "A secret in a header: RFC 6749 §2.3.1."),
        (.post, "The same secret in the form. Each client is registered for one way only."),
        (.privateKey, "A signed assertion, new for each request: RFC 7523 §2.2."),
        (
            .none,
            "A public app, known by PKCE alone. It asks for the consent in the request (RFC 9396), without dates of transactions."
        ),
        (
            .certificate,
            "Needs TLS, for a certificate is shown in its handshake (RFC 8705 §2); a sandbox without TLS cannot see one."
        ),
    ]

    private static func earlier(_ flow: Flow) -> View {
        [
            "path": .text(WireText("\(Sandbox.workbenchPath)/flows/\(flow.id)")),
            "began": .text(WireText(flow.began.rfc3339)),
            "method": .text(WireText(flow.client.method.rawValue)),
            "count": .text(WireText("\(flow.exchanges.count)")),
        ]
    }
}
