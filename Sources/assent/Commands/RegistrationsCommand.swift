import AssentServer
import Configuration
import Crypto
import Net
import OAuth
import StoragePostgres
import StorageSQLite
import Text

/// The command `assent registrations`.
struct RegistrationsCommand: Command {
    static let name = "registrations"
    static let summary = "Invites third parties to register themselves, and vets who did."
    static let operands = "invite NAME|list|show|vet|disable|enable [CLIENT_ID]"
    static let options = [
        ConfigurationFile.option,
        Option("folder", "FOLDER", "in the place of registering.folder, for a sandbox"),
        Option("database", "FILE", "in the place of storing.databaseFile, for a sandbox"),
        Option("scope", "SCOPE", "what the client may have at the most, \"openid accounts\" unless told"),
        Option("profile", "PROFILE", "how strictly it is held, oauth21 unless told"),
        Option(
            "grant",
            "GRANT",
            "a grant that it may use; code, refresh and client credentials unless told",
            isRepeatable: true
        ),
        Option("days", "DAYS", "how long the invitation lasts, 7 unless told"),
    ]
    static let examples = [
        "assent registrations invite my-tpp --profile fapi2 --scope \"openid accounts\"",
        "assent registrations list", "assent registrations vet 5b1c8a0e-4f57-4c6e-9d0f-2f3f9a1d7c11",
    ]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let words = arguments.operands
        let place = try Place(arguments)
        switch (words.first, words.dropFirst().first) {
        case ("invite", let name?) where words.count == 2: try invite(name, arguments, to: place.folder)
        case ("list", nil): try await list(place)
        case ("show", let id?) where words.count == 2:
            Terminal.say(String(decoding: JSONWriter.write(try await place.client(id).shown), as: UTF8.self))
        case ("vet", let id?) where words.count == 2:
            let client = try await place.client(id)
            try judge(client, in: place) { ClientVerdict(vetted: client.appearance, isDisabled: $0.isDisabled) }
        case ("disable", let id?) where words.count == 2:
            try judge(try await place.client(id), in: place) { ClientVerdict(vetted: $0.vetted, isDisabled: true) }
        case ("enable", let id?) where words.count == 2:
            try judge(try await place.client(id), in: place) { ClientVerdict(vetted: $0.vetted, isDisabled: false) }
        default:
            throw CommandFailure(
                "say registrations invite NAME, list, show ID, vet ID, disable ID or enable ID.",
                exit: .usage
            )
        }
    }

    /// The token is shown once, here; the file keeps its digest.
    private func invite(_ name: String, _ arguments: Arguments, to folder: RegistrationFolder) throws(CommandFailure) {
        let policy = try Self.policy(arguments)
        let text = arguments["days"] ?? "7"
        guard text.utf8.allSatisfy(\.isDigit), let days = Int(text), (1...365).contains(days) else {
            throw CommandFailure("--days must be a number from 1 to 365.", exit: .usage)
        }
        let token: WireText
        do { token = try Entropy.system.token() } catch { throw CommandFailure("\(error)") }
        let expires = Clock.system().now + days * 86_400
        try folder.write(Invitation(token: Fingerprint(of: token), expires: expires, policy: policy), named: name)
        Terminal.say("initial access token  \(token)  (shown once)")
        Terminal.say("for one registration until \(expires.rfc3339)")
        Terminal.complain("A running server takes it in on SIGHUP.")
    }

    private static func policy(_ arguments: Arguments) throws(CommandFailure) -> RegistrationPolicy {
        let grants = arguments.all("grant")
        let asked: JSON = [
            "profile": .text(WireText(arguments["profile"] ?? Profile.oauth21.rawValue)),
            "scope": .text(WireText(arguments["scope"] ?? "openid accounts")),
            "grant_types": .array(
                (grants.isEmpty ? ["authorization_code", "refresh_token", "client_credentials"] : grants)
                    .map { .text(WireText($0)) }
            ),
        ]
        guard let policy = RegistrationPolicy(asked) else {
            throw CommandFailure(
                "--profile is one of \(Profile.allCases.map(\.rawValue).joined(separator: ", ")), --scope is values between "
                    + "single spaces, and --grant one of \(Grants.names.map(\.string).joined(separator: ", ")).",
                exit: .usage
            )
        }
        return policy
    }

    private func list(_ place: Place) async throws(CommandFailure) {
        for client in try await place.clients() {
            let verdict = try place.folder.verdict(of: client.id)
            let standing =
                verdict.isDisabled ? "disabled" : verdict.vetted == client.appearance ? "vetted" : "not vetted"
            Terminal.say("\(client.id)  \(standing)  \(client.json["client_name"]?.text ?? client.id.text)")
        }
    }

    private func judge(
        _ client: RegisteredClient,
        in place: Place,
        _ change: (ClientVerdict) -> ClientVerdict
    ) throws(CommandFailure) {
        let verdict = change(try place.folder.verdict(of: client.id))
        try place.folder.write(verdict, of: client.id)
        let words = [
            verdict.isDisabled ? "disabled" : "enabled", verdict.vetted == client.appearance ? "vetted" : "not vetted",
        ]
        Terminal.say("\(client.id)  \(words.joined(separator: ", "))")
        Terminal.complain("A running server takes it in on SIGHUP.")
    }

    /// Where invitations and registrations are, by the configuration or as told.
    private struct Place {
        let folder: RegistrationFolder
        private let database: Database

        init(_ arguments: Arguments) throws(CommandFailure) {
            if let folder = arguments["folder"] {
                self.folder = RegistrationFolder(path: folder)
                database = Database(arguments["database"] ?? "assent.sqlite")
                return
            }
            let path = ConfigurationFile.path(arguments)
            let configuration = try ConfigurationFile.read(path)
            guard let folder = configuration.registering.folder else {
                throw CommandFailure(
                    "\(path): registering.folder is not set, so nobody registers.",
                    exit: .configuration
                )
            }
            self.folder = RegistrationFolder(path: folder)
            if let named = arguments["database"] {
                database = Database(named)
            } else {
                database = try Setup(configuration).database
            }
        }

        func clients() async throws(CommandFailure) -> [RegisteredClient] {
            switch database {
            case .file(let path):
                do { return try RegistrationFile(try DatabasePath(path)).clients() } catch {
                    throw CommandFailure("\(error)")
                }
            case .server(let server):
                let address = try server.address()
                do throws(PostgresOpeningFailure) { return try await PostgresRegistrations.clients(at: address) } catch
                {
                    throw CommandFailure("\(error.sentence).", exit: .unavailable)
                }
            }
        }

        func client(_ id: String) async throws(CommandFailure) -> RegisteredClient {
            guard let client = try await clients().first(where: { $0.id.text == WireText(id) }) else {
                throw CommandFailure("no client \(id) has registered itself.")
            }
            return client
        }
    }
}

extension RegisteredClient {
    /// What it registered, without the digest of its secret.
    fileprivate var shown: JSON {
        .object((json.members ?? []).filter { $0.name != "client_secret_sha256" })
    }
}
