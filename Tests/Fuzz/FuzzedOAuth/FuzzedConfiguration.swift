import Configuration
import Fuzzing
import Text

/// A configuration is the same without its comments, and a refusal points into the file.
enum FuzzedConfiguration {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let configuration: Configuration
        do throws(Problems) { configuration = try Configuration(bytes, file: "assent.json") } catch {
            let lines = bytes.count { $0 == .newline } + 1
            try require(!error.problems.isEmpty, "refused without a reason")
            try require(error.problems.allSatisfy { (1...lines).contains($0.line) }, "a problem outside of the file")
            try require(
                error.problems.allSatisfy { $0.column >= 1 && !$0.sentence.isEmpty },
                "a problem without a word"
            )
            return .refused
        }
        guard let located = try? JSONReader.readLocated(bytes, dialect: .commented) else {
            throw Broken("what is no JSON was read")
        }
        let again = try? Configuration(JSONWriter.write(located.value), file: "assent.json")
        try require(again == configuration, "spelled anew it is another configuration")
        return .accepted
    }
}
