import Crypto
import Fuzzing
import Text

/// Blocks that are written again are the same blocks.
enum FuzzedPEM {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes) else { return .refused }
        let blocks = PEM.read(text)
        guard !blocks.blocks.isEmpty else { return .refused }
        let written = blocks.blocks.map(PEM.write).joined(separator: "between\n")
        try require(PEM.read(WireText(written)) == blocks, "what was written is something else")
        return .accepted
    }
}
