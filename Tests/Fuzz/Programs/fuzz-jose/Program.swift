import FuzzedJOSE
import Fuzzing

private let program = FuzzProgram(FuzzedJOSE.targets)

/// What libFuzzer calls with each of its inputs.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    program.run(start, count)
}
