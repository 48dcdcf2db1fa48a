import Fuzzing
import Text

/// What is read and written means the same when it is read again, and all readers of JSON agree on it.
enum FuzzedJSON {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let strict = try? JSONReader.readLocated(bytes, dialect: .strict)
        let commented = try? JSONReader.readLocated(bytes, dialect: .commented)
        for located in [strict, commented].compactMap(\.self) {
            try require(located.offsets[""] != nil, "the document itself stands nowhere")
            try require(located.offsets.values.allSatisfy { $0 < bytes.count }, "a part stands outside")
        }
        guard let value = try? JSONReader.read(bytes) else {
            try require(strict.map { !$0.duplicates.isEmpty } ?? true, "only the located reader took it")
            return .refused
        }
        for located in [strict, commented] {
            try require(located?.value == value, "the located reader reads something else")
            try require(located?.duplicates == [], "the located reader finds a name twice")
        }
        for written in [JSONWriter.write(value), JSONWriter.writeIndented(value)] {
            let again = try? JSONReader.read(written, lengthLimit: .max)
            try require(again == value, "what was written is read as something else")
        }
        return .accepted
    }
}
