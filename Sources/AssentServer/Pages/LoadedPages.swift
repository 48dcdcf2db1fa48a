internal import Crypto
package import Mustache
package import Text

/// The files that pages are made of, as bytes.
package struct PageFiles: Sendable {
    package let templates: [TemplateFile]
    /// The languages in which pages can be read.
    package let languages: [LanguageFiles]
    /// `regimes/NAME.json`: what is shown in which order, and said beside it.
    package let regime: [UInt8]
    package let regimeName: String
    /// Of these the one for whoever asks for none.
    package let standard: WireText
    package let bank: BankIdentity

    /// - Parameter regimeName: What that file is called where something is wrong in it.
    package init(
        templates: [TemplateFile],
        languages: [LanguageFiles],
        regime: [UInt8],
        regimeName: String,
        standard: WireText,
        bank: BankIdentity
    ) {
        self.templates = templates
        self.languages = languages
        self.regime = regime
        self.regimeName = regimeName
        self.standard = standard
        self.bank = bank
    }
}

/// The two files of a language.
package struct LanguageFiles: Sendable {
    package let language: WireText
    /// `text/LANGUAGE.json`: every string of the pages.
    package let text: [UInt8]
    package let textName: String
    /// `wording/PRESET.LANGUAGE.json`: the data clusters.
    package let wording: [UInt8]
    package let wordingName: String

    /// - Parameters:
    ///   - textName: What the file is called where something is wrong in it.
    ///   - wordingName: The same of the other.
    package init(
        _ language: WireText,
        text: [UInt8],
        textName: String,
        wording: [UInt8],
        wordingName: String
    ) {
        self.language = language
        self.text = text
        self.textName = textName
        self.wording = wording
        self.wordingName = wordingName
    }
}

/// Templates and words that fit each other, read together.
package struct LoadedPages: Sendable {
    let bank: BankIdentity
    /// The languages, by their names in order.
    package let languages: [WireText]
    /// Those in which nobody has yet looked at every word.
    package let unreviewed: [WireText]
    /// SHA-256 of everything that the pages are made of.
    let digest: [UInt8]
    /// The style blocks, for the content policy; the same on every page.
    let styles: String
    /// By language, with its words in their places.
    private let templates: [WireText: FilledTemplates]
    /// The words of each language.
    let allWords: [PageWords]
    private let words: [WireText: PageWords]
    private let standard: PageWords
    private let switches: LanguageSwitches

    /// Refuses words that are not complete in every language, and templates that ask for what their page does not offer.
    package init(_ files: PageFiles) throws(PageProblems) {
        let all = try Self.words(files)
        allWords = all
        guard let standard = all.first(where: { $0.language == files.standard }) else {
            throw PageProblems(sentences: ["There is no text/\(files.standard).json for the language of the pages."])
        }
        self.standard = standard
        words = Dictionary(all.map { ($0.language, $0) }, uniquingKeysWith: { first, _ in first })
        languages = all.map(\.language)
        unreviewed = all.filter { !$0.isReviewed }.map(\.language)
        switches = LanguageSwitches(among: all)
        bank = files.bank
        digest = Digest.sha256(
            files.templates.flatMap(\.bytes) + files.languages.flatMap { $0.text + $0.wording } + files.regime
        )
        let markup = Palette.problems(in: files.templates) + TemplateMarkup.problems(in: files.templates)
        let samples = PageSamples.pages(standard, bank: PageSamples.bank)
        let offered = samples.map { TemplatePage($0.name, $0.samples + PageSamples.underOtherRules($0.name)) }
        let templates: TemplateSet
        do { templates = try TemplateSet.read(files.templates, pages: offered) } catch {
            throw PageProblems(sentences: error.problems.map(\.description) + markup)
        }
        guard markup.isEmpty else { throw PageProblems(sentences: markup) }
        self.templates = Dictionary(
            all.map { ($0.language, templates.filled(with: ["text": $0.view, "bank": files.bank.view])) },
            uniquingKeysWith: { first, _ in first }
        )
        let page = samples.first.flatMap { sample in sample.samples.first.map { (sample.name, $0) } }
        styles = ContentPolicy.sources(
            page.map { InlineStyles.contents(of: templates[$0.0]?.render($0.1) ?? []).map { Digest.sha256($0) } } ?? []
        )
    }

    /// Every language, or every problem of every language.
    private static func words(_ files: PageFiles) throws(PageProblems) -> [PageWords] {
        var all: [PageWords] = []
        var problems: [String] = []
        let regime = try Regime(files.regime, files.regimeName)
        // Templates are held to the words of one language, and those of the others to it.
        let model = files.languages.first { $0.language == files.standard }
        let asked = model.map { PageWords.textNames(in: $0.text) } ?? []
        for language in files.languages.sorted(by: { $0.language < $1.language }) {
            do { all.append(try PageWords(language, regime, with: asked)) } catch { problems += error.sentences }
        }
        guard problems.isEmpty else { throw PageProblems(sentences: problems) }
        return all
    }

    /// What a page offers in the dearest of somebody's languages.
    func frame(
        for reader: Reader?,
        in language: WireText? = nil,
        _ switching: LanguageSwitch = .none,
        reference: WireText? = nil
    ) -> PageFrame {
        let found = language ?? reader?.language(among: languages)
        let words = found.flatMap { self.words[$0] } ?? standard
        return PageFrame(
            words: words,
            bank: bank,
            reference: reference,
            switching: switches.view(switching, in: words.language)
        )
    }

    /// - Parameter language: One of `languages`, that of the view.
    func draft(_ name: PageName, _ view: View, in language: WireText) -> Draft {
        draft(WireText(name.rawValue), view, in: language)
    }

    func draft(_ name: WireText, _ view: View, in language: WireText) -> Draft {
        templates[language]?[name]?.draft(view) ?? .empty
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
    case receipt
    case error
    case help
    case leaving
    case over
    case outbound
    case logout
    case loggedOut = "logged_out"
    case formPost = "form_post"
    case device
    case finished
}

extension PageName {
    /// How the page is read in another language.
    var switching: LanguageSwitch {
        switch self {
        // What was typed and chosen comes along.
        case .login, .consent, .device: .withAnswers
        // The answer to something done once: to show it again would be to do it again.
        case .leaving, .formPost, .finished, .loggedOut, .outbound: .none
        case .decided, .consents, .sharing, .stop, .ended, .receipt, .over, .error, .help, .logout: .alone
        }
    }
}
