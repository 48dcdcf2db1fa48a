import AssentServer
import Consents
import Crypto
import Foundation
import JOSE
import Mustache
import Net
import OAuth
import Storage
import Telemetry
import TestSupport
import Text

/// Who is there: two third parties with a secret, one with a key, a stranger who is registered as well, and people with
/// browsers.
enum Cast {
    /// How many journeys go on at once.
    static let journeys = 5

    static let parties = [Party(0, key: nil), Party(1, key: nil), Party(2, key: keyOfParty)]
    static let stranger = Party(3, key: nil)

    /// A login lasts long here: most of the time would go into the hashes of passwords.
    static let lifetimes = Lifetimes(session: 72_000)

    /// Two browsers of Anna, two of Bert.
    static let people = ["anna", "bert", "anna", "bert"]
    static let surnames: [String: String] = ["anna": "Lindqvist", "bert": "Okafor"]
    static let accounts: [String: [WireText]] = [
        "anna": ["anna-current"], "bert": ["bert-current", "bert-savings", "bert-card"],
    ]

    private static let keyOfParty = SampleAssertion.makeKey(.p256, .es256, named: "party-2")

    private static let entries = Result {
        let cost = PasswordHash.Cost(logN: 12, passes: 1) ?? .standard
        return try DemoPeople.entries(at: .noon, cost: cost, entropy: .counted())
    }

    private static let bank = Result { try FileDirectory(try entries.get()) }

    private static let workers = Result { try WorkerPool(count: 1, limit: 1_024) }

    private static let keys = Result {
        KeyRing(try KeyRing.Keys([SampleAssertion.makeKey(.p256, .es256, named: nil)], required: [.es256]))
    }

    private static let pages = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../templates")
        func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let files = PageFiles(
            templates: try names.filter { $0.hasSuffix(".mustache") }.map {
                TemplateFile(WireText(String($0.dropLast(9))), try read($0))
            },
            languages: [
                LanguageFiles(
                    "en",
                    text: try read("text/en.json"),
                    textName: "text/en.json",
                    wording: try read("wording/uk-ceg.en.json"),
                    wordingName: "wording/uk-ceg.en.json"
                )
            ],
            regime: try read("regimes/uk-ceg.json"),
            regimeName: "regimes/uk-ceg.json",
            standard: "en",
            bank: BankIdentity(name: "Sample Bank")
        )
        return PageSet(try LoadedPages(files), issuer: .sample)
    }

    static func house(_ store: SimulatedStore, _ clock: Clock, _ tokens: Entropy) throws -> House {
        House(
            issuer: .sample,
            lifetimes: lifetimes,
            policy: ConsentPolicy(),
            acr: acr,
            store: store,
            clients: ClientRegistry((parties + [stranger]).map(\.client)),
            keys: try keys.get(),
            bank: try bank.get(),
            clock: clock,
            entropy: tokens,
            formKey: HMACKey([1, 2, 3]),
            subjectKey: HMACKey([4, 5, 6]),
            workers: try workers.get(),
            pages: try pages.get(),
            log: Log(to: 2, level: .off)
        )
    }

    /// Everybody has signed in a while ago: the hash of a password takes as long as a hundred requests.
    static func open(in world: World) throws {
        for (index, name) in people.enumerated() {
            guard let person = try entries.get().first(where: { $0.person.username.string == name })?.person else {
                continue
            }
            let session = Session(
                fingerprint: Fingerprint(of: cookie(index)),
                sid: WireText("sid-\(index)"),
                person: person.id,
                authenticated: .noon - 60,
                acr: acr,
                credential: Fingerprint(of: person.passwordHash.text),
                expires: .noon + lifetimes.session
            )
            _ = try world.truth.commitNow([.oauth(.openSession(session))])
        }
    }

    /// What the browser of this number holds at the beginning.
    static func cookie(_ index: Int) -> WireText {
        WireText("session-of-browser-\(index)-" + String(repeating: "s", count: 22))
    }

    private static let acr: WireText = "urn:assent:password"
}

/// A third party that is registered.
struct Party: Sendable {
    let index: Int
    let key: SigningKey?
    let client: Client

    init(_ index: Int, key: SigningKey?) {
        self.index = index
        self.key = key
        client = .sample(
            id: Identifier(WireText("tpp-\(index)")),
            authentication: key.map { .privateKeyJWT(SampleAssertion.keys($0)) }
                ?? .secretBasic(ClientSecret(Fingerprint(of: Client.sampleSecret))),
            redirectURIs: [RedirectURI(stringLiteral: "https://c\(index).example/cb")]
        )
    }

    var redirectURI: WireText { WireText("https://c\(index).example/cb") }

    var basic: WireText { WireText("Basic \(Base64.encode(Array("tpp-\(index):\(Client.sampleSecret)".utf8)))") }

    /// RFC 7523 §3.
    func assertion(_ identifier: WireText, at now: Timestamp) -> WireText {
        let claims: JSON = [
            "iss": .text(client.id.text), "sub": .text(client.id.text), "aud": "https://bank.example",
            "jti": .text(identifier), "exp": .integer(now.seconds + 60),
        ]
        return (try? key?.sign(JSONWriter.write(claims), type: "JWT")) ?? ""
    }
}
