import Configuration
import Fuzzing
import OAuth
import Text

/// A registration is the same however it is spelled, and a refusal points into the document.
enum FuzzedClientDocument {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let client: Client
        do throws(Problems) { client = try ClientDocument.read(bytes, file: "client.json") } catch {
            let lines = bytes.count { $0 == .newline } + 1
            try require(!error.problems.isEmpty, "refused without a reason")
            try require(
                error.problems.allSatisfy { (1...lines).contains($0.line) },
                "a problem outside of the document"
            )
            try require(
                error.problems.allSatisfy { $0.column >= 1 && !$0.sentence.isEmpty },
                "a problem without a word"
            )
            return .refused
        }
        guard let located = try? JSONReader.readLocated(bytes, dialect: .strict) else {
            throw Broken("what is no JSON was read")
        }
        let again = try? ClientDocument.read(JSONWriter.write(located.value), file: "client.json")
        try require(again?.id == client.id, "spelled anew it is another client")
        try require(again?.redirectURIs == client.redirectURIs, "spelled anew it leads elsewhere")
        return .accepted
    }
}
