import Fuzzing
import HTTP

/// However a stream of requests is cut, the same requests come out of it; and written again they are the same.
enum FuzzedRequests {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let whole = Conversation([bytes])
        let cut = bytes.cut
        try require(Conversation([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut) it is another")
        if bytes.count <= 256 {
            try require(Conversation(bytes.map { [$0] }) == whole, "byte by byte it is another")
        }
        for exchange in whole.exchanges {
            let again = Conversation([exchange.written])
            try require(again.refusal == nil && !again.isWaiting, "what was written is refused")
            try require(again.exchanges == [exchange], "what was written is another request")
        }
        return whole.exchanges.isEmpty ? .refused : .accepted
    }
}
