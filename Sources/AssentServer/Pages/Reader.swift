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
