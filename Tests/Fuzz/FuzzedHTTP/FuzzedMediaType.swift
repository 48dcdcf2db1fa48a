import Fuzzing
import HTTP
import Text

/// A media type whose parameters are quoted anew is the same media type.
enum FuzzedMediaType {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let type = MediaType(text) else { return .refused }
        var written = type.essence.bytes
        for parameter in type.parameters {
            written += Array("; \(parameter.name)=\"".utf8)
            for byte in parameter.value.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { written.append(UInt8(ascii: "\\")) }
                written.append(byte)
            }
            written.append(UInt8(ascii: "\""))
        }
        try require(WireText(written).flatMap { MediaType($0) } == type, "what was written is another type")
        try require(type.essence == type.essence.lowercasedASCII, "the type keeps its case")
        return .accepted
    }
}
