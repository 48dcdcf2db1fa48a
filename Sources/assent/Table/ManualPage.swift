/// The table of commands, as man(1) shows it.
enum ManualPage {
    static func text(_ commands: [any Command.Type], version: String) -> String {
        var lines = [
            ".TH ASSENT 1 \"\" \"assent \(version)\" \"User Commands\"", ".SH NAME",
            "assent \\- an OAuth 2.0 and OpenID Connect authorization server with a consent screen", ".SH SYNOPSIS",
            ".B assent", "\\fICOMMAND\\fR [\\fIOPTION\\fR ...]", ".SH COMMANDS",
        ]
        for command in commands { lines += section(command) }
        lines += [".SH EXIT STATUS"]
        for (status, meaning) in statuses { lines += [".TP", "\(status)", meaning] }
        return lines.joined(separator: "\n")
    }

    private static func section(_ command: any Command.Type) -> [String] {
        let operands = command.operands.isEmpty ? "" : " \\fI\(escaped(command.operands))\\fR"
        var lines = [".SS \"assent \(command.name)\(operands)\"", escaped(command.summary)]
        for option in command.options {
            let value = option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""
            lines += [".TP", "\\fB\\-\\-\(escaped(option.name))\\fR\(value)", escaped(option.summary)]
        }
        guard !command.examples.isEmpty else { return lines }
        lines += [".PP", ".nf"]
        lines += command.examples.map { ".RS\n\(escaped($0))\n.RE" }
        return lines + [".fi"]
    }

    private static let statuses = [
        (0, "What was asked for was done."), (1, "It was not; a check has failed, or a server has refused."),
        (64, "The command was not typed as it must be."), (69, "An address is in use, or a server cannot be reached."),
        (78, "The configuration is wrong."),
    ]

    /// groff_man(7): a hyphen that is typed, a backslash, and no request at the beginning of a line.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        if text.utf8.first == UInt8(ascii: ".") || text.utf8.first == UInt8(ascii: "'") { bytes += Array("\\&".utf8) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += Array("\\e".utf8)
            case UInt8(ascii: "-"): bytes += Array("\\-".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
