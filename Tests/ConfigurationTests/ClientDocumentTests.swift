import Configuration
import OAuth
import Testing
import Text

struct ClientDocumentTests {
    private func problems(_ text: String) -> [Problem] {
        do {
            _ = try ClientDocument.read(Array(text.utf8), file: "tpp.json")
            return []
        } catch { return error.problems }
    }

    @Test func `a document is read as a client`() throws {
        let text = #"""
            {
              "client_id": "tpp", "token_endpoint_auth_method": "none",
              "redirect_uris": ["https://tpp.example/cb"]
            }
            """#
        let client = try ClientDocument.read(Array(text.utf8), file: "tpp.json")
        #expect(client.id == "tpp")
        #expect(client.allowsRedirect(to: "https://tpp.example/cb"))
    }

    @Test func `AZ-10 what is wrong is shown with its member and its line`() throws {
        let text = """
            {
              "client_id": "tpp",
              "token_endpoint_auth_method": "none",
              "redirect_uris": ["javascript:alert(1)"]
            }
            """
        let problem = try #require(problems(text).first)
        #expect(problem.line == 4)
        #expect(problem.column == 3)
        #expect(problem.path == "/redirect_uris")
        #expect(problem.description.hasPrefix("tpp.json:4:3: /redirect_uris: "))
    }

    @Test func `a member that is missing is shown where the document begins`() {
        #expect(problems("\n{}").map(\.path) == ["/client_id"])
        #expect(problems("\n{}").map(\.line) == [2])
    }

    @Test func `SC-05 duplicates, unknown members, comments and what is no JSON are refused`() {
        #expect(problems(#"{"client_id": "a", "client_id": "a", "x": {"y": 1, "y": 1}}"#).map(\.column) == [20, 52])
        #expect(problems(#"{"client_id": "a", "trusted": true}"#).map(\.path) == ["/trusted"])
        #expect(problems("// a\n{}").count == 1)
        #expect(problems("").count == 1)
        #expect(problems("[]").map(\.line) == [1])
        #expect(problems(String(repeating: " ", count: 65_537)).count == 1)
    }
}
