internal import Mustache
internal import Text

extension PageWords {
    /// What is found wrong while the words are read, each by its file and its place in it.
    struct Reading {
        private(set) var problems: [String] = []

        /// A file that was read.
        struct Document {
            let name: String
            let value: JSON
        }

        mutating func document(_ bytes: [UInt8], _ name: String) -> Document {
            do { return Document(name: name, value: try JSONReader.read(bytes)) } catch {
                complain("byte \(error.offset): \(error.reason)", name)
                return Document(name: name, value: .null)
            }
        }

        mutating func text(_ document: Document, _ names: WireText...) -> WireText {
            requireText(document, names) ?? ""
        }

        /// The text that stands at the end of these names.
        @discardableResult mutating func requireText(_ document: Document, _ names: [WireText]) -> WireText? {
            var value: JSON? = document.value
            for name in names { value = value?[name] }
            if let text = value?.text, !text.isEmpty { return text }
            complain("\(names.map(\.string).joined(separator: ".")) is missing or no text", document.name)
            return nil
        }

        /// Every text of a group, in which some are needed.
        mutating func texts(_ document: Document, _ group: WireText, _ needed: [WireText]) -> [WireText: WireText] {
            var texts: [WireText: WireText] = [:]
            for member in document.value[group]?.members ?? [] {
                texts[member.name] = text(document, group, member.name)
            }
            for name in needed where texts[name] == nil {
                complain("\(group).\(name) is missing or no text", document.name)
            }
            return texts
        }

        mutating func plurals(_ document: Document) -> PluralRules {
            let members = document.value["plurals"]?.members ?? []
            guard let rules = PluralRules(members.map { ($0.name, $0.value.text ?? "") }) else {
                complain("plurals are no rules such as \"one\": \"n = 1\"", document.name)
                return .none
            }
            return rules
        }

        mutating func sentence(_ document: Document, _ name: SentenceName, _ plurals: PluralRules) -> Sentence? {
            sentence(document, "sentences", WireText(name.rawValue), plurals, places: name.places)
        }

        /// A line that a regime wants.
        mutating func line(
            _ document: Document,
            _ name: WireText,
            _ plurals: PluralRules,
            _ regime: Regime
        ) -> Sentence? {
            sentence(document, "lines", name, plurals, places: Set(regime.values.keys).union(["bank", "tpp"]))
        }

        private mutating func sentence(
            _ document: Document,
            _ group: WireText,
            _ name: WireText,
            _ plurals: PluralRules,
            places: Set<WireText>
        ) -> Sentence? {
            let key = "\(group).\(name)"
            guard let pattern = requireText(document, [group, name]) else { return nil }
            guard let sentence = Sentence(pattern, plurals: plurals) else {
                complain("\(key) has a brace without a partner, or a choice that is none", document.name)
                return nil
            }
            for place in Set(sentence.places).subtracting(places).sorted() {
                complain("\(key) has a place {\(place)}, for which there is nothing", document.name)
            }
            for form in sentence.missingForms {
                complain(
                    "\(key) has no form for \"\(form.rawValue)\", which numbers of this language have",
                    document.name
                )
            }
            return sentence
        }

        mutating func complain(_ sentence: String, _ document: String) {
            problems.append("\(document): \(sentence)")
        }
    }
}

extension PageWords {
    /// The names of the texts that a language has for templates, in their order.
    static func textNames(in bytes: [UInt8]) -> [[WireText]] {
        guard let text = (try? JSONReader.read(bytes))?["text"] else { return [] }
        return names(in: text, below: ["text"])
    }

    private static func names(in value: JSON, below path: [WireText]) -> [[WireText]] {
        guard let members = value.members else { return [path] }
        return members.flatMap { names(in: $0.value, below: path + [$0.name]) }
    }
}

extension PageWords.SentenceName {
    /// What can stand in it.
    var places: Set<WireText> {
        switch self {
        case .loginPolicy, .loginTerms, .loginSite, .consentIdentity, .neverExpires, .lastsOnce, .periodAll,
            .accountGone,
            .accountUnnamed:
            []
        case .expires, .until, .agreed, .stopped, .ended, .againGiven, .receiptMade: ["time"]
        case .accountsShown: ["shown", "all"]
        case .lastsDays: ["days"]
        case .period: ["from", "to"]
        case .periodFrom: ["from"]
        case .periodTo: ["to"]
        case .pageOfPages: ["page", "pages"]
        case .problemTitle: ["title"]
        case .date: ["day", "month", "year"]
        case .moment: ["day", "month", "year", "clock"]
        case .loggedOutBack: ["tpp"]
        case .loginTitle, .loginHeading, .loginAsksDashboard, .dashboardTitle, .errorTitle, .helpTitle, .deviceTitle,
            .deviceWarning, .loggedOutTitle, .loggedOutHeading, .loggedOutAgain:
            ["bank"]
        case .loginAsks, .loginAsksIdentity, .loginUnseen, .loginCancel, .loginAbout, .consentTitle, .consentHeading,
            .consentStop, .identityTitle, .identityHeading, .decidedTitle, .decidedNext, .sharingTitle, .keeps,
            .stopTitle, .stopHeading, .stopContact, .endedTitle, .leavingTitle, .leavingMessage, .formPostTitle,
            .formPostMessage, .finishedTitle, .finishedNext, .unfinishedTitle, .unfinishedNext, .logoutTitle,
            .logoutHeading, .logoutAsks, .againTitle, .againHeading, .timedOutTitle, .lockedTitle, .overNext,
            .backToThirdParty, .outboundTitle, .outboundNext, .receiptTitle, .receiptHeading:
            ["bank", "tpp"]
        }
    }
}
