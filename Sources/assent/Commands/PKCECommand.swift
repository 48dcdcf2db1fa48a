import RelyingParty
import Text

/// The command `assent pkce`.
struct PKCECommand: Command {
    static let name = "pkce"
    static let summary = "Makes a verifier and its challenge, or the challenge of a verifier."
    static let operands = "[VERIFIER]"
    static let options = [Option("json", nil, "prints one JSON document")]
    static let examples = ["assent pkce", "assent pkce dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.count <= 1 else { throw CommandFailure("name one verifier.", exit: .usage) }
        let proof: PKCE
        if let verifier = arguments.operands.first {
            proof = PKCE(verifier: WireText(verifier))
            guard proof.isWellFormed else {
                throw CommandFailure("a verifier has 43 to 128 letters, digits, - . _ ~ (RFC 7636 §4.1).", exit: .usage)
            }
        } else {
            do { proof = try PKCE() } catch { throw CommandFailure(error) }
        }
        guard arguments.has("json") else {
            Terminal.say("code_verifier          \(proof.verifier)")
            Terminal.say("code_challenge         \(proof.challenge)")
            Terminal.say("code_challenge_method  S256")
            return
        }
        let document: JSON = [
            "code_verifier": .text(proof.verifier), "code_challenge": .text(proof.challenge),
            "code_challenge_method": "S256",
        ]
        Terminal.say(String(decoding: JSONWriter.write(document), as: UTF8.self))
    }
}
