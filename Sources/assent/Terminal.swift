import CLinux

/// Standard output for what was asked for, standard error for talk.
enum Terminal {
    static func say(_ text: String) {
        write(text + "\n", to: 1)
    }

    static func complain(_ text: String) {
        write(text + "\n", to: 2)
    }

    /// Asks a question whose answer is not shown while it is typed.
    static func askHidden(_ question: String) -> String? {
        write(question, to: 2)
        var attributes = termios()
        let isTerminal = unsafe tcgetattr(0, &attributes) == 0
        if isTerminal {
            var hidden = attributes
            hidden.c_lflag &= ~tcflag_t(ECHO)
            unsafe tcsetattr(0, TCSAFLUSH, &hidden)
        }
        let answer = readLine(strippingNewline: true)
        if isTerminal {
            unsafe tcsetattr(0, TCSAFLUSH, &attributes)
            write("\n", to: 2)
        }
        return answer
    }

    static func fail(_ text: String, exit code: Exit) -> Never {
        complain(text)
        exit(code.rawValue)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe CLinux.write(descriptor, buffer.baseAddress, buffer.count)
            }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
