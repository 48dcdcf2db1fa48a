internal import Net
internal import OAuth
internal import Storage
internal import Synchronization
package import Text

/// Whether this process can do what it is there for.
///
/// Keys are not looked at: without them nothing starts, and those that are in memory stay.
package final class Health: Sendable {
    private let house: House
    private let isStopping = Atomic<Bool>(false)
    private let store = Mutex<Looked?>(nil)

    /// One thing that must be so, and what is in the way where it is not.
    package struct Finding: Sendable, Hashable {
        package let check: WireText
        package let problem: WireText?
    }

    /// What became of the last look at the store; looking costs a wait for the disk.
    private struct Looked {
        let uptimeMilliseconds: Int64
        let problem: WireText?
    }

    package init(_ house: House) {
        self.house = house
    }

    /// From here on nobody is to send requests any more, though those that have come are still answered.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Every check, the failed ones with their reason.
    package func findings() async -> [Finding] {
        [
            Finding(check: "running", problem: isStopping.load(ordering: .relaxed) ? "The server is stopping." : nil),
            Finding(
                check: "clock",
                problem: house.clock.isSetBack
                    ? WireText("The machine's clock is \(house.clock.secondsSetBack) seconds behind the time it was.")
                    : nil
            ),
            Finding(check: "store", problem: await storeProblem()),
            Finding(check: "hooks", problem: await hooksProblem()),
        ]
    }

    /// Reads something and keeps something, unless that was done within the last second.
    private func storeProblem() async -> WireText? {
        let uptime = SystemClock.uptimeMilliseconds
        if let looked = store.withLock({ $0 }), uptime - looked.uptimeMilliseconds < Self.lookMilliseconds {
            return looked.problem
        }
        var problem: WireText?
        do throws(StoreFailure) {
            _ = try await house.store.registeredClients(after: "", limit: 1)
        } catch {
            house.report(error)
            problem = "The database cannot be read."
        }
        do throws(StoreFailure) {
            // A sweep of nothing notes the time: a whole commit, with its wait for the disk.
            _ = try await house.store.sweep(at: house.clock.now, limit: 0)
        } catch {
            house.report(error)
            problem = problem ?? "The database cannot be written."
        }
        let looked = Looked(uptimeMilliseconds: SystemClock.uptimeMilliseconds, problem: problem)
        store.withLock { $0 = looked }
        return problem
    }

    /// Without the bank's own systems, where they are to be asked, nobody can decide.
    private func hooksProblem() async -> WireText? {
        guard let hooks = house.hooks.current else { return nil }
        do throws(HookFailure) { try await hooks.reach() } catch { return "The bank's own systems cannot be reached." }
        return nil
    }

    private static let lookMilliseconds: Int64 = 1_000
}
