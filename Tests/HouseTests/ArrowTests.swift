import Testing

/// The arrows between the floors: what a target imports is what `Package.swift` says, no more and no less.
///
/// The compiler does not keep them: SwiftPM lets a target import whatever its dependencies depend on.
struct ArrowTests {
    static let plan = Plan(SourceTree.text("Package.swift"))

    /// What comes with the compiler and the system, and what each is for.
    static let system: [Substring: Set<Substring>] = [
        "Glibc": ["Crypto", "Net", "StoragePostgres", "StorageSQLite", "Telemetry", "assent"],
        "Synchronization": [
            "AssentServer", "Crypto", "Net", "RelyingParty", "StoragePostgres", "StorageSQLite", "Telemetry", "assent",
        ],
    ]

    @Test func `the plan names the targets that are there`() {
        let folders = Set(SourceTree.sources.map { String($0.target) })
        #expect(folders == Set(Self.plan.dependencies.keys.filter { !Self.plan.isForTests($0) }))
        #expect(Self.plan.dependencies["Text"] == [])
        #expect(Self.plan.dependencies.count > 15)
    }

    @Test(arguments: plan.dependencies.keys.filter { !plan.isForTests($0) }.sorted())
    func `a target imports only what stands in its line of the plan`(target: String) {
        let allowed = Self.plan.dependencies[target] ?? []
        for file in SourceTree.sources where file.target == target {
            for (line, module) in file.imports {
                if let users = Self.system[module] {
                    #expect(users.contains(file.target), "\(file.path):\(line) imports \(module)")
                } else {
                    #expect(allowed.contains(String(module)), "\(file.path):\(line) imports \(module)")
                }
            }
        }
    }

    @Test func `no arrow of the plan goes up or round`() {
        var reached: Set<String> = []
        for target in Self.plan.order {
            let below = Self.plan.dependencies[target] ?? []
            #expect(below.isSubset(of: reached), "\(target) stands below \(below.subtracting(reached))")
            reached.insert(target)
        }
    }

    @Test func `there is no Foundation in the server`() {
        for file in SourceTree.sources {
            for (line, module) in file.imports {
                #expect(!module.hasPrefix("Foundation") && module != "Dispatch", "\(file.path):\(line)")
            }
        }
    }

    @Test func `SC-01 the package depends on no other package`() {
        #expect(SourceTree.text("Package.swift").contains("\n    dependencies: [],\n"))
        #expect(!SourceTree.text("Package.swift").contains(".package("))
    }

    @Test func `an arrow that is not in the plan is seen`() {
        let plan = Plan("library(\"A\"),\nlibrary(\n    \"B\",\n    on: [\n        \"A\", \"C\",\n    ]\n)")
        #expect(plan.dependencies == ["A": [], "B": ["A", "C"]])
        #expect(plan.order == ["A", "B"])
        let file = SourceFile(
            "Sources/B/B.swift",
            "@preconcurrency import A\npackage import D\nimport struct E.F\n// import G\ninternal  import H\n"
        )
        #expect(file.imports.map(\.module) == ["A", "D", "E", "H"])
        #expect(file.imports.map(\.line) == [1, 2, 3, 5])
    }
}

/// The lines of `Package.swift` that name targets.
struct Plan {
    let dependencies: [String: Set<String>]
    /// As they are written, from the ground to the roof.
    let order: [String]

    init(_ text: String) {
        var dependencies: [String: Set<String>] = [:]
        var order: [String] = []
        for ground in text.matches(of: /\.systemLibrary\(name: "(\w+)"/) {
            dependencies[String(ground.1)] = []
            order.append(String(ground.1))
        }
        for target in text.matches(of: /(?:library|program|support)\(\s*"(\w+)"(?:,\s*on:\s*\[([^\]]*)\])?/) {
            let below = (target.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
            dependencies[String(target.1)] = Set(below)
            order.append(String(target.1))
        }
        self.dependencies = dependencies
        self.order = order
    }

    func isForTests(_ target: String) -> Bool {
        target == "TestSupport" || target.hasPrefix("C") && target.dropFirst().first?.isUppercase == true
    }
}

extension SourceFile {
    /// The modules that are imported, and in which line.
    var imports: [(line: Int, module: Substring)] {
        let pattern =
            /^\s*(?:(?:@\w+|package|internal|private|fileprivate|public)\s+)*import\s+(?:(?:struct|class|enum|protocol|func|typealias|var|let)\s+)?(\w+)/
        return code.enumerated().compactMap { index, line in
            line.firstMatch(of: pattern).map { (index + 1, $0.1) }
        }
    }
}
