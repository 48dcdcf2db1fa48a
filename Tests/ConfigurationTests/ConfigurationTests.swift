import Configuration
import Consents
import Foundation
import OAuth
import Testing
import Text

struct ConfigurationTests {
    /// The least that is a configuration, with one section more.
    private func read(_ section: String = "") throws(Problems) -> Configuration {
        let issuing = #""issuing": {"issuer": "https://auth.bank.example"}"#
        return try Configuration(Array("{\(issuing)\(section.isEmpty ? "" : ", \(section)")}".utf8), file: "a.json")
    }

    private func problems(_ text: String) -> [Problem] {
        do {
            _ = try Configuration(Array(text.utf8), file: "a.json")
            return []
        } catch { return error.problems }
    }

    private func places(_ section: String) -> [WireText] {
        do {
            _ = try read(section)
            return []
        } catch { return error.problems.map(\.path) }
    }

    @Test(arguments: [
        (#""keys.tpp.example""#, "/outbound/hosts"), (#"["https://keys.tpp.example"]"#, "/outbound/hosts/0"),
        (#"["a.example", "a.example/path"]"#, "/outbound/hosts/1"), (#"["u@a.example"]"#, "/outbound/hosts/0"),
        (#"["a.example:0"]"#, "/outbound/hosts/0"), (#"["a.example:65536"]"#, "/outbound/hosts/0"),
        (#"["a.example:"]"#, "/outbound/hosts/0"), (#"["2130706433"]"#, "/outbound/hosts/0"),
        (#"["*.tpp.example"]"#, "/outbound/hosts/0"), (#"["a.example", "A.example:443"]"#, "/outbound/hosts/1"),
        (#"[{"isInternal": true}]"#, "/outbound/hosts/0"), (#"[7]"#, "/outbound/hosts/0"),
        (#"[{"host": "a.example", "internal": true}]"#, "/outbound/hosts/0/internal"),
        (#"[{"host": "a.example", "isInternal": "yes"}]"#, "/outbound/hosts/0/isInternal"),
        (#"[""]"#, "/outbound/hosts/0"),
    ])
    func `RG-20 a host that may be called is named exactly`(hosts: String, place: WireText) {
        #expect(places(#""outbound": {"hosts": \#(hosts)}"#) == [place])
    }

    @Test(arguments: [
        (#""clientRequestsPerSecond": -1"#, "/limiting/clientRequestsPerSecond"),
        (#""clientRequestsPerSecond": 1.5"#, "/limiting/clientRequestsPerSecond"),
        (#""clientRequestsPerSecond": "many""#, "/limiting/clientRequestsPerSecond"),
        (#""clientRequestsAtOnce": 0"#, "/limiting/clientRequestsAtOnce"),
        (#""addressRequestsPerSecond": 1000001"#, "/limiting/addressRequestsPerSecond"),
        (#""addressRequestsAtOnce": null"#, "/limiting/addressRequestsAtOnce"),
        (#""nodes": 0"#, "/limiting/nodes"),
        (#""personRequestsPerSecond": 1"#, "/limiting/personRequestsPerSecond"),
    ])
    func `a limit of requests that is none is named by its place`(limit: String, place: WireText) {
        #expect(places(#""limiting": {\#(limit)}"#) == [place])
    }

    @Test func `limits of requests can be set, taken away, and left as they are`() throws {
        #expect(try read().limiting.client == .standardOfClient)
        #expect(try read(#""limiting": {"clientRequestsPerSecond": 0}"#).limiting.client == nil)
        #expect(try read(#""limiting": {"clientRequestsPerSecond": null}"#).limiting.client == nil)
        let burst = try read(#""limiting": {"addressRequestsAtOnce": 7}"#).limiting.address
        #expect(burst == RateLimit(perSecond: RateLimit.standardOfAddress.perSecond, burst: 7))
    }

    @Test func `only the issuer must be set`() throws {
        #expect(try read() == Configuration(issuer: #require(Issuer("https://auth.bank.example"))))
    }

    @Test func `every setting changes what it is called after`() throws {
        let read = try read(
            #"""
            "listening": {
                "address": "0.0.0.0:8443", "certificateFile": "c.pem", "privateKeyFile": "k.pem", "minimumTLS": "1.3",
                "clientCertificates": "required", "clientAuthoritiesFile": "ca.pem", "operations": null,
                "trustedProxies": ["10.0.0.5", "2001:DB8::5", "unix"], "mutualTLS": "https://mtls.b.example:8444",
                "mutualTLSAddress": "0.0.0.0:8444"
            },
            "keys": {"folder": "/k"}, "storing": {"databaseFile": "/d"}, "clients": {"folder": "/c"},
            "registering": {"folder": "/r", "directoryIssuer": "OpenBanking Ltd", "directoryKeysFile": "/j",
                "directoryCertificates": "qualified"},
            "people": {"file": "/p"},
            "consenting": {"permissions": ["ReadAccountsBasic"], "longestLifeDays": 90, "servesAccounts": true,
                "sharesAcrossSurfaces": true, "tellsRefreshTokenEnd": false, "tokenGraceSeconds": 30, "unattendedUsesPerDay": 6,
                "attendedUsesPerDay": 1000, "transactionsMaxAgeSeconds": 300, "transactionsACR": "urn:b:sca"},
            "pages": {
                "templatesFolder": "/t", "language": "cy", "languages": ["cy", "en"],
                "regime": "eu-psd2", "bankName": "B", "helpPhone": "+44123",
                "helpPhoneShown": "0123", "helpURL": "https://b.example/help",
                "consentPageURL": "https://b.example/consent", "delivery": "refresh-page", "choosesAccountsAgain": true
            },
            "hooks": {
                "baseURL": "https://hooks.b.example/v1", "user": "assent", "passwordFile": "/s", "authoritiesFile": "/a"
            },
            "limiting": {"clientRequestsPerSecond": 7, "clientRequestsAtOnce": 8, "addressRequestsPerSecond": null,
                "addressRequestsAtOnce": 9, "nodes": 3},
            "outbound": {"hosts": ["Keys.tpp.example", {"host": "10.0.0.5:8443", "isInternal": true}], "caFile": "/o"},
            "logging": {"level": "debug"}
            """#
        )
        #expect(
            read.outbound.hosts == [
                Configuration.OutboundHost(name: "keys.tpp.example"),
                Configuration.OutboundHost(name: "10.0.0.5", port: 8_443, isInternal: true),
            ]
        )
        #expect(read.outbound.caFile == "/o")
        #expect(read.limiting.client == RateLimit(perSecond: 7, burst: 8))
        #expect(read.limiting.address == nil)
        #expect(read.limiting.nodes == 3)
        #expect(read.listening.address == ListeningAddress("0.0.0.0:8443"))
        #expect(
            read.listening.tls
                == Configuration.TLS(
                    certificateFile: "c.pem",
                    privateKeyFile: "k.pem",
                    minimumVersion: .tls13,
                    clientCertificates: .issued(byAuthoritiesIn: "ca.pem")
                )
        )
        #expect(read.listening.operations == nil)
        #expect(read.listening.clientAuthoritiesFile == "ca.pem")
        #expect(read.listening.trustedProxies == ["10.0.0.5", "2001:DB8::5", "unix"])
        #expect(read.listening.mutualTLS == "https://mtls.b.example:8444")
        #expect(read.listening.mutualTLSAddress?.text == "0.0.0.0:8444")
        #expect(read.listening.showsCertificates)
        #expect(read.keys.folder == "/k")
        #expect(read.storing.databaseFile == "/d")
        #expect(read.clients.folder == "/c")
        #expect(read.registering.folder == "/r")
        #expect(
            read.registering.directory
                == Configuration.Directory(issuer: "OpenBanking Ltd", keysFile: "/j", certificate: .qualified)
        )
        #expect(read.people.file == "/p")
        #expect(read.consenting.policy.supported == [.readAccountsBasic])
        #expect(read.consenting.policy.longestLifeDays == 90)
        #expect(read.consenting.servesAccounts)
        #expect(read.consenting.sharesAcrossSurfaces)
        #expect(!read.consenting.tellsRefreshTokenEnd)
        #expect(read.consenting.transactionsMaxAge == 300)
        #expect(read.consenting.transactionsACR == "urn:b:sca")
        #expect(
            read.consenting.consentTokenPolicy
                == ConsentTokenPolicy(graceSeconds: 30, unattendedUses: 6, attendedUses: 1_000)
        )
        #expect(read.pages.templatesFolder == "/t")
        #expect(read.pages.language == "cy")
        #expect(read.pages.languages == ["cy", "en"])
        #expect(read.pages.regime == "eu-psd2")
        #expect(read.pages.bankName == "B")
        #expect(read.pages.helpPhone == Configuration.Phone(dialled: "+44123", shown: "0123"))
        #expect(read.pages.helpURL == "https://b.example/help")
        #expect(read.pages.consentPageURL == "https://b.example/consent")
        #expect(read.pages.delivery == .refreshPage)
        #expect(read.pages.choosesAccountsAgain)
        #expect(
            read.hooks.receiver
                == Configuration.HookReceiver(
                    baseURL: "https://hooks.b.example/v1",
                    user: "assent",
                    passwordFile: "/s",
                    authoritiesFile: "/a"
                )
        )
        #expect(read.logging.level == .debug)
    }

    @Test func `resources are absolute URIs without a fragment, each once`() throws {
        func read(_ resources: String) throws(Problems) -> [WireText] {
            let issuing = #""issuing": {"issuer": "https://auth.bank.example", "resources": [\#(resources)]}"#
            return try Configuration(Array("{\(issuing)}".utf8), file: "a.json").issuing.resources
        }
        let names: [WireText] = ["https://api.bank.example/accounts", "urn:bank:accounts"]
        #expect(try read(#""https://api.bank.example/accounts", "urn:bank:accounts""#) == names)
        for wrong in [#""/accounts""#, #""https://api.bank.example#a""#, #""a:b", "a:b""#, "1"] {
            #expect(throws: Problems.self) { try read(wrong) }
        }
        let many = (0..<Limits.resources).map { "\"a:\($0)\"" }.joined(separator: ", ")
        #expect(throws: Problems.self) { try read(many) }
    }

    @Test func `lifetimes are read each into its own`() throws {
        let text = #"""
            {"issuing": {
                "issuer": "https://a.example:8443", "codeSeconds": 11, "accessTokenSeconds": 61, "idTokenSeconds": 62,
                "refreshTokenSeconds": 3601, "interactionSeconds": 63, "sessionSeconds": 64, "acr": "level"
            }}
            """#
        let issuing = try Configuration(Array(text.utf8), file: "").issuing
        #expect(issuing.issuer == Issuer("https://a.example:8443"))
        #expect(issuing.acr == "level")
        #expect(
            issuing.lifetimes
                == Lifetimes(
                    code: 11,
                    accessToken: 61,
                    idToken: 62,
                    refreshToken: 3_601,
                    interaction: 63,
                    session: 64
                )
        )
    }

    @Test(arguments: ["", "{}", "[]", "null", "{\"issuing\": {}}", "{\"issuing\": {\"issuer\": null}}", "// nothing"])
    func `SC-05 an empty configuration is refused`(text: String) {
        #expect(!problems(text).isEmpty)
    }

    @Test(
        arguments: [
            "http://auth.bank.example", "https://auth.bank.example/", "https://auth.bank.example?a",
            "https://auth.bank.example/a",
            "auth.bank.example",
            "HTTPS://auth.bank.example", "https://user@auth.bank.example", "https://", "",
        ]
    )
    func `an issuer that others would read otherwise is refused`(issuer: String) {
        #expect(problems("{\"issuing\": {\"issuer\": \"\(issuer)\"}}").map(\.path) == ["/issuing/issuer"])
    }

    /// Every number with what lies beside its bounds, and what is no number.
    @Test(
        arguments: [
            ("codeSeconds", 10, 60), ("accessTokenSeconds", 60, 3_600), ("idTokenSeconds", 60, 86_400),
            ("refreshTokenSeconds", 3_600, 157_680_000), ("interactionSeconds", 60, 3_600),
            ("sessionSeconds", 60, 43_200),
        ]
    )
    func `SC-05 numbers keep to their bounds`(name: String, least: Int, most: Int) {
        func problem(_ value: String) -> Problem? {
            problems("{\"issuing\": {\"issuer\": \"https://a.example\", \"\(name)\": \(value)}}").first
        }
        #expect(problem("\(least)") == nil)
        #expect(problem("\(most)") == nil)
        for value in ["0", "-1", "\(least - 1)", "\(most + 1)", "9223372036854775807", "1e3", "60.0", "1e300"] {
            #expect(problem(value)?.path == WireText("/issuing/\(name)"))
            #expect(problem(value)?.sentence.contains("from \(least) to \(most)") == true)
        }
        for value in ["\"60\"", "true", "null", "[60]", "{}"] {
            #expect(problem(value)?.path == WireText("/issuing/\(name)"))
        }
    }

    @Test(
        arguments: [
            (#""keys": {"folder": 1}"#, "/keys/folder"), (#""keys": {"folder": null}"#, "/keys/folder"),
            (#""keys": {"folder": ""}"#, "/keys/folder"), (#""keys": {"folder": "a\u0000b"}"#, "/keys/folder"),
            (#""keys": []"#, "/keys"), (#""keys": "keys""#, "/keys"), (#""keys": null"#, "/keys"),
            (#""consenting": {"servesAccounts": "true"}"#, "/consenting/servesAccounts"),
            (#""consenting": {"servesAccounts": 1}"#, "/consenting/servesAccounts"),
            (#""consenting": {"tokenGraceSeconds": 61}"#, "/consenting/tokenGraceSeconds"),
            (#""consenting": {"tokenGraceSeconds": -1}"#, "/consenting/tokenGraceSeconds"),
            (#""consenting": {"unattendedUsesPerDay": 0}"#, "/consenting/unattendedUsesPerDay"),
            (#""consenting": {"attendedUsesPerDay": 1000001}"#, "/consenting/attendedUsesPerDay"),
            (#""consenting": {"permissions": "ReadAccountsBasic"}"#, "/consenting/permissions"),
            (#""consenting": {"permissions": []}"#, "/consenting/permissions"),
            (#""consenting": {"permissions": ["ReadBalances"]}"#, "/consenting/permissions"),
            (#""consenting": {"permissions": [1]}"#, "/consenting/permissions"),
            (#""consenting": {"permissions": ["ReadAccountsBasic", "ReadBalance"]}"#, "/consenting/permissions/1"),
            (
                #""consenting": {"permissions": ["ReadAccountsBasic", "ReadAccountsBasic"]}"#,
                "/consenting/permissions/1"
            ),
            (#""consenting": {"longestLifeDays": 0}"#, "/consenting/longestLifeDays"),
            (#""consenting": {"longestLifeDays": 3651}"#, "/consenting/longestLifeDays"),
            (#""pages": {"language": "../en"}"#, "/pages/language"),
            (#""pages": {"language": "EN"}"#, "/pages/language"),
            (#""pages": {"language": "en-"}"#, "/pages/language"), (#""pages": {"bankName": ""}"#, "/pages/bankName"),
            (#""pages": {"languages": []}"#, "/pages/languages"),
            (#""pages": {"languages": ["cy"]}"#, "/pages/languages"),
            (#""pages": {"languages": ["en", "en"]}"#, "/pages/languages"),
            (#""pages": {"languages": ["en", "../cy"]}"#, "/pages/languages"),
            (#""pages": {"languages": "en"}"#, "/pages/languages"), (#""pages": {"regime": "../x"}"#, "/pages/regime"),
            (#""pages": {"regime": "UK"}"#, "/pages/regime"),
            (#""pages": {"bankName": "a\u202eb"}"#, "/pages/bankName"),
            (#""pages": {"helpPhone": "020 7946"}"#, "/pages/helpPhone"),
            (#""pages": {"helpPhone": "+44 20"}"#, "/pages/helpPhone"),
            (#""pages": {"helpPhoneShown": "020"}"#, "/pages/helpPhoneShown"),
            (#""pages": {"helpURL": "http://b.example"}"#, "/pages/helpURL"),
            (#""pages": {"helpURL": "javascript:alert(1)"}"#, "/pages/helpURL"),
            (#""pages": {"consentPageURL": "http://b.example/c"}"#, "/pages/consentPageURL"),
            (#""pages": {"consentPageURL": "https://b.example/c?d=e"}"#, "/pages/consentPageURL"),
            (#""pages": {"delivery": "refresh"}"#, "/pages/delivery"),
            (#""pages": {"choosesAccountsAgain": "yes"}"#, "/pages/choosesAccountsAgain"),
            (#""hooks": {"baseURL": "https://b.example", "user": "u"}"#, "/hooks/baseURL"),
            (#""hooks": {"baseURL": "https://b.example", "passwordFile": "p"}"#, "/hooks/baseURL"),
            (
                #""hooks": {"baseURL": "http://b.example", "user": null, "passwordFile": null}"#,
                "/hooks/baseURL"
            ),
            (#""hooks": {"baseURL": "https://u@b.example"}"#, "/hooks/baseURL"),
            (#""hooks": {"baseURL": "https://b.example/"}"#, "/hooks/baseURL"),
            (#""hooks": {"user": "u"}"#, "/hooks/user"), (#""hooks": {"passwordFile": "p"}"#, "/hooks/passwordFile"),
            (
                #""hooks": {"baseURL": "http://[::1]:9/v1", "user": "u", "passwordFile": "p", "authoritiesFile": "a"}"#,
                "/hooks/authoritiesFile"
            ),
            (#""logging": {"level": "INFO"}"#, "/logging/level"), (#""logging": {"level": "off"}"#, "/logging/level"),
            (#""logging": {"level": 1}"#, "/logging/level"),
        ] as [(String, WireText)]
    )
    func `SC-05 one thing wrong is one problem, at its place`(section: String, place: WireText) {
        #expect(places(section) == [place])
    }

    @Test(
        arguments: [
            (#""address": "0.0.0.0:8080""#, "/listening/address"),
            (#""address": "[::]:8080""#, "/listening/address"),
            (#""certificateFile": "c.pem""#, "/listening/certificateFile"),
            (#""privateKeyFile": "k.pem""#, "/listening/privateKeyFile"),
            (#""clientCertificates": "asked""#, "/listening/clientCertificates"),
            (#""minimumTLS": "1.1""#, "/listening/minimumTLS"), (#""minimumTLS": 1.2"#, "/listening/minimumTLS"),
            (#""operations": "127.0.0.1:8080""#, "/listening/operations"),
            (#""operations": "localhost:9090""#, "/listening/operations"),
            (#""clientAuthoritiesFile": "ca.pem""#, "/listening/clientAuthoritiesFile"),
            (
                #""certificateFile": "c", "privateKeyFile": "k", "clientAuthoritiesFile": "a""#,
                "/listening/clientAuthoritiesFile"
            ),
            (#""trustedProxies": ["proxy.example"]"#, "/listening/trustedProxies/0"),
            (#""trustedProxies": ["unix", "10.0.0.0/8"]"#, "/listening/trustedProxies/1"),
            (#""trustedProxies": ["127.0.0.1:80"]"#, "/listening/trustedProxies/0"),
            (#""trustedProxies": "127.0.0.1""#, "/listening/trustedProxies"),
            (#""mutualTLS": "https://mtls.b.example""#, "/listening/mutualTLS"),
            (#""trustedProxies": ["unix"], "mutualTLS": "https://mtls.b.example/""#, "/listening/mutualTLS"),
            (
                #""trustedProxies": ["unix"], "mutualTLS": "https://m.example", "mutualTLSAddress": "127.0.0.1:1""#,
                "/listening/mutualTLSAddress"
            ),
            (
                #""certificateFile": "c", "privateKeyFile": "k", "clientCertificates": "asked", "mutualTLSAddress": "[::]:1""#,
                "/listening/mutualTLSAddress"
            ),
            (
                #""certificateFile": "c", "privateKeyFile": "k", "clientCertificates": "asked", "address": "[::]:1", "mutualTLS": "https://m.example", "mutualTLSAddress": "[::]:1""#,
                "/listening/mutualTLSAddress"
            ),
        ] as [(String, WireText)]
    )
    func `SC-05 what contradicts itself is refused`(settings: String, place: WireText) {
        #expect(places("\"listening\": {\(settings)}") == [place])
    }

    @Test(
        arguments: [
            #""privateKeyFile": "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n""#,
            #""privateKeyFile": "-----BEGIN PRIVATE KEY-----MIGH""#,
        ]
    )
    func `a key that stands in the file is named for what it is, and not shown`(setting: String) throws {
        let problem = try #require(
            problems("{\"issuing\": {\"issuer\": \"https://a.example\"}, \"listening\": {\(setting)}}").first
        )
        #expect(problem.sentence == "Secrets do not stand in this file: name the file that holds the key.")
        #expect(!problem.description.contains("MIGH"))
    }

    @Test(
        arguments: [
            (#""keys": {"foldr": "k"}"#, "/keys/foldr", "folder"),
            (#""keys": {"Folder": "k"}"#, "/keys/Folder", "folder"),
            (#""loging": {"level": "info"}"#, "/loging", "logging"),
            (#""pages": {"bankname": "B"}"#, "/pages/bankname", "bankName"),
            (#""pages": {"hlepURL": "https://b"}"#, "/pages/hlepURL", "helpURL"),
            (#""consenting": {"permission": []}"#, "/consenting/permission", "permissions"),
            (#""storage": {}"#, "/storage", "storing"),
            (
                #""consenting": {"permissions": ["ReadAccountsBasic", "readBalances"]}"#, "/consenting/permissions/1",
                "ReadBalances"
            ),
        ] as [(String, WireText, String)]
    )
    func `SC-05 a name that is misspelt is answered with the one that was meant`(
        section: String,
        place: WireText,
        meant: String
    ) throws {
        let all = problems("{\"issuing\": {\"issuer\": \"https://a.example\"}, \(section)}")
        #expect(all.map(\.path) == [place])
        #expect(try #require(all.first).sentence.contains("Did you mean \"\(meant)\"?"))
    }

    @Test(arguments: ["postgresql://a:secret@b/c", "/var/lib/assent.sqlite"])
    func `a replica that is no server, or a password in the open, is refused`(uri: String) {
        let setting = #""database": "postgresql://a/b", "databaseReplicas": ["\#(uri)"]"#
        #expect(places(#""storing": {\#(setting)}"#) == ["/storing/databaseReplicas"])
    }

    @Test func `PostgreSQL takes the place of the file`() throws {
        let read = try read(
            #"""
            "storing": {
                "database": "postgresql://assent@a,b:5433/assent?sslmode=verify-full", "databasePasswordFile": "/s",
                "databaseConnections": 12, "databaseReplicas": ["postgresql://assent@c/assent"],
                "databaseWitnessFile": "/w"
            }
            """#
        )
        let uri: WireText = "postgresql://assent@a,b:5433/assent?sslmode=verify-full"
        let replicas: [WireText] = ["postgresql://assent@c/assent"]
        #expect(
            read.storing.server
                == .init(uri: uri, passwordFile: "/s", connections: 12, replicas: replicas, witnessFile: "/w")
        )
    }

    @Test(arguments: [
        #""database": "/var/lib/assent.sqlite""#, #""database": "postgresql://assent:secret@db.example/assent""#,
        #""database": "postgresql://db.example/assent?user=a&password=secret""#,
    ])
    func `a database that is no server, or a password in the open, is refused`(setting: String) {
        #expect(places(#""storing": {\#(setting)}"#) == ["/storing/database"])
    }

    @Test func `a password without a server is refused`() {
        #expect(places(#""storing": {"databasePasswordFile": "/s"}"#) == ["/storing/databasePasswordFile"])
    }

    @Test func `SC-05 a setting in the wrong section is sent to the right one`() throws {
        let all = problems(#"{"issuing": {"issuer": "https://a.example", "databaseFile": "x"}}"#)
        #expect(all.map(\.sentence) == [#"There is no setting of this name. It belongs into "storing"."#])
        #expect(places(#""databaseFile": "x""#) == ["/databaseFile"])
    }

    @Test func `SC-05 a name that nothing is like is refused without a guess`() throws {
        let all = problems(#"{"issuing": {"issuer": "https://a.example"}, "frobnicate": 1, "": 2}"#)
        #expect(all.map(\.sentence) == Array(repeating: "There is no setting of this name.", count: 2))
        let long = String(repeating: "x", count: 10_000)
        #expect(places("\"\(long)\": 1").count == 1)
    }

    @Test func `SC-05 all problems are told at once, in the order of the file, each with its place`() {
        let text = """
            // Comment.
            {
                "issuing": {
                    "issuer": "https://auth.bank.example/",
                    "codeSeconds": 0, "codeSeconds": 30,
                    "acces": 1,
                },
                "größe": 1, "keys": {"folder": 7},
                "logging": {"level": "loud"},
                "logging": {}
            }
            """
        let all = problems(text)
        #expect(all.map(\.line) == [4, 5, 5, 6, 8, 8, 9, 10])
        #expect(all.map(\.column) == [9, 9, 27, 9, 5, 26, 17, 5])
        #expect(
            all.map(\.path) == [
                "/issuing/issuer", "/issuing/codeSeconds", "", "/issuing/acces", "/gr\u{F6}\u{DF}e", "/keys/folder",
                "/logging/level", "",
            ]
        )
        #expect(all.first?.description.hasPrefix("a.json:4:9: /issuing/issuer: This must be https://") == true)
    }

    @Test func `SC-05 a duplicate is refused even where both values are the same`() {
        #expect(places(#""keys": {"folder": "k", "folder": "k"}"#) == [""])
    }

    @Test(
        arguments: [
            ("{", 1, 2), ("{\n  \"a\" 1}", 2, 7), ("{} x", 1, 4), ("{\"é\": 01}", 1, 9), ("{\"a\": nul}", 1, 10),
            ("/* open", 1, 7),
        ] as [(String, Int, Int)]
    )
    func `what is no JSON is shown where it stops being one`(text: String, line: Int, column: Int) {
        let all = problems(text)
        #expect(all.count == 1)
        #expect(all.first?.line == line)
        #expect(all.first?.column == column)
    }

    @Test func `SC-05 of two hundred wrong files none is accepted, and none is refused without a place`() throws {
        let good = try String(contentsOf: ShippedFileTests.url, encoding: .utf8)
        var count = 0
        for setting in Configuration.settings {
            let name = try #require(setting.split(at: UInt8(ascii: "/")).last).string
            for (find, put) in [
                ("\"\(name)\": ", "\"\(name)x\": "), ("\"\(name)\": ", "\"\(name)\": {},\"\(name)\": "),
                ("\"\(name)\": ", "\"\(name)\" "), ("\"\(name)\": ", "\"\(name)\": -1"),
                ("\"\(name)\": ", "\"\(name)\": {\"a\": 1}, \"unknown\": "), ("\"\(name)\": ", "\(name): "),
                ("\"\(name)\": ", "\"\(name)\": [[]], \"\(name)y\": "),
            ] {
                let wrong = good.replacing(find, with: put)
                #expect(wrong != good)
                let all = problems(wrong)
                #expect(!all.isEmpty, "\(name): \(put)")
                #expect(all.allSatisfy { $0.line > 5 && $0.column > 0 && !$0.sentence.isEmpty })
                count += 1
            }
        }
        #expect(count >= 190)
    }
}
