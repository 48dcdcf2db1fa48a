import AssentServer
import Mustache
import Net
import Text

/// The pages in `templates/`: templates, strings and wording.
struct PageFolder {
    let path: String

    /// - Parameters:
    ///   - standard: The language for whoever asks for none that is there.
    ///   - offered: The languages to read, all that are there where `nil`.
    func read(
        standard: WireText,
        offered: [WireText]?,
        bank: BankIdentity
    ) throws(CommandFailure) -> PageFiles {
        do {
            var templates: [TemplateFile] = []
            for name in try File.names(in: path) where name.hasSuffix(".mustache") {
                templates.append(TemplateFile(WireText(String(name.dropLast(9))), try File.read("\(path)/\(name)")))
            }
            var languages: [LanguageFiles] = []
            for language in try offered ?? self.languages() { languages.append(try files(of: language)) }
            return PageFiles(templates: templates, languages: languages, standard: standard, bank: bank)
        } catch { throw CommandFailure("\(error)", exit: .configuration) }
    }

    private func languages() throws(NetFailure) -> [WireText] {
        try File.names(in: "\(path)/text").filter { $0.hasSuffix(".json") }.map { WireText(String($0.dropLast(5))) }
    }

    private func files(of language: WireText) throws(NetFailure) -> LanguageFiles {
        let text = "text/\(language).json"
        let wording = "wording/\(Self.regime).\(language).json"
        return LanguageFiles(
            language,
            text: try File.read("\(path)/\(text)"),
            textName: text,
            wording: try File.read("\(path)/\(wording)"),
            wordingName: wording
        )
    }

    private static let regime = "uk-ceg"
}
