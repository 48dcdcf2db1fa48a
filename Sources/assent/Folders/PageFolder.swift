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
    ///   - regime: Of those in `regimes` the one whose rules hold.
    func read(
        standard: WireText,
        offered: [WireText]?,
        regime: String,
        bank: BankIdentity
    ) throws(CommandFailure) -> PageFiles {
        do {
            var templates: [TemplateFile] = []
            for name in try File.names(in: path) where name.hasSuffix(".mustache") {
                templates.append(TemplateFile(WireText(String(name.dropLast(9))), try File.read("\(path)/\(name)")))
            }
            let regimeName = "regimes/\(regime).json"
            let rules = try File.read("\(path)/\(regimeName)")
            // One that names no wording is told of with everything else that is wrong in it.
            let wording = (try? JSONReader.read(rules))?["wording"]?.text ?? WireText(regime)
            var languages: [LanguageFiles] = []
            for language in try offered ?? self.languages() {
                languages.append(try files(of: language, wording: wording))
            }
            return PageFiles(
                templates: templates,
                languages: languages,
                regime: rules,
                regimeName: regimeName,
                standard: standard,
                bank: bank
            )
        } catch { throw CommandFailure("\(error)", exit: .configuration) }
    }

    private func languages() throws(NetFailure) -> [WireText] {
        try File.names(in: "\(path)/text").filter { $0.hasSuffix(".json") }.map { WireText(String($0.dropLast(5))) }
    }

    private func files(of language: WireText, wording: WireText) throws(NetFailure) -> LanguageFiles {
        let text = "text/\(language).json"
        let wording = "wording/\(wording).\(language).json"
        return LanguageFiles(
            language,
            text: try File.read("\(path)/\(text)"),
            textName: text,
            wording: try File.read("\(path)/\(wording)"),
            wordingName: wording
        )
    }

    /// The rules that hold where none are named.
    static let regime = "uk-ceg"
}
