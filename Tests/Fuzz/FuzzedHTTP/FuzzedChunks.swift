import Fuzzing
import HTTP

/// A body in chunks is the same body wherever the network cuts it.
enum FuzzedChunks {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let whole = read([bytes])
        if bytes.count <= 64 {
            for cut in bytes.indices {
                let halves = read([Array(bytes[..<cut]), Array(bytes[cut...])])
                try require(halves == whole, "cut at \(cut) it is another body")
            }
        }
        try require(read(bytes.map { [$0] }) == whole, "byte by byte it is another body")
        guard whole.refusal == nil, whole.isComplete else { return .refused }

        var again = ChunkedBody()
        let chunk = whole.body.isEmpty ? [] : Array("\(String(whole.body.count, radix: 16))\r\n".utf8) + whole.body
        let written = chunk + Array(chunk.isEmpty ? "0\r\n\r\n".utf8 : "\r\n0\r\n\r\n".utf8)
        try require((try? again.read(written.span)) == written.count, "what was written is refused")
        try require(again.isComplete && again.body == whole.body, "what was written is another body")
        return .accepted
    }

    private struct Reading: Equatable {
        var body: [UInt8] = []
        var taken = 0
        var isComplete = false
        var refusal: Malformation?
    }

    private static func read(_ pieces: [[UInt8]]) -> Reading {
        var reading = Reading()
        var chunks = ChunkedBody()
        for piece in pieces where !reading.isComplete && reading.refusal == nil {
            do throws(Malformation) { reading.taken += try chunks.read(piece.span) } catch { reading.refusal = error }
            reading.isComplete = chunks.isComplete
        }
        // How much of a body had come before it was refused depends on the cuts, and means nothing.
        if reading.refusal == nil { reading.body = chunks.body } else { reading.taken = 0 }
        return reading
    }
}
