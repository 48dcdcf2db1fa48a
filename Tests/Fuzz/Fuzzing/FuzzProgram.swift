import Glibc

/// One target of a program that libFuzzer drives: the one that the environment names in `FUZZ_TARGET`.
package struct FuzzProgram: Sendable {
    private let target: FuzzTarget

    package init(_ targets: [FuzzTarget]) {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = targets.first(where: { $0.name == name }) else {
            fatalError("FUZZ_TARGET names one of \(targets.map(\.name).joined(separator: ", ")), and not \"\(name)\".")
        }
        self.target = target
    }

    /// Ends the process where something that must hold does not, so that libFuzzer keeps the input.
    package func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        do throws(Broken) { _ = try target.check(Array(UnsafeBufferPointer(start: start, count: count))) } catch {
            fatalError("\(target.name): \(error.sentence)")
        }
        return 0
    }
}
