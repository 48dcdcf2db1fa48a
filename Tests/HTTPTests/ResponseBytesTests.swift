import HTTP
import Testing
import Text

struct ResponseBytesTests {
    static let date = "Sat, 21 Nov 2026 09:00:00 GMT"

    @Test
    func `an answer is a head and a body in one buffer`() {
        #expect(
            written(.json(.created, ["a": 1]))
                == "HTTP/1.1 201 Created\r\ndate: \(Self.date)\r\ncontent-length: 7\r\n"
                + "content-type: application/json\r\n\r\n{\"a\":1}"
        )
        #expect(
            written(.html(Array("<p>".utf8)), keepAlive: false)
                == "HTTP/1.1 200 OK\r\ndate: \(Self.date)\r\ncontent-length: 3\r\nconnection: close\r\n"
                + "content-type: text/html; charset=utf-8\r\n\r\n<p>"
        )
        #expect(written(.text(.notFound, "no")).hasSuffix("content-type: text/plain; charset=utf-8\r\n\r\nno"))
        #expect(written(.empty(.notFound)).contains("\r\ncontent-length: 0\r\n"))
    }

    @Test
    func `answers are appended behind each other`() {
        var bytes = Array("before".utf8)
        ResponseBytes.write(.empty(.noContent), for: .get, keepAlive: true, date: Self.date, into: &bytes)
        ResponseBytes.write(.empty(.noContent), for: .get, keepAlive: true, date: Self.date, into: &bytes)
        let once = "HTTP/1.1 204 No Content\r\ndate: \(Self.date)\r\n\r\n"
        #expect(String(decoding: bytes, as: UTF8.self) == "before" + once + once)
    }

    @Test
    func `RE-07 answers that wait for their client are not moved by each that joins them`() {
        var bytes: [UInt8] = []
        var rooms: Set<Int> = []
        let response = Response.text(.ok, WireText(String(repeating: "x", count: 3_000)))
        for _ in 0..<200 {
            ResponseBytes.write(response, for: .get, keepAlive: true, date: Self.date, into: &bytes)
            rooms.insert(bytes.capacity)
        }
        #expect(bytes.count > 600_000)
        #expect(rooms.count < 15, "\(rooms.sorted())")
    }

    @Test
    func `HEAD is told the length and gets no body`() {
        let response = Response.text(.ok, "hello")
        let head = written(response, for: .head)
        #expect(head.hasSuffix("\r\n\r\n"))
        #expect(head.contains("\r\ncontent-length: 5\r\n"))
        #expect(head + "hello" == written(response))
    }

    @Test(arguments: [Status.noContent, .notModified, .continue])
    func `an answer that cannot have a body has neither body nor length`(status: Status) {
        let text = written(Response(status, body: Array("x".utf8)))
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(!text.contains("content-length"))
    }

    @Test
    func `HT-12 an answer that closes its connection says so, however it was asked`() {
        var response = Response.empty(.contentTooLarge)
        #expect(!written(response).contains("connection:"))
        response.closesConnection = true
        #expect(written(response).contains("\r\nconnection: close\r\n"))
    }

    @Test
    func `where an answer ends is said once, whatever stands among its fields`() throws {
        var response = Response.text(.ok, "hello")
        response.fields.append(.contentLength, "0")
        response.fields.append(.transferEncoding, "chunked")
        response.fields.append("CONNECTION", "upgrade")
        response.fields.append(.date, "never")
        response.fields.append("X", "y")
        let bytes = Array(written(response).utf8)
        let (head, length) = try #require(try ResponseHead.read(bytes.span))
        #expect(head.fields.all(.contentLength) == ["5"])
        #expect(head.fields.all(.date) == [WireText(Self.date)])
        #expect(!head.fields.contains(.transferEncoding))
        #expect(!head.fields.contains(.connection))
        #expect(head.fields.first("x") == "y")
        #expect(bytes.count - length == 5)
    }

    /// What clients put into `state`, `scope` and the like, arriving where a redirect is written.
    @Test(
        arguments: [
            "https://c.example/cb?state=\r\nSet-Cookie:%20a=b", "https://c.example/cb?state=\n", "https://c.example/\0",
            "https://c.example/cb?state=\r", "\r\n\r\n<script>", "https://c.example/cb?state=\r\n\u{301}X: y",
        ] as [WireText]
    )
    func `AZ-21 a target that would break its line is answered as our mistake, in one head`(target: WireText) throws {
        let bytes = Array(written(.redirect(to: target)).utf8)
        let (head, length) = try #require(try ResponseHead.read(bytes.span))
        #expect(head.status == .internalServerError)
        #expect(head.fields.pairs.map(\.name) == [.date, .contentLength])
        #expect(length == bytes.count)
    }

    @Test
    func `AZ-21 escaped line ends and wide characters stay where they are`() throws {
        let target: WireText = "https://c.example/cb?state=%0d%0aSet-Cookie:%20a=b%00%E5%98%8A\u{560A}\u{560D}"
        let bytes = Array(written(.redirect(to: target)).utf8)
        let (head, length) = try #require(try ResponseHead.read(bytes.span))
        #expect(head.status == .seeOther)
        #expect(head.fields.all(.location) == [target])
        #expect(head.fields.count == 3)
        #expect(length == bytes.count)
    }

    @Test
    func `AZ-21 every status has three digits and a name from our own table`() throws {
        for code in -1...1_000 {
            guard let status = Status(code) else {
                #expect(!(100...599).contains(code))
                continue
            }
            #expect((100...599).contains(code))
            #expect(status.reason.utf8.allSatisfy { $0.isLetter || $0 == .space })
            #expect(written(Response(status)).hasPrefix("HTTP/1.1 \(code) \(status.reason)\r\n"))
        }
        #expect(Status(404) == .notFound)
    }

    @Test
    func `every malformation has a status of an error, and closes are counted by it`() {
        let statuses: Set<Int> = [400, 405, 408, 413, 414, 415, 417, 431, 501, 505]
        #expect(Set(Malformation.allCases.map(\.status.code)) == statuses)
    }

    private func written(_ response: Response, for method: Method = .get, keepAlive: Bool = true) -> String {
        var bytes: [UInt8] = []
        ResponseBytes.write(response, for: method, keepAlive: keepAlive, date: Self.date, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
