import AssentServer
import Crypto
import Net
import StoragePostgres
import StorageSQLite
import Synchronization
import Telemetry
import Text

/// What is measured when somebody reads the metrics: the process, its files, and what it was told last.
final class Gauges: Sendable {
    private let store: any RunningStore
    /// The certificate that is shown, where we speak TLS.
    private let certificateFile: String?
    private let keys: KeyFolder
    private let began: Timestamp
    private let state: Mutex<State>

    private struct State {
        var certificateEnds: Timestamp?
        var reloaded: Timestamp
        var isReloaded = true
    }

    init(_ setup: Setup, _ store: any RunningStore) {
        self.store = store
        certificateFile = setup.listening.tls?.certificateChain
        keys = setup.keys
        began = SystemClock.now
        state = Mutex(State(certificateEnds: Self.end(ofCertificateIn: certificateFile), reloaded: began))
    }

    /// Notes that everything was read again, or that it could not be.
    func noteReload(succeeded: Bool) {
        let ends = Self.end(ofCertificateIn: certificateFile)
        state.withLock { state in
            state.isReloaded = succeeded
            guard succeeded else { return }
            state.reloaded = SystemClock.now
            state.certificateEnds = ends
        }
    }

    func write(to text: inout PrometheusText) {
        let state = state.withLock { $0 }
        text.append(
            gauge: "assent_build_info",
            "The release that runs.",
            labels: [("version", WireText(Assent.version)), ("sqlite", WireText(SQLiteVersion.text))],
            1
        )
        text.append(gauge: "assent_store_commits_waiting", "Changes that wait for the disk.", Int64(store.waiting))
        if let figures = store.replicaFigures {
            text.append(
                counter: "assent_store_replica_answers_total",
                "Questions that a standby answered in the place of the primary.",
                figures.answered
            )
            text.append(
                counter: "assent_store_replica_passes_total",
                "Questions that no standby could answer, and the primary did.",
                figures.passedOn
            )
        }
        if let ends = state.certificateEnds {
            text.append(
                gauge: "assent_certificate_expiry_timestamp_seconds",
                "When the certificate ends that is shown.",
                labels: [("name", "listening")],
                ends.seconds
            )
        }
        text.append(
            gauge: "assent_config_reload_success",
            "Whether what was read last was taken.",
            state.isReloaded ? 1 : 0
        )
        text.append(
            gauge: "assent_config_reload_timestamp_seconds",
            "When something was read and taken last.",
            state.reloaded.seconds
        )
        writeKeys(to: &text)
        writeProcess(to: &text)
    }

    private func writeKeys(to text: inout PrometheusText) {
        guard let stages = (try? keys.stages()) ?? nil else { return }
        let now = SystemClock.now
        let ages = stages.sorted { $0.key.file < $1.key.file }.map { name, stage in
            let labels: [(WireText, WireText)] = [
                ("key", WireText(name.file)), ("phase", WireText(stage.phase.rawValue)),
            ]
            return (labels: labels, value: now.since(stage.since))
        }
        text.append(
            gauge: "assent_signing_key_age_seconds",
            "How long each key has been announced, current or superseded.",
            ages
        )
    }

    private func writeProcess(to text: inout PrometheusText) {
        text.append(
            counter: "process_cpu_seconds_total",
            "Time of processors that was used.",
            nanoseconds: ProcessFigures.cpuNanoseconds
        )
        if let bytes = ProcessFigures.residentBytes {
            text.append(gauge: "process_resident_memory_bytes", "Memory that is in use.", bytes)
        }
        if let count = ProcessFigures.openDescriptors {
            text.append(gauge: "process_open_fds", "Descriptors that are open.", Int64(count))
        }
        text.append(gauge: "process_max_fds", "Descriptors that may be open.", Int64(ProcessFigures.descriptorLimit))
        text.append(gauge: "process_start_time_seconds", "When the process began.", began.seconds)
    }

    private static func end(ofCertificateIn file: String?) -> Timestamp? {
        guard let file, let bytes = try? File.read(file), let text = WireText(bytes),
            let first = PEM.read(text).blocks.first
        else { return nil }
        return (try? Certificate(der: first.bytes))?.notAfter
    }
}
