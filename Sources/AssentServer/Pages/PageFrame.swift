internal import Mustache
package import Text

/// How the bank calls itself on its pages, and where it helps.
package struct BankIdentity: Sendable, Hashable {
    package let name: WireText
    package let helpPhone: Phone?
    package let helpURL: WireText?

    package struct Phone: Sendable, Hashable {
        /// As a telephone dials it, such as `+442079460000`.
        package let dial: WireText
        package let shown: WireText

        package init(dial: WireText, shown: WireText) {
            self.dial = dial
            self.shown = shown
        }
    }

    package init(name: WireText, helpPhone: Phone? = nil, helpURL: WireText? = nil) {
        self.name = name
        self.helpPhone = helpPhone
        self.helpURL = helpURL
    }
}

extension BankIdentity {
    var view: View {
        [
            "name": .text(name),
            "help_phone": helpPhone.map { ["dial": .text($0.dial), "shown": .text($0.shown)] } ?? .missing,
            "help_url": helpURL.map { .text($0) } ?? .missing,
        ]
    }
}

/// What every page offers: language and bank; after a failure, the reference that a help desk asks for.
struct PageFrame {
    let words: PageWords
    let bank: BankIdentity
    let reference: WireText?
    /// The form by which the page is read in another language.
    var switching = View.missing

    func view(title: WireText, _ members: [View.Member]) -> View {
        .object(
            [
                View.Member("lang", .text(words.language)),
                View.Member("dir", .text(words.direction)),
                View.Member("title", .text(title)),
                View.Member("reference", reference.map { .text($0) } ?? .missing),
                View.Member("bank", bank.view),
                View.Member("languages", switching),
                View.Member("text", words.view),
            ] + members
        )
    }
}
