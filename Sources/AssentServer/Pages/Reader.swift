internal import HTTP
internal import OAuth
internal import Text

/// Somebody who reads a page, as far as its language goes.
struct Reader: Sendable {
    /// What a client asks for in their name, the dearest first: OpenID Connect Core §3.1.2.1, `ui_locales`.
    let asked: [WireText]
    /// From when on what they chose themselves counts more than that.
    let since: Timestamp
    let chosen: LanguageChoice?
    /// What their browser prefers, the dearest first.
    let accepted: [WireText]

    /// - Parameters:
    ///   - asked: Tags between spaces; what is none is passed over.
    ///   - since: When the request came, where a person is on its pages; a sitting earlier where there is but one.
    init(of request: Request, asked: WireText? = nil, since: Timestamp) {
        self.asked = asked?.split(at: .space) ?? []
        self.since = since
        chosen = Cookie.read(BrowserCookies.language, from: request.fields).only.flatMap { LanguageChoice($0) }
        accepted = AcceptLanguage.read(request.fields.all(.acceptLanguage))
    }

    private init(_ reader: Reader, chosen: LanguageChoice) {
        asked = reader.asked
        since = reader.since
        self.chosen = chosen
        accepted = reader.accepted
    }

    /// The same person, who has just chosen.
    func choosing(_ choice: LanguageChoice) -> Reader { Reader(self, chosen: choice) }

    /// The dearest of the languages that are offered; `nil` where none of theirs is.
    func language(among offered: [WireText]) -> WireText? {
        // What somebody chose on these very pages holds, whatever the client asked for when they came.
        var ranges = asked
        if let chosen { ranges.insert(chosen.language, at: chosen.made >= since ? 0 : ranges.count) }
        ranges += accepted
        for range in ranges {
            if let language = LanguageRange.lookUp(range, among: offered) { return language }
        }
        return nil
    }
}

extension Reader {
    /// Of a page that stands alone.
    init(of request: Request, asked: WireText? = nil, at now: Timestamp) {
        self.init(of: request, asked: asked, since: now - Self.sitting)
    }

    /// As long as somebody who chose a language is taken for still being there.
    private static let sitting = 1_800
}

/// A language that somebody chose with the form that every page has, as a cookie keeps it.
struct LanguageChoice: Sendable, Hashable {
    let language: WireText
    let made: Timestamp

    init(_ language: WireText, at now: Timestamp) {
        self.language = language
        made = now
    }

    /// Reads `cy.1800000000`; anybody may write what they like there, and it is a wish and no more.
    init?(_ cookie: WireText) {
        let parts = cookie.split(at: UInt8(ascii: "."))
        guard parts.count == 2, parts[0].isLanguageTag, parts[1].utf8.allSatisfy(\.isDigit), parts[1].byteCount <= 12,
            let seconds = Int64(parts[1].string)
        else { return nil }
        language = parts[0]
        made = Timestamp(seconds)
    }

    var cookie: SetCookie? {
        SetCookie(BrowserCookies.language, WireText("\(language).\(made.seconds)"), seconds: Self.lifetime)
    }

    /// A year.
    private static let lifetime = 31_536_000
}

/// RFC 4647: finding a language for a wish.
enum LanguageRange {
    /// RFC 4647 §3.4, lookup: the last subtag is left out until what remains is there.
    static func lookUp(_ range: WireText, among offered: [WireText]) -> WireText? {
        guard range.isLanguageTag else { return nil }
        var subtags = range.lowercasedASCII.split(at: UInt8(ascii: "-"))
        while !subtags.isEmpty {
            let wanted = WireText(subtags.map(\.string).joined(separator: "-"))
            if let found = offered.first(where: { $0.lowercasedASCII == wanted }) { return found }
            subtags.removeLast()
            // A single letter says what kind of subtag comes next, and nothing without it.
            if subtags.last?.byteCount == 1 { subtags.removeLast() }
        }
        return nil
    }
}

/// RFC 9110 §12.5.4: what a browser prefers.
enum AcceptLanguage {
    /// The ranges that are wanted, the dearest first; what cannot be read is passed over.
    static func read(_ lines: [WireText]) -> [WireText] {
        var ranges: [(range: WireText, weight: Int)] = []
        for piece in lines.flatMap({ $0.split(at: UInt8(ascii: ",")) }).prefix(count) {
            let parts = piece.split(at: UInt8(ascii: ";")).map(\.trimmed)
            guard let range = parts.first, range.isLanguageTag, parts.count <= 2 else { continue }
            let weight = parts.count == 2 ? weight(parts[1]) : 1_000
            if let weight, weight > 0 { ranges.append((range, weight)) }
        }
        // Of equal weights the first is the dearer one, and sorting keeps it so.
        return ranges.enumerated()
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .map(\.element.range)
    }

    /// RFC 9110 §12.4.2, in thousandths.
    private static func weight(_ parameter: WireText) -> Int? {
        guard parameter.lowercasedASCII.hasPrefix("q=") else { return nil }
        let digits = WireText(parameter.string.utf8.dropFirst(2)).split(at: UInt8(ascii: "."))
        guard let whole = digits.first, whole == "0" || whole == "1", digits.count <= 2 else { return nil }
        let fraction = digits.count == 2 ? digits[1] : ""
        guard fraction.byteCount <= 3, fraction.utf8.allSatisfy(\.isDigit) else { return nil }
        let padded = fraction.string + String(repeating: "0", count: 3 - fraction.byteCount)
        return min(1_000, (whole == "1" ? 1_000 : 0) + (Int(padded) ?? 0))
    }

    /// Browsers send about ten.
    private static let count = 32
}

extension WireText {
    /// Whether it has the form of a language tag of BCP 47, known or not.
    var isLanguageTag: Bool {
        guard byteCount <= 35 else { return false }
        let subtags = split(at: UInt8(ascii: "-"))
        guard let first = subtags.first, (2...8).contains(first.byteCount), first.utf8.allSatisfy(\.isLetter) else {
            return false
        }
        return subtags.dropFirst().allSatisfy { (1...8).contains($0.byteCount) && $0.utf8.allSatisfy(\.isAlphanumeric) }
    }

    fileprivate var trimmed: WireText {
        var rest = string.utf8[...]
        while rest.first == .space { rest = rest.dropFirst() }
        while rest.last == .space { rest = rest.dropLast() }
        return WireText(rest)
    }
}
