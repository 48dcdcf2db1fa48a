import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct SubjectsTests {
    private func subject(_ type: SubjectType, of person: Identifier<Person> = "psu-anna") -> WireText {
        Subjects.sample.subject(of: person, for: .sample(subjects: type))
    }

    @Test
    func `a public subject is the same for everybody`() {
        #expect(subject(.public) == "psu-anna")
    }

    @Test
    func `a pairwise subject is the same in its sector and another in every other`() {
        let here = subject(.pairwise(sector: "a.example"))
        #expect(here == subject(.pairwise(sector: "a.example")))
        #expect(here != subject(.pairwise(sector: "b.example")))
        #expect(here != subject(.pairwise(sector: "a.example"), of: "psu-bert"))
        let otherKey = Subjects(key: HMACKey([7]))
        #expect(here != otherKey.subject(of: "psu-anna", for: .sample(subjects: .pairwise(sector: "a.example"))))
    }

    @Test
    func `a pairwise subject is the HMAC of sector and person, under the name of a person`() {
        let digest = HMAC.sha256(key: [4, 5, 6], message: Array("a.example\u{0}psu-anna".utf8))
        #expect(subject(.pairwise(sector: "a.example")) == WireText("psu-\(Base64URL.encode(digest))"))
    }

    // MARK: Registration

    private func document(_ members: [JSON.Member], redirects: [JSON] = ["https://c.example/cb"]) -> JSON {
        .object(
            [
                .init("client_id", "tpp-1"), .init("token_endpoint_auth_method", "none"),
                .init("redirect_uris", .array(redirects)),
            ] + members
        )
    }

    @Test
    func `people are known by one name unless a client is registered otherwise`() throws {
        #expect(try ClientMetadata.read(document([])).subjects == .public)
        #expect(try ClientMetadata.read(document([.init("subject_type", "public")])).subjects == .public)
    }

    @Test
    func `the sector is the host of the redirect URIs, or of the URI that vouches for them`() throws {
        let pairwise = JSON.Member("subject_type", "pairwise")
        #expect(try ClientMetadata.read(document([pairwise])).subjects == .pairwise(sector: "c.example"))
        let two: [JSON] = ["https://c.example/cb", "https://C.example:8443/other"]
        #expect(
            try ClientMetadata.read(document([pairwise], redirects: two)).subjects == .pairwise(sector: "c.example")
        )
        let sector = JSON.Member("sector_identifier_uri", "https://Group.example/uris.json")
        let many: [JSON] = ["https://c.example/cb", "https://d.example/cb"]
        #expect(
            try ClientMetadata.read(document([pairwise, sector], redirects: many)).subjects
                == .pairwise(sector: "group.example")
        )
    }

    @Test
    func `other names for people whom a client knows are refused, unless they are meant`() throws {
        let pairwise = Client.sample(subjects: .pairwise(sector: "c.example"))
        let moved = Client.sample(subjects: .pairwise(sector: "d.example"))
        #expect(throws: Never.self) { try pairwise.requireSameSubjects(as: pairwise) }
        for (later, earlier) in [(pairwise, Client.sample), (.sample, pairwise), (moved, pairwise)] {
            let problem = #expect(throws: ClientMetadata.Problem.self) { try later.requireSameSubjects(as: earlier) }
            #expect(problem?.member == "subject_type")
        }
        let members: [JSON.Member] = [.init("subject_type", "pairwise"), .init("changes_subjects", true)]
        let meant = try ClientMetadata.read(document(members))
        #expect(throws: Never.self) { try meant.requireSameSubjects(as: .sample) }
    }

    @Test(
        arguments: [
            ("subject_type", ["subject_type": "private"], ["https://c.example/cb"]),
            ("subject_type", ["subject_type": 7], ["https://c.example/cb"]),
            ("sector_identifier_uri", ["subject_type": "pairwise"], ["https://c.example/cb", "https://d.example/cb"]),
            ("sector_identifier_uri", ["subject_type": "pairwise"], ["http://127.0.0.1/cb"]),
            (
                "sector_identifier_uri", ["subject_type": "pairwise", "sector_identifier_uri": "http://c.example/"],
                ["https://c.example/cb"]
            ),
            ("sector_identifier_uri", ["sector_identifier_uri": "https://c.example/#x"], ["https://c.example/cb"]),
        ] as [(WireText, JSON, [JSON])]
    )
    func `a sector that cannot be known is refused`(member: WireText, members: JSON, redirects: [JSON]) {
        let document = document(members.members ?? [], redirects: redirects)
        let problem = #expect(throws: ClientMetadata.Problem.self) { try ClientMetadata.read(document) }
        #expect(problem?.member == member)
    }
}
