import CLinux
import Glibc

/// Another program, with pipes to both of its ends.
///
/// Not Foundation's `Process`, which reads beyond a buffer when many are started at once; the address
/// sanitizer says so.
final class Program: @unchecked Sendable {
    private let process: pid_t
    private var input: Int32
    private let output: Int32

    struct Failure: Error {}

    init(_ arguments: [String]) throws {
        var toProgram: [Int32] = [0, 0]
        var fromProgram: [Int32] = [0, 0]
        guard pipe2(&toProgram, O_CLOEXEC) == 0, pipe2(&fromProgram, O_CLOEXEC) == 0 else { throw Failure() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toProgram[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromProgram[1], 1)
        posix_spawn_file_actions_adddup2(&actions, fromProgram[1], 2)
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var process = pid_t()
        let result = posix_spawnp(&process, arguments[0], &actions, nil, &strings, environ)
        close(toProgram[0])
        close(fromProgram[1])
        self.process = process
        input = toProgram[1]
        output = fromProgram[0]
        guard result == 0 else { throw Failure() }
    }

    deinit {
        if input >= 0 { close(input) }
        close(output)
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    func write(_ text: String) {
        // A program that ends early must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        let bytes = Array(text.utf8)
        _ = Glibc.write(input, bytes, bytes.count)
    }

    func endInput() {
        close(input)
        input = -1
    }

    /// Some of what it prints; nothing at the end.
    func read() -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(output, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}

/// Runs a program to its end and says what it printed; blocks, so it belongs on a thread.
func run(_ arguments: String..., input: String = "") throws -> String {
    try runProgram(arguments, input: input)
}

func runProgram(_ arguments: [String], input: String = "") throws -> String {
    let program = try Program(arguments)
    program.write(input)
    program.endInput()
    var text = ""
    while true {
        let more = program.read()
        guard !more.isEmpty else { return text }
        text += more
    }
}
