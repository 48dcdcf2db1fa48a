import AssentServer
import Mustache
import Net
import Text

/// The pages in `templates/`: templates, strings and wording.
struct PageFolder {
    let path: String

    func read(language: WireText, bank: BankIdentity) throws(CommandFailure) -> PageFiles {
        do {
            var templates: [TemplateFile] = []
            for name in try File.names(in: path) where name.hasSuffix(".mustache") {
                templates.append(TemplateFile(WireText(String(name.dropLast(9))), try File.read("\(path)/\(name)")))
            }
            return PageFiles(
                templates: templates,
                text: try File.read("\(path)/text/\(language).json"),
                wording: try File.read("\(path)/wording/uk-ceg.\(language).json"),
                bank: bank
            )
        } catch { throw CommandFailure("\(error)", exit: .configuration) }
    }
}
