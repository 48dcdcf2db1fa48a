import JOSE
import Net
import RelyingParty
import Text

/// The command `assent jwt`.
struct JWTCommand: Command {
    static let name = "jwt"
    static let summary = "Shows what a JWT says, or verifies it by its issuer's keys."
    static let operands = "decode|verify [TOKEN]"
    static let options =
        [
            Option("jwks", "FILE", "verify: the keys, in the place of those of the issuer"),
            Option("issuer", "URL", "verify: who must have signed it; the token's own iss unless told"),
            Option("audience", "NAME", "verify: whom it must be for"),
        ] + OutgoingConnections.options
    static let examples = [
        "assent flow --print token | assent jwt decode", "assent jwt verify --issuer https://bank.example \"$token\"",
    ]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let words = arguments.operands
        guard let action = words.first, ["decode", "verify"].contains(action), words.count <= 2 else {
            throw CommandFailure("say jwt decode or jwt verify, and a token; without one it is read.", exit: .usage)
        }
        let token: WireText
        if words.count == 2 { token = WireText(words[1]) } else { token = try KnownClients.line(of: "-") }
        guard let read = ReadableToken(token) else { throw CommandFailure("that is no signed JWT.") }
        if action == "verify" { try await verify(token, read, arguments) }
        for part in [read.header, read.claims] {
            Terminal.say(String(decoding: JSONWriter.writeIndented(part), as: UTF8.self))
        }
        for (name, meaning) in Self.times {
            if let seconds = read.claims[name]?.integer {
                Terminal.complain("\(meaning) \(Timestamp(seconds).rfc3339)")
            }
        }
    }

    private static let times: [(WireText, String)] = [("iat", "issued"), ("nbf", "good from"), ("exp", "expires")]

    private func verify(
        _ token: WireText,
        _ read: ReadableToken,
        _ arguments: Arguments
    ) async throws(CommandFailure) {
        guard let issuer = arguments["issuer"].map({ WireText($0) }) ?? read.claims["iss"]?.text else {
            throw CommandFailure("the token has no iss; name who must have signed it with --issuer.", exit: .usage)
        }
        let keys = try await keys(of: issuer, arguments)
        let algorithms = Set(Algorithm.allCases.filter { $0.signature != nil })
        let jwt: JWT
        do { jwt = try JWT(token, signedBy: keys, allowing: algorithms) } catch {
            throw CommandFailure("the signature does not hold: \(error)")
        }
        var checks = ClaimChecks(issuer: issuer, audiences: Set(read.claims.audiences))
        if let audience = arguments["audience"] { checks.audiences = [WireText(audience)] }
        // A token of nobody's audience is for nobody, but where nobody asks it is only that nobody is named.
        guard !checks.audiences.isEmpty else { throw CommandFailure("the token has no aud.") }
        do { _ = try checks.decide(jwt.claims, at: SystemClock.now) } catch {
            throw CommandFailure("the signature holds, and the claims do not: \(error)")
        }
        Terminal.complain("Signed by \(issuer), and good now.")
    }

    private func keys(of issuer: WireText, _ arguments: Arguments) async throws(CommandFailure) -> JWKSet {
        let document: JSON
        if let path = arguments["jwks"] {
            do { document = try JSONReader.read(try File.read(path)) } catch let failure as NetFailure {
                throw CommandFailure("\(failure)", exit: .usage)
            } catch { throw CommandFailure("\(path) is no JSON.", exit: .usage) }
        } else {
            let connections = try OutgoingConnections(arguments)
            defer { connections.group.stop() }
            do { document = try await ServerDescription.discover(issuer, by: connections.transport).keys } catch {
                throw CommandFailure(error)
            }
        }
        do { return try JWKSet(document) } catch { throw CommandFailure("the keys cannot be read: \(error)") }
    }
}
