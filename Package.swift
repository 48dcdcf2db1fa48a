// swift-tools-version: 6.3
import PackageDescription

let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// Tests may use Foundation, whose pointers would otherwise have to be marked one by one.
let serverRules = rules + [.strictMemorySafety()]

func library(_ name: String, on floorsBelow: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: floorsBelow, swiftSettings: serverRules)
}

// What stands behind the trait is built without it as well, and then says that it is not there.
func libpq(_ name: String) -> Target.Dependency { .target(name: name, condition: .when(traits: ["PostgreSQL"])) }

func program(_ name: String, on floorsBelow: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: floorsBelow, swiftSettings: serverRules)
}

func support(_ name: String, on floorsBelow: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: floorsBelow, path: "Tests/\(name)", swiftSettings: rules)
}

func tests(of name: String, on floorsBelow: [Target.Dependency], withData data: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: floorsBelow, exclude: data, swiftSettings: rules)
}

// Readers of what comes from outside, each with what must hold of it: driven by libFuzzer, and replayed by the tests.
func fuzzed(_ name: String, on floorsBelow: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: floorsBelow, path: "Tests/Fuzz/\(name)", swiftSettings: rules)
}

// Their `main` is libFuzzer's, which comes with `--sanitize=fuzzer` alone: Tests/Fuzz/campaign.py sets the variable.
let fuzzPrograms: [Target] =
    Context.environment["ASSENT_FUZZ"] == nil
    ? []
    : ["Text", "HTTP", "Mustache", "JOSE", "OAuth"].map { name in
        .executableTarget(
            name: "fuzz-\(name.lowercased())",
            dependencies: ["Fuzzing", .byName(name: "Fuzzed\(name)")],
            path: "Tests/Fuzz/Programs/fuzz-\(name.lowercased())",
            swiftSettings: rules + [.unsafeFlags(["-parse-as-library"])]
        )
    }

