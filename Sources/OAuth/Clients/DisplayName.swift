package import Text

/// What a page calls a client: UK Customer Experience Guidelines, "TPP trading name".
package struct DisplayName: Sendable, Hashable {
    /// The name under which people know it.
    package let tradingName: WireText
    /// The party on whose behalf an agent acts shows the agent first.
    package let agent: WireText?
    /// The name in other languages, by their tags in lower case: RFC 7591 §2.2.
    private let translations: [WireText: WireText]

    /// Refuses names that could deceive a reader.
    ///
    /// These are controls, changes of direction, what nobody sees, floods of marks, and names of no letter.
    package init?(tradingName: WireText, agent: WireText?, translations: [WireText: WireText] = [:]) {
        guard Self.isShowable(tradingName), agent.map(Self.isShowable) ?? true,
            translations.values.allSatisfy(Self.isShowable)
        else { return nil }
        self.tradingName = tradingName
        self.agent = agent
        self.translations = translations
    }

    /// - Parameter assertion: A name that the caller knows to be showable, such as one in our own source.
    package init(assertion tradingName: WireText, agent: WireText?) {
        self.tradingName = tradingName
        self.agent = agent
        translations = [:]
    }

    /// The name under which people who speak a language know it; of one of its regions where the language has none.
    package func tradingName(in language: WireText) -> WireText {
        let language = language.lowercasedASCII
        if let name = translations[language] { return name }
        let regional = translations.keys.sorted().first { $0.hasPrefix(WireText("\(language)-")) }
        return regional.flatMap { translations[$0] } ?? tradingName
    }

    /// The whole name in English, for the log and for machines.
    package var text: WireText {
        guard let agent else { return tradingName }
        return WireText("\(agent) on behalf of \(tradingName)")
    }

    private static func isShowable(_ name: WireText) -> Bool {
        let scalars = name.string.unicodeScalars
        guard name.byteCount <= 400, name.string.count <= 100, scalars.contains(where: \.isWritten),
            scalars.first?.properties.generalCategory != .spaceSeparator,
            scalars.last?.properties.generalCategory != .spaceSeparator
        else { return false }
        return scalars.allAreShowable
    }
}

extension String.UnicodeScalarView {
    /// Whether a reader sees all of it, where it stands.
    var allAreShowable: Bool {
        var marks = 0
        return allSatisfy { scalar in
            marks = scalar.isMark ? marks + 1 : 0
            return scalar.isShowable && marks <= Limits.marksOnLetter
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is a letter or a digit of any script; a name of nothing else is none.
    fileprivate var isWritten: Bool {
        !properties.isDefaultIgnorableCodePoint && (properties.isAlphabetic || properties.numericType != nil)
    }

    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Whether a reader sees it, and sees it where it stands.
    fileprivate var isShowable: Bool {
        guard !properties.isDefaultIgnorableCodePoint else { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }
}
