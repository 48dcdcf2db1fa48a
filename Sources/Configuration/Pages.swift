import OAuth
package import Text

extension Configuration {
    /// What people see.
    package struct Pages: Sendable, Hashable {
        package var templatesFolder = "templates"
        /// A language that the templates have a text for: BCP 47.
        package var language: WireText = "en"
        /// Those that people can read the pages in; all that the templates have a text for where absent.
        package var languages: [WireText]?
        /// Whose rules the pages follow, of those in `regimes` of the templates.
        package var regime: WireText = "uk-ceg"
        package var bankName: WireText = "Your bank"
        package var helpPhone: Phone?
        package var helpURL: WireText?
        /// The bank's own consent page, where it has one; ours otherwise.
        package var consentPageURL: WireText?
        package var delivery = Delivery.redirect
        /// Whether who confirms a consent again is asked for the accounts again.
        package var choosesAccountsAgain = false

        package init() {}
    }

    /// How a browser goes back to a third party.
    package enum Delivery: String, Sendable, CaseIterable {
        case redirect
        /// By a page that says what happened and leads on by itself.
        case refreshPage = "refresh-page"
    }

    /// A number to call.
    package struct Phone: Sendable, Hashable {
        /// As a telephone dials it: E.164.
        package var dialled: WireText
        /// As people read it.
        package var shown: WireText

        package init(dialled: WireText, shown: WireText) {
            self.dialled = dialled
            self.shown = shown
        }
    }
}

extension Configuration.Pages {
    init(_ reader: inout ConfigurationReader) {
        self.init()
        templatesFolder = reader.filePath("/pages/templatesFolder", or: templatesFolder)
        language = Self.language(&reader) ?? language
        languages = Self.languages(&reader)
        if let languages, !languages.contains(language) {
            reader.note("/pages/languages", "The language of the pages, \(language), must be one of them.")
        }
        regime = Self.regime(&reader) ?? regime
        bankName = Self.bankName(&reader, or: bankName)
        helpPhone = Self.phone(&reader)
        helpURL = Self.helpURL(&reader)
        consentPageURL = Self.consentPageURL(&reader)
        delivery = reader.choice("/pages/delivery", or: delivery)
        choosesAccountsAgain = reader.flag("/pages/choosesAccountsAgain", or: choosesAccountsAgain)
    }

    private static func language(_ reader: inout ConfigurationReader) -> WireText? {
        let path: WireText = "/pages/language"
        let language = reader.text(path, or: "en")
        guard isLanguage(language) else {
            reader.note(path, "This must be a language such as en or cy.")
            return nil
        }
        return language
    }

    private static func languages(_ reader: inout ConfigurationReader) -> [WireText]? {
        let path: WireText = "/pages/languages"
        guard let languages = reader.optionalTexts(path) else { return nil }
        guard !languages.isEmpty, Set(languages).count == languages.count, languages.allSatisfy(isLanguage) else {
            reader.note(path, "These must be languages such as en or cy, each once.")
            return nil
        }
        return languages
    }

    private static func regime(_ reader: inout ConfigurationReader) -> WireText? {
        let path: WireText = "/pages/regime"
        let name = reader.text(path, or: "uk-ceg")
        let isName =
            name.byteCount <= 64
            && name.utf8.allSatisfy { $0.isLowercase || $0.isDigit || $0 == UInt8(ascii: "-") }
        guard isName else {
            reader.note(path, "This must be a name such as uk-ceg, of which templates/regimes has a file.")
            return nil
        }
        return name
    }

    /// The name of a file is made of it.
    private static func isLanguage(_ language: WireText) -> Bool {
        let subtags = language.split(at: UInt8(ascii: "-"))
        guard let first = subtags.first, (2...3).contains(first.byteCount), first.utf8.allSatisfy(\.isLowercase) else {
            return false
        }
        return subtags.dropFirst().allSatisfy { (1...8).contains($0.byteCount) && $0.utf8.allSatisfy(\.isAlphanumeric) }
    }

    private static func bankName(_ reader: inout ConfigurationReader, or standard: WireText) -> WireText {
        let name = reader.text("/pages/bankName", or: standard)
        guard DisplayName(tradingName: name, agent: nil) != nil else {
            reader.note("/pages/bankName", "This must have 1 to 100 characters that are seen.")
            return standard
        }
        return name
    }

    private static func phone(_ reader: inout ConfigurationReader) -> Configuration.Phone? {
        let dialled = reader.optionalText("/pages/helpPhone")
        let shown = reader.optionalText("/pages/helpPhoneShown")
        guard let dialled else {
            if shown != nil { reader.note("/pages/helpPhoneShown", "There is no helpPhone to show it for.") }
            return nil
        }
        let digits = dialled.utf8.dropFirst()
        guard dialled.utf8.first == UInt8(ascii: "+"), (3...15).contains(digits.count), digits.allSatisfy(\.isDigit)
        else {
            reader.note("/pages/helpPhone", "This must be a plus and 3 to 15 digits, as in +442079460000.")
            return nil
        }
        return Configuration.Phone(dialled: dialled, shown: shown ?? dialled)
    }

    private static func helpURL(_ reader: inout ConfigurationReader) -> WireText? {
        guard let text = reader.optionalText("/pages/helpURL") else { return nil }
        guard let uri = URIReference(text), uri.scheme == "https", !uri.hasUserInformation else {
            reader.note("/pages/helpURL", "This must be a URL that begins with https://.")
            return nil
        }
        return text
    }

    private static func consentPageURL(_ reader: inout ConfigurationReader) -> WireText? {
        let path: WireText = "/pages/consentPageURL"
        guard let text = reader.optionalText(path) else { return nil }
        guard let uri = URIReference(text), uri.scheme == "https" || uri.isOfThisMachine, uri.host != nil,
            !uri.hasUserInformation, uri.query == nil, uri.fragment == nil
        else {
            reader.note(path, "This must be a URL that begins with https:// and has no query.")
            return nil
        }
        return text
    }
}

extension URIReference {
    fileprivate var isOfThisMachine: Bool {
        scheme == "http" && (host == "localhost" || host == "127.0.0.1")
    }
}