let package = Package(
    name: "assent",
    products: [.executable(name: "assent", targets: ["assent"])],
    traits: [.trait(name: "PostgreSQL", description: "A store on PostgreSQL, through libpq.")],
    dependencies: [],
    targets: [
        // Ground: C, as Debian ships it.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // First floor: bytes, text, time.
        library("Text"),

        // Second floor: one craft each, and not a word of OAuth.
        library("Crypto", on: ["COpenSSL", "Text"]),
        library("HTTP", on: ["Text"]),
        library("Mustache", on: ["Text"]),
        library("Telemetry", on: ["CLinux", "Text"]),

        // Third floor: signed words; the wire.
        library("JOSE", on: ["Crypto", "Text"]),
        library("Net", on: ["CLinux", "COpenSSL", "Crypto", "HTTP", "Telemetry", "Text"]),

        // Fourth floor: the two cores, values in and values out.
        library("OAuth", on: ["Crypto", "JOSE", "Text"]),
        library("Consents", on: ["Crypto", "Text"]),

        // Fifth floor: the cores spoken, kept, set up.
        library("Surfaces", on: ["Consents", "Crypto", "HTTP", "Text"]),
        library("Storage", on: ["Consents", "Crypto", "OAuth", "Text"]),
        library("Configuration", on: ["Consents", "Crypto", "JOSE", "OAuth", "Text"]),
        library("RelyingParty", on: ["Crypto", "HTTP", "JOSE", "Net", "Text"]),

        // Sixth floor: the server, and the stores it may have.
        library("StorageSQLite", on: ["CLinux", "CSQLite", "Consents", "Crypto", "OAuth", "Storage", "Text"]),
        library(
            "StoragePostgres",
            on: [libpq("CPostgres"), "CLinux", "Consents", "Crypto", "OAuth", "Storage", "Text"]
        ),
        library(
            "AssentServer",
            on: [
                "Configuration", "Consents", "Crypto", "HTTP", "JOSE", "Mustache", "Net", "OAuth", "Storage",
                "Surfaces", "Telemetry", "Text",
            ]
        ),

        // Roof: what a person starts.
        program(
            "assent",
            on: [
                "AssentServer", "CLinux", "Configuration", "Consents", "Crypto", "HTTP", "JOSE", "Mustache", "Net",
                "OAuth", "RelyingParty", "Storage", "StoragePostgres", "StorageSQLite", "Surfaces", "Telemetry", "Text",
            ]
        ),

        // Tests, one target a target, and what they share.
        support(
            "TestSupport",
            on: ["Consents", "Crypto", "HTTP", "JOSE", "OAuth", "Storage", "Text"]
        ),
        fuzzed("Fuzzing"),
        fuzzed("FuzzedText", on: ["Fuzzing", "Text"]),
        fuzzed("FuzzedHTTP", on: ["Fuzzing", "HTTP", "Text"]),
        fuzzed("FuzzedMustache", on: ["Fuzzing", "Mustache", "Text"]),
        fuzzed("FuzzedJOSE", on: ["Crypto", "Fuzzing", "JOSE", "Text"]),
        fuzzed("FuzzedOAuth", on: ["Configuration", "Crypto", "Fuzzing", "HTTP", "OAuth", "Surfaces", "Text"]),
        .executableTarget(
            name: "read-heads",
            dependencies: ["FuzzedHTTP", "HTTP", "Text"],
            path: "Tests/Fuzz/Programs/read-heads",
            swiftSettings: rules
        ),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "AssentServer", "Consents", "Crypto", "HTTP", "JOSE", "Mustache", "Net", "OAuth", "Storage",
                "Telemetry",
                "TestSupport", "Text",
            ],
            path: "Tests/Simulation",
            exclude: ["campaign.py"],
            swiftSettings: rules
        ),
        tests(of: "Text", on: ["Text"]),
        tests(of: "Crypto", on: ["Crypto", "TestSupport", "Text"]),
        tests(of: "HTTP", on: ["FuzzedHTTP", "HTTP", "Text"]),
        tests(of: "Mustache", on: ["Mustache", "Text"]),
        tests(of: "Telemetry", on: ["Telemetry", "Text"]),
        tests(of: "JOSE", on: ["COpenSSL", "Crypto", "JOSE", "Text"]),
        tests(of: "Net", on: ["CLinux", "Crypto", "HTTP", "Net", "Text"]),
        tests(of: "OAuth", on: ["Crypto", "JOSE", "OAuth", "TestSupport", "Text"]),
        tests(of: "Consents", on: ["Consents", "Crypto", "TestSupport", "Text"]),
        tests(of: "Surfaces", on: ["Consents", "HTTP", "Surfaces", "TestSupport", "Text"]),
        tests(of: "Configuration", on: ["Configuration", "Consents", "OAuth", "Text"]),
        tests(of: "RelyingParty", on: ["Crypto", "HTTP", "JOSE", "Net", "RelyingParty", "Text"]),
        tests(
            of: "Storage",
            on: ["Consents", "Crypto", "OAuth", "Storage", "StoragePostgres", "StorageSQLite", "TestSupport", "Text"]
        ),
        tests(
            of: "StoragePostgres",
            on: ["Consents", "Crypto", "OAuth", "Storage", "StoragePostgres", "TestSupport", "Text"]
        ),
        tests(
            of: "StorageSQLite",
            on: ["CSQLite", "Consents", "Crypto", "OAuth", "Storage", "StorageSQLite", "TestSupport", "Text"]
        ),
        tests(
            of: "AssentServer",
            on: [
                "AssentServer", "Configuration", "Consents", "Crypto", "HTTP", "JOSE", "Mustache", "Net", "OAuth",
                "Storage", "StorageSQLite", "Surfaces", "Telemetry", "TestSupport", "Text",
            ],
            withData: ["Views"]
        ),
        tests(
            of: "Conformance",
            on: [
                "AssentServer", "Consents", "Crypto", "HTTP", "JOSE", "Mustache", "Net", "OAuth", "Storage",
                "Telemetry", "TestSupport", "Text",
            ]
        ),
        tests(of: "House", on: ["TestSupport", "Text"]),
        tests(of: "Fuzz", on: ["FuzzedHTTP", "FuzzedJOSE", "FuzzedMustache", "FuzzedOAuth", "FuzzedText", "Fuzzing"]),
    ] + fuzzPrograms
)
