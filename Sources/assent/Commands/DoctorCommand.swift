import AssentServer
import Net
import StorageSQLite
import Text

/// The command `assent doctor`.
struct DoctorCommand: Command {
    static let name = "doctor"
    static let summary = "Looks at everything that goes wrong in operation, and says what to do about it."
    static let options = [
        ConfigurationFile.option,
        Option("ca", "FILE", "authorities to believe in the place of the system's, in PEM"),
        Option("json", nil, "the findings as one JSON document"),
    ]
    static let examples = ["assent doctor --config config/assent.json", "assent doctor --json"]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let findings = try await Self.findings(arguments)
        if arguments.has("json") {
            let document = JSONWriter.write(["findings": .array(findings.map(\.json))])
            Terminal.say(String(decoding: document, as: UTF8.self))
        } else {
            for finding in findings { Terminal.say(finding.text) }
        }
        let failures = findings.filter { $0.severity == .failure }.count
        guard failures == 0 else {
            throw CommandFailure("\(failures) \(failures == 1 ? "thing has" : "things have") to be put right.")
        }
    }

    private static func findings(_ arguments: Arguments) async throws(CommandFailure) -> [Finding] {
        let path = ConfigurationFile.path(arguments)
        let setup: Setup
        do { setup = try Setup(try ConfigurationFile.read(path)) } catch {
            // Without it nobody knows what else to look at.
            return [.failure("configuration", error.sentence, do: "Put it right, and ask again.")]
        }
        var findings: [Finding] = [.good("configuration", "\(path) is valid.")]
        for (subject, problem) in setup.problems {
            guard let problem else { continue }
            findings.append(.failure("configuration", "\(subject): \(problem)", do: "Put it right: nothing starts so."))
        }
        let now = SystemClock.now
        findings.append(FileChecks.permissions(setup))
        findings.append(FileChecks.keys(setup, at: now))
        if let finding = FileChecks.certificate(setup, at: now) { findings.append(finding) }

        var condition: Condition?
        var isServed: Bool? = false
        switch setup.database {
        case .file(let path):
            do {
                condition = try Condition(of: try DatabasePath(path))
                isServed = condition?.isServed ?? false
                findings += FileChecks.database(path, condition)
            } catch {
                findings.append(.failure("database", "\(error.sentence).", do: "assent restore COPY \(path)"))
            }
            findings += MachineChecks.disk(DatabasePath.folder(of: path))
        case .server(let server):
            isServed = nil
            findings += await ServerChecks.database(server)
        }
        findings.append(MachineChecks.clock(seen: condition?.seen))
        findings.append(MachineChecks.descriptors)

        do throws(NetFailure) {
            let group = try LoopGroup(count: 1)
            let wire = WireChecks(
                setup: setup,
                group: group,
                resolver: Resolver(on: try WorkerPool(count: 1, limit: 8)),
                tls: try TLSContext(trusting: arguments["ca"]),
                isServed: isServed
            )
            findings.append(wire.issuer)
            findings += await wire.listeners()
            findings += await wire.outbound()
        } catch { throw CommandFailure("\(error)") }
        return findings
    }
}
