/// The command `assent completion`.
struct CompletionCommand: Command {
    static let name = "completion"
    static let summary = "Prints what a shell needs to complete the words of this program."
    static let operands = "bash|zsh|fish"
    static let examples = [
        "assent completion bash > /etc/bash_completion.d/assent",
        "assent completion zsh > ~/.zfunc/_assent", "assent completion fish > ~/.config/fish/completions/assent.fish",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        switch arguments.operands {
        case ["bash"]: Terminal.say(Completion.bash(Assent.commands))
        case ["zsh"]: Terminal.say(Completion.zsh(Assent.commands))
        case ["fish"]: Terminal.say(Completion.fish(Assent.commands))
        default: throw CommandFailure("say completion bash, completion zsh or completion fish.", exit: .usage)
        }
    }
}
