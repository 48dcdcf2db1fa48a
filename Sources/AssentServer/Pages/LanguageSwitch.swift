internal import HTTP
internal import Mustache
internal import OAuth
internal import Text

/// The form by which a page is read in another language, without a script.
enum LanguageSwitch: Sendable {
    case none
    /// A form of its own: the page is asked for again.
    case alone
    /// Its buttons belong to the form of the page, and send along what is in it.
    case withAnswers

    /// The id of that form.
    static let answers: WireText = "answers"
}

/// The form for each language, made once.
struct LanguageSwitches: Sendable {
    private let alone: [WireText: View]
    private let withAnswers: [WireText: View]

    init(among all: [PageWords]) {
        alone = Self.views(all, answers: .missing)
        withAnswers = Self.views(all, answers: .text(LanguageSwitch.answers))
    }

    /// The form by example, where there is but one language as well.
    static let sample: View = [
        "answers": .text(LanguageSwitch.answers), "others": [["tag": "cy", "dir": "ltr", "name": "Cymraeg"]],
    ]

    /// The form on a page in a language; missing where there is nothing to choose.
    func view(_ switching: LanguageSwitch, in language: WireText) -> View {
        switch switching {
        case .none: .missing
        case .alone: alone[language] ?? .missing
        case .withAnswers: withAnswers[language] ?? .missing
        }
    }

    private static func views(_ all: [PageWords], answers: View) -> [WireText: View] {
        guard all.count > 1 else { return [:] }
        let views = all.map { words in
            let others = all.filter { $0.language != words.language }.map { other -> View in
                ["tag": .text(other.language), "dir": .text(other.direction), "name": .text(other.name)]
            }
            return (words.language, ["answers": answers, "others": .list(others)] as View)
        }
        return Dictionary(views, uniquingKeysWith: { first, _ in first })
    }
}

extension PageForm {
    /// The language that somebody chose on the page, in the place of a decision.
    func choice(at now: Timestamp) -> LanguageChoice? {
        language.flatMap { $0.isLanguageTag ? LanguageChoice($0, at: now) : nil }
    }
}

/// An endpoint whose answers are pages, each with a form to read it in another language.
protocol PageEndpoint: Endpoint {
    /// Where the page is shown once more that the request was answered with.
    func address(after request: Request) -> WireText
}

extension PageEndpoint {
    func address(after request: Request) -> WireText {
        request.query.map { WireText("\(request.path)?\($0)") } ?? request.path
    }
}

extension PageEndpoint {
    /// Keeps the language that somebody chose by the form of a page, and has the browser ask for the page again.
    ///
    /// - Returns: `nil` for every other request. What a stranger can do with it is to change a language, and the browser
    ///   says whether one has.
    func languageChosen(by request: Request, issuer: Issuer, at now: Timestamp) -> Response? {
        guard request.method == .post, MediaType(request.fields)?.essence == "application/x-www-form-urlencoded",
            SameOrigin.allows(request, issuer: issuer), let form = try? FormFields(request.body.span, limit: 1),
            let field = form.fields.first, form.fields.count == 1, field.name == "language", field.value.isLanguageTag
        else { return nil }
        return Response.redirect(to: address(after: request)).keptByNobody
            .setting(LanguageChoice(field.value, at: now).cookie)
    }
}
