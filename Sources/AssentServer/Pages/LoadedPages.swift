internal import Crypto
package import Mustache
internal import Text

/// The files that pages are made of, as bytes.
package struct PageFiles: Sendable {
    package let templates: [TemplateFile]
    /// `text/LANGUAGE.json`: every string of the pages.
    package let text: [UInt8]
    /// `wording/PRESET.LANGUAGE.json`: the data clusters.
    package let wording: [UInt8]
    package let bank: BankIdentity

    package init(templates: [TemplateFile], text: [UInt8], wording: [UInt8], bank: BankIdentity) {
        self.templates = templates
        self.text = text
        self.wording = wording
        self.bank = bank
    }
}

/// Templates and words that fit each other, read together.
package struct LoadedPages: Sendable {
    let words: PageWords
    let bank: BankIdentity
    /// SHA-256 of everything that the pages are made of.
    let digest: [UInt8]
    /// Digests of the style blocks, for the content policy; the same on every page.
    let styles: [String]
    private let templates: TemplateSet

    /// Refuses templates that ask for what their page does not offer.
    package init(_ files: PageFiles) throws(PageProblems) {
        words = try PageWords(text: files.text, wording: files.wording)
        bank = files.bank
        digest = Digest.sha256(files.templates.flatMap(\.bytes) + files.text + files.wording)
        let samples = PageSamples.pages(words)
        do { templates = try TemplateSet.read(files.templates, pages: samples) } catch {
            throw PageProblems(sentences: error.problems.map(\.description))
        }
        let page = samples.first.flatMap { sample in sample.samples.first.map { (sample.name, $0) } }
        styles =
            page.map { [templates] in
                InlineStyles.contents(of: templates[$0.0]?.render($0.1) ?? []).map { Base64.encode(Digest.sha256($0)) }
            } ?? []
    }

    func frame(_ reference: WireText? = nil) -> PageFrame {
        PageFrame(words: words, bank: bank, reference: reference)
    }

    func render(_ name: PageName, _ view: View) -> [UInt8] {
        templates[WireText(name.rawValue)]?.render(view) ?? []
    }
}

/// The pages, by the names of their templates.
enum PageName: String, CaseIterable {
    case login
    case consent
    case decided
    case consents
    case sharing
    case stop
    case ended
    case error
    case help
    case leaving
    case logout
    case loggedOut = "logged_out"
    case formPost = "form_post"
    case device
    case finished
}
