internal import Consents
internal import Crypto
internal import HTTP
internal import Mustache
package import OAuth
internal import Surfaces
internal import Telemetry
package import Text

/// All pages, as the bank's templates and wording make them; replaced as a whole by a reload.
package final class PageSet: Sendable {
    private let loaded: Reloadable<LoadedPages>
    let settings: PageSettings
    private let isEncrypted: Bool

    package init(_ pages: LoadedPages, issuer: Issuer, settings: PageSettings = PageSettings()) {
        loaded = Reloadable(pages)
        self.settings = settings
        isEncrypted = URIReference(issuer.text)?.scheme == "https"
    }

    package func replace(with pages: LoadedPages) {
        loaded.replace(with: pages)
    }

    /// The bank, as its customers call it.
    var bankName: WireText { loaded.current.bank.name }

    package var locales: [WireText] { loaded.current.languages }

    // MARK: Screens

    /// - Parameter chosen: The accounts that were chosen before the login ended, to be found again after this one.
    func login(
        _ visit: Visit,
        for reader: Reader? = nil,
        problem: LoginProblem?,
        username: WireText? = nil,
        keeping chosen: [WireText]? = nil
    ) -> Response {
        let view = LoginView(
            action: visit.path("login"),
            token: visit.formToken(of: .login),
            purpose: .request(
                of: visit.authorization.client.display,
                asksForAccounts: visit.consent != nil,
                until: visit.interaction.expires,
                links: visit.authorization.client.links
            ),
            username: username ?? visit.authorization.loginHint ?? "",
            problem: problem,
            chosen: chosen
        )
        return login(view, for: reader ?? visit.reader, leaving: .byRedirect(visit.authorization.target))
    }

    func login(_ view: LoginView, for reader: Reader, leaving: ContentPolicy.Leaving) -> Response {
        var response = page(loaded.current, .login, view.problem?.status ?? .ok, for: reader, leaving: leaving) {
            view.view($0)
        }
        if case .tooMany(let seconds) = view.problem { response.fields.append(.retryAfter, FieldValue(seconds)) }
        return response
    }

    /// - Parameter answer: What the person has filled in already, if the page is not there for the first time.
    func consent(
        _ visit: Visit,
        for reader: Reader? = nil,
        offered: [AccountData],
        answer: ConsentView.Answer?,
        problem: ConsentProblem?
    ) -> Response {
        let pages = loaded.current
        let frame = pages.frame(for: reader ?? visit.reader, PageName.consent.switching)
        let shown = draft(visit, offered, nil, nil, on: pages, frame)
        let passing = ConsentView.Passing(
            action: visit.path("consent"),
            token: visit.formToken(of: .consent, showing: Digest.sha256(shown.bytes)),
            until: visit.interaction.expires
        )
        // What was filled in and what was wrong with it are no part of what a yes is said to.
        let isShown = answer == nil && problem == nil
        let page = isShown ? shown : draft(visit, offered, answer, problem, on: pages, frame)
        return response(
            problem?.status ?? .ok,
            page.filled(with: passing.texts(frame.words)),
            pages,
            frame,
            leaving: .byRedirect(visit.authorization.target)
        )
    }

    /// What is kept of the page on which a person decided: its digest, and what it was made from.
    ///
    /// - Parameter language: That of the page, as its form says: another page of theirs may have been read in another
    ///   one since.
    func shown(_ visit: Visit, offered: [AccountData], in language: WireText?) -> ShownPage {
        let pages = loaded.current
        let frame = pages.frame(for: visit.reader, in: language, PageName.consent.switching)
        return ShownPage(
            digest: Digest.sha256(draft(visit, offered, nil, nil, on: pages, frame).bytes),
            templates: pages.digest,
            language: frame.words.language
        )
    }

    private func draft(
        _ visit: Visit,
        _ offered: [AccountData],
        _ answer: ConsentView.Answer?,
        _ problem: ConsentProblem?,
        on pages: LoadedPages,
        _ frame: PageFrame
    ) -> Draft {
        pages.draft(.consent, view(visit, offered, answer, problem).view(frame), in: frame.words.language)
    }

    func decided(_ thirdParty: DisplayName, for reader: Reader) -> Response {
        page(loaded.current, .decided, .conflict, for: reader, leaving: .nowhere) {
            DecidedView(thirdParty: thirdParty).view($0)
        }
    }

    /// - Parameter reference: What the log calls this request, so that a help desk can find it.
    func error(_ error: ErrorPage, for reader: Reader, reference: WireText) -> Response {
        let view = ErrorView(problem: error.wording, refusal: error.refusal, back: error.back, home: error.home)
        var response = page(loaded.current, .error, error.status, for: reader, leaving: .nowhere, reference: reference)
        {
            view.view($0)
        }
        if let seconds = error.refusal?.retryAfterSeconds {
            response.fields.append(.retryAfter, FieldValue(seconds))
        }
        return response
    }

    func help(_ error: KonsentusError, for reader: Reader) -> Response {
        page(loaded.current, .help, .ok, for: reader, leaving: .nowhere) { HelpView(error: error).view($0) }
    }

    /// OAuth 2.0 Form Post Response Mode, with a button in the place of a script.
    func formPost(_ answer: AuthorizationAnswer, thirdParty: DisplayName, for reader: Reader) -> Response {
        let view = FormPostView(
            thirdParty: thirdParty,
            action: answer.target.redirectURI,
            fields: answer.parameters.fields
        )
        return page(loaded.current, .formPost, .ok, for: reader, leaving: .byForm(to: answer.target.redirectURI)) {
            view.view($0)
        }
    }

    /// Asks before an answer goes to a client that registered itself and that nobody has looked at.
    func leaving(_ answer: AuthorizationAnswer, thirdParty: DisplayName, for reader: Reader) -> Response {
        let view = LeavingView(
            thirdParty: thirdParty,
            host: URIReference(answer.target.redirectURI)?.origin ?? answer.target.redirectURI,
            way: WayBack(answer)
        )
        return page(loaded.current, .leaving, .badRequest, for: reader, leaving: view.way.leaving) { view.view($0) }
    }

    /// Says why nothing is left to answer, and leads back.
    func over(_ view: OverView, for reader: Reader) -> Response {
        let status: Status = view.reason == .locked ? .forbidden : .gone
        return page(loaded.current, .over, status, for: reader, leaving: view.way?.leaving ?? .nowhere) {
            view.view($0)
        }
    }

    /// Says what was answered while the browser goes on by itself.
    func outbound(
        _ answer: AuthorizationAnswer,
        isAllowed: Bool,
        thirdParty: DisplayName,
        for reader: Reader
    ) -> Response {
        let view = OutboundView(thirdParty: thirdParty, isAllowed: isAllowed, way: WayBack(answer))
        var response = page(loaded.current, .outbound, .ok, for: reader, leaving: view.way.leaving) { view.view($0) }
        // WCAG 2.2.1: at once, because nobody could stop a clock; who reads slowly has the page until the next is there.
        response.fields.append(.refresh, FieldValue(WireText("0;url=\(answer.location)")) ?? "")
        return response
    }

    private static func origin(of visit: Visit) -> ConsentView.Origin {
        guard let polled = visit.polled else {
            return .browser(host: URIReference(visit.authorization.target.redirectURI)?.host ?? "")
        }
        return polled.summons.map { .backchannel(message: $0.message) } ?? .device
    }

    private func view(
        _ visit: Visit,
        _ offered: [AccountData],
        _ answer: ConsentView.Answer?,
        _ problem: ConsentProblem?
    ) -> ConsentView {
        let subject: ConsentView.Subject
        let identity = ConsentView.Identity(
            scope: visit.authorization.scope,
            claims: visit.authorization.namedClaims
        )
        if let consent = visit.consent {
            let chosen = answer.map { Set($0.accounts) } ?? Set(visit.earlier?.accounts.map(\.text) ?? [])
            let choices = offered.map { account in
                // Where there is one account, there is nothing to choose; where there are more, nobody chooses for
                // the person but they themselves, the last time.
                let isFixed = !consent.namedAccounts.isEmpty
                let isChosen = offered.count == 1 || isFixed || chosen.contains(account.id.text)
                return ConsentView.Choice(
                    account: account,
                    isChosen: isChosen && account.isEligible,
                    isFixed: isFixed
                )
            }
            subject = .accounts(
                permissions: consent.permissions,
                consent.lifetime,
                consent.period,
                choices,
                identity
            )
        } else {
            subject = .identity(identity)
        }
        return ConsentView(
            client: visit.authorization.client.display,
            origin: Self.origin(of: visit),
            subject: subject,
            earlier: visit.earlier,
            answer: answer,
            choosesAgain: settings.choosesAccountsAgain,
            problem: problem
        )
    }

    // MARK: Logging out

    /// - Parameter target: Where the answer to the page sends the browser, if anywhere.
    func logout(_ view: LogoutView, for reader: Reader, leavingTo target: WireText?) -> Response {
        let leaving: ContentPolicy.Leaving = target.map { .afterLogout(to: $0) } ?? .nowhere
        let status: Status = view.refusal == nil ? .ok : .badRequest
        return page(loaded.current, .logout, status, for: reader, leaving: leaving) { view.view($0) }
    }

    func loggedOut(_ view: LoggedOutView, for reader: Reader) -> Response {
        page(loaded.current, .loggedOut, .ok, for: reader, leaving: .nowhere, frames: view.origins) { view.view($0) }
    }

    // MARK: Headers

    /// A page of our own that leads nowhere but to us.
    func own(_ name: PageName, _ status: Status = .ok, for reader: Reader, view: (PageFrame) -> View) -> Response {
        page(loaded.current, name, status, for: reader, leaving: .nowhere, view: view)
    }

    private func page(
        _ pages: LoadedPages,
        _ name: PageName,
        _ status: Status,
        for reader: Reader,
        leaving: ContentPolicy.Leaving,
        frames: [WireText] = [],
        reference: WireText? = nil,
        view: (PageFrame) -> View
    ) -> Response {
        let frame = pages.frame(for: reader, name.switching, reference: reference)
        let page = pages.draft(name, view(frame), in: frame.words.language).bytes
        return response(status, page, pages, frame, leaving: leaving, frames: frames)
    }

    private func response(
        _ status: Status,
        _ page: [UInt8],
        _ pages: LoadedPages,
        _ frame: PageFrame,
        leaving: ContentPolicy.Leaving,
        frames: [WireText] = []
    ) -> Response {
        var response = Response.html(page, status: status)
        response.fields.append(
            .contentSecurityPolicy,
            ContentPolicy(styles: pages.styles, leaving: leaving, frames: frames).field
        )
        response.fields.append(Self.fields)
        if isEncrypted { response.fields.append(.strictTransportSecurity, "max-age=63072000") }
        if let language = FieldValue(frame.words.language) { response.fields.append(.contentLanguage, language) }
        return response
    }

    /// The same on every page.
    private static let fields: Fields = {
        var fields = Fields()
        fields.append(.xFrameOptions, "DENY")
        fields.append(.referrerPolicy, "no-referrer")
        fields.append(.crossOriginResourcePolicy, "same-origin")
        fields.append(
            .permissionsPolicy,
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        fields.append(.cacheControl, "no-store")
        return fields
    }()
}
