/// The table of commands, as shells want it.
enum Completion {
    static func bash(_ commands: [any Command.Type]) -> String {
        let names = commands.map { $0.name }.joined(separator: " ")
        let cases = commands.map { command in
            let words = (command.actions + command.options.map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
            return "    \(command.name)) words=\"\(words)\" ;;"
        }.joined(separator: "\n")
        return """
            # Completion of assent for bash; made by `assent completion bash`.
            _assent() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=""
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "\(names) --help --version" -- "$word"))
                return
              fi
              case " \(fileOptions(commands).joined(separator: " ")) " in
                *" $before "*) COMPREPLY=($(compgen -f -- "$word")); return ;;
              esac
              case ${COMP_WORDS[1]} in
            \(cases)
              esac
              COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -o filenames -F _assent assent
            """
    }

    static func zsh(_ commands: [any Command.Type]) -> String {
        let names = commands.map { "    \(quoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n")
        let cases = commands.map { command in
            var lines = command.options.map { option in
                let text = option.summary.escaping("[]:")
                let value = option.value.map { ":\($0.escaping(":")):\(option.takesFile ? "_files" : " ")" } ?? ""
                return "        \(quoted("\(option.isRepeatable ? "*" : "")--\(option.name)[\(text)]\(value)"))"
            }
            if !command.actions.isEmpty {
                lines.append("        \(quoted("1:what:(\(command.actions.joined(separator: " ")))"))")
            }
            return
                "      \(command.name))\n        _arguments \\\n\(lines.joined(separator: " \\\n"))\(lines.isEmpty ? "        '*: :'" : "") ;;"
        }.joined(separator: "\n")
        return """
            #compdef assent
            # Completion of assent for zsh; made by `assent completion zsh`.
            _assent() {
              local -a commands
              commands=(
            \(names)
              )
              if (( CURRENT == 2 )); then
                _describe command commands
                return
              fi
              local name=$words[2]
              shift words
              (( CURRENT-- ))
              case $name in
            \(cases)
              esac
            }
            _assent "$@"
            """
    }

    static func fish(_ commands: [any Command.Type]) -> String {
        var lines = ["# Completion of assent for fish; made by `assent completion fish`.", "complete -c assent -f"]
        for command in commands {
            lines.append(
                "complete -c assent -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))"
            )
            let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
            if !command.actions.isEmpty {
                lines.append("complete -c assent \(condition) -a \(quoted(command.actions.joined(separator: " ")))")
            }
            for option in command.options {
                let value = option.value == nil ? "" : option.takesFile ? " -r -F" : " -x"
                lines.append("complete -c assent \(condition) -l \(option.name)\(value) -d \(quoted(option.summary))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func fileOptions(_ commands: [any Command.Type]) -> [String] {
        Set(commands.flatMap { $0.options.filter(\.takesFile).map { "--\($0.name)" } }).sorted()
    }

    /// As a shell takes it literally.
    private static func quoted(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}

extension String {
    /// With a backslash before each of these bytes.
    fileprivate func escaping(_ special: String) -> String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            if special.utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
