import Net
import RelyingParty
import Text

/// The command `assent token`.
struct TokenCommand: Command {
    static let name = "token"
    static let summary = "Asks an issuer what a token is worth, or gives it back."
    static let operands = "introspect|revoke [TOKEN]"
    static let options =
        [Option("issuer", "URL", "whose token it is; the sandbox's unless told")] + KnownClients.options
        + OutgoingConnections.options
    static let examples = [
        "assent flow --print token | assent token introspect",
        "assent token revoke --issuer https://bank.example --client-file tpp.json \"$token\"",
    ]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let words = arguments.operands
        guard let action = words.first, ["introspect", "revoke"].contains(action), words.count <= 2 else {
            throw CommandFailure(
                "say token introspect or token revoke, and a token; without one it is read.",
                exit: .usage
            )
        }
        let known = try KnownClients(arguments["issuer"], arguments)
        guard let client = try known.client("client", arguments) else {
            throw CommandFailure("name a client with --client or --client-file.", exit: .usage)
        }
        let token: WireText
        if words.count == 2 { token = WireText(words[1]) } else { token = try KnownClients.line(of: "-") }
        let connections = try OutgoingConnections(arguments)
        defer { connections.group.stop() }
        let exchange: Exchange
        do throws(PartyFailure) {
            let server = try await ServerDescription.discover(known.issuer, by: connections.transport)
            let party = Party(client, at: server, by: connections.transport)
            if action == "introspect" {
                exchange = try await party.introspect(token)
            } else {
                exchange = try await party.revoke(token)
            }
        } catch { throw CommandFailure(error) }
        guard exchange.isSuccess else { throw CommandFailure("\(exchange.summary): \(exchange.text)") }
        if let json = exchange.json {
            Terminal.say(String(decoding: JSONWriter.writeIndented(json), as: UTF8.self))
        } else {
            Terminal.say("Revoked, or never there: the issuer does not tell.")
        }
    }
}
