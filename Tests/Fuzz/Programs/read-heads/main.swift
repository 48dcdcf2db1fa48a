import FuzzedHTTP
import Glibc
import HTTP
import Text

// Reads streams of requests from standard input, each behind its length in four bytes, and says in a line of JSON what
// the server's parser makes of each: Tests/EndToEndTests/differential.py lays that beside what other parsers say.

func take(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
        var part = [UInt8](repeating: 0, count: count - bytes.count)
        let taken = read(STDIN_FILENO, &part, part.count)
        guard taken > 0 else { return nil }
        bytes += part[..<taken]
    }
    return bytes
}

func line(_ conversation: Conversation) -> [UInt8] {
    let exchanges = conversation.exchanges.map { exchange -> JSON in
        [
            "method": .text(exchange.method.token),
            "target": .text(WireText(exchange.path.string + (exchange.query.map { "?\($0)" } ?? ""))),
            "authority": exchange.authority.map { .text($0) } ?? .null,
            "fields": .text(WireText(Hex.encode(exchange.fields.lines))),
            "body": .text(WireText(Hex.encode(exchange.body))),
            "isVersion10": .boolean(exchange.isVersion10),
        ]
    }
    let refusal: JSON = conversation.refusal.map { .text(WireText("\($0)")) } ?? .null
    let answer: JSON = [
        "exchanges": .array(exchanges), "refusal": refusal, "isWaiting": .boolean(conversation.isWaiting),
    ]
    return JSONWriter.write(answer) + [.newline]
}

while let length = take(4), let stream = take(length.reduce(0) { $0 << 8 | Int($1) }) {
    var rest = line(Conversation([stream]))[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard written > 0 else { exit(1) }
        rest = rest.dropFirst(written)
    }
}
