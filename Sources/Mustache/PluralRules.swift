package import Text

/// Which form of a word goes with a number: the plural rules of a language, as CLDR writes them.
package struct PluralRules: Sendable, Hashable {
    private let rules: [Rule]

    /// The forms that languages tell apart.
    package enum Category: String, Sendable, CaseIterable {
        case zero
        case one
        case two
        case few
        case many
        case other
    }

    private struct Rule: Sendable, Hashable {
        let category: Category
        /// One of these holds, of which all relations hold.
        let alternatives: [[Relation]]
    }

    /// `n % 10 = 2..4`.
    private struct Relation: Sendable, Hashable {
        let modulus: Int?
        let isNegated: Bool
        let ranges: [ClosedRange<Int>]

        func holds(for number: Int) -> Bool {
            let value = modulus.map { number % $0 } ?? number
            return ranges.contains { $0.contains(value) } != isNegated
        }
    }

    /// A language whose words do not change with a number.
    package static let none = PluralRules(rules: [])

    private init(rules: [Rule]) {
        self.rules = rules
    }

    /// Reads conditions on a whole number `n`, such as `n % 10 = 2..4 and n % 100 != 12..14`.
    ///
    /// - Returns: `nil` where one of them cannot be read. `other` has none: it is what is left.
    package init?(_ conditions: [(category: WireText, condition: WireText)]) {
        var rules: [Rule] = []
        for (name, condition) in conditions {
            guard let category = Category(rawValue: name.string), category != .other,
                !rules.contains(where: { $0.category == category }), let alternatives = Self.read(condition)
            else { return nil }
            rules.append(Rule(category: category, alternatives: alternatives))
        }
        self.rules = rules
    }

    /// Those that a number can have in this language.
    package var categories: [Category] { rules.map(\.category) + [.other] }

    func category(of number: Int) -> Category {
        for rule in rules {
            for relations in rule.alternatives where relations.allSatisfy({ $0.holds(for: number) }) {
                return rule.category
            }
        }
        return .other
    }

    private static func read(_ condition: WireText) -> [[Relation]]? {
        let words = condition.split(at: UInt8(ascii: " "))
        var alternatives: [[Relation]] = []
        for alternative in words.split(separator: "or", omittingEmptySubsequences: false) {
            var relations: [Relation] = []
            for relation in alternative.split(separator: "and", omittingEmptySubsequences: false) {
                guard let read = read(Array(relation)) else { return nil }
                relations.append(read)
            }
            alternatives.append(relations)
        }
        return alternatives
    }

    private static func read(_ words: [WireText]) -> Relation? {
        guard words.first == "n", words.count == 3 || words.count == 5 else { return nil }
        var modulus: Int?
        if words.count == 5 {
            guard words[1] == "%", let number = number(words[2]), number > 0 else { return nil }
            modulus = number
        }
        let sign = words[words.count - 2]
        guard sign == "=" || sign == "!=" else { return nil }
        var ranges: [ClosedRange<Int>] = []
        for piece in words[words.count - 1].split(at: UInt8(ascii: ",")) {
            let ends = piece.string.split(separator: "..", omittingEmptySubsequences: false).map {
                WireText(String($0))
            }
            guard let first = ends.first.flatMap(number), let last = ends.last.flatMap(number), ends.count <= 2,
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        return Relation(modulus: modulus, isNegated: sign == "!=", ranges: ranges)
    }

    private static func number(_ text: WireText) -> Int? {
        text.utf8.allSatisfy(\.isDigit) ? Int(text.string) : nil
    }
}
