internal import Consents
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// Every page with every name it can offer, so that templates are held to them at start.
enum PageSamples {
    static func pages(_ words: PageWords, bank: BankIdentity) -> [TemplatePage] {
        let frame = PageFrame(
            words: words,
            bank: bank,
            reference: "7K3MQ-9XD2T",
            switching: LanguageSwitches.sample
        )
        let now = Timestamp(1_800_000_000)
        return [
            TemplatePage(
                "login",
                [.request(of: thirdParty, asksForAccounts: true, until: now, links: links), .dashboard].map {
                    login($0).view(frame)
                }
            ),
            TemplatePage("consent", ([accounts(now), identity] + again(now)).map { $0.view(frame) }),
            TemplatePage("decided", [DecidedView(thirdParty: thirdParty).view(frame)]),
            TemplatePage(
                "error",
                [ErrorView(problem: .requestInvalid, refusal: .clientUnknown, back: "/", home: "/").view(frame)]
            ),
            TemplatePage("help", [HelpView(error: .codeInvalid).view(frame)]),
            TemplatePage("leaving", leaving.map { $0.view(frame) }),
            TemplatePage("over", over.map { $0.view(frame) }),
            TemplatePage("outbound", outbound.map { $0.view(frame) }),
            TemplatePage(
                "logout",
                [
                    LogoutView(
                        name: "Anna",
                        thirdParty: thirdParty,
                        refusal: .logoutRedirectURIUnregistered,
                        action: "/logout/confirm",
                        token: "token"
                    ).view(frame)
                ]
            ),
            TemplatePage(
                "logged_out",
                [
                    LoggedOutView(
                        on: .thirdParty(thirdParty, "https://budget-buddy.example/"),
                        frames: ["https://budget-buddy.example/logout"]
                    ).view(frame)
                ]
            ),
            TemplatePage(
                "form_post",
                [
                    FormPostView(
                        thirdParty: thirdParty,
                        action: "https://budget-buddy.example/cb",
                        fields: [FormFields.Field("code", "code")]
                    ).view(frame)
                ]
            ),
            TemplatePage(
                "device",
                [DeviceView.Code.typed("w"), .compared("WDJB-MJHT")].map { device($0).view(frame) }
            ),
            TemplatePage(
                "finished",
                [true, false].map { FinishedView(thirdParty: thirdParty, isAllowed: $0).view(frame) }
            ),
        ] + dashboard(frame, now)
    }

    /// What a page offers where the rules of another place want something to be said.
    static func underOtherRules(_ page: WireText) -> [View] {
        let lines: View = [["words": [["text": "Sample ", "name": "Budget Buddy"]]]]
        return switch page {
        case "login", "stop": [["lines": lines]]
        case "consent": [["consent": ["lines": lines]]]
        default: []
        }
    }

    static let passing = ConsentView.Passing(
        action: "/interaction/1/consent",
        token: "token",
        until: Timestamp(1_800_000_000)
    )

    private static let thirdParty = DisplayName(assertion: "Budget Buddy", agent: "OBO Ltd")

    private static let links = ClientLinks(policy: "https://budget-buddy.example/privacy")

    private static let ways: [WayBack] = [
        .link("https://budget-buddy.example/cb?error=access_denied"),
        .form(action: "https://budget-buddy.example/cb", [FormFields.Field("error", "access_denied")]),
    ]

    private static let leaving = ways.map {
        LeavingView(thirdParty: thirdParty, host: "budget-buddy.example", way: $0)
    }

    private static let over = [OverView.Reason.timedOut, .locked].flatMap { reason in
        ways.map { OverView(thirdParty: thirdParty, reason: reason, way: $0) }
    }

    private static let outbound = [true, false].flatMap { isAllowed in
        ways.map { OutboundView(thirdParty: thirdParty, isAllowed: isAllowed, way: $0) }
    }

    private static func login(_ purpose: LoginView.Purpose) -> LoginView {
        LoginView(
            action: "/login",
            token: "token",
            purpose: purpose,
            username: "anna",
            problem: .wrong,
            chosen: ["1"]
        )
    }

    private static func device(_ code: DeviceView.Code) -> DeviceView {
        DeviceView(action: "/device", token: "token", code: code, problem: .unknown)
    }

    private static func dashboard(_ frame: PageFrame, _ now: Timestamp) -> [TemplatePage] {
        let cards = [Consent.State.authorised, .revoked].map { card($0, now) }
        let signedIn = SignedIn(name: "Anna", token: "token")
        let summons = SummonsCard(
            id: "1",
            thirdParty: thirdParty,
            message: "1234",
            until: now,
            token: "token"
        )
        let list = ConsentsView(
            summonses: [summons],
            active: [cards[0]],
            ended: [cards[1]],
            page: 2,
            pages: 3,
            signedIn: signedIn
        )
        let history = cards.map {
            ConsentStep(ConsentChange.registration(of: $0.consent).revision, accounts: $0.accounts)
        }
        let sharings = cards.map { SharingView(card: $0, history: history, keys: "/jwks", signedIn: signedIn) }
        return [
            TemplatePage("consents", [list.view(frame)]),
            TemplatePage("sharing", sharings.map { $0.view(frame) }),
            TemplatePage("stop", [StopView(card: cards[0], token: "token").view(frame)]),
            TemplatePage("ended", [EndedView(card: cards[1]).view(frame)]),
            TemplatePage(
                "receipt",
                cards.map { ReceiptView(card: $0, history: history, person: "Anna", made: now).view(frame) }
            ),
        ]
    }

    private static func card(
        _ state: Consent.State,
        _ now: Timestamp,
        for permissions: [Permission] = Permission.allCases
    ) -> ConsentCard {
        ConsentCard(
            consent: Consent(
                id: "1",
                thirdParty: "budget-buddy",
                origin: .ukOpenBanking,
                receipt: [],
                permissions: permissions,
                period: TransactionPeriod(from: now, to: nil),
                lifetime: Lifetime(expires: now),
                created: now,
                status: .authorised,
                reason: .authorised,
                statusUpdated: now,
                updated: now,
                deleted: nil,
                authorisation: Authorisation(person: "psu-anna", accounts: ["1"], given: now),
                version: 1
            ),
            thirdParty: thirdParty,
            accounts: [ConsentCard.Line(id: "1", account: account)],
            state: state
        )
    }

    static let bank = BankIdentity(
        name: "Northbank",
        helpPhone: BankIdentity.Phone(dial: "+442079460000", shown: "020 7946 0000"),
        helpURL: "https://www.northbank.example/help"
    )

    private static let account = account(that: .ineligible(reason: "It is closed."))
    private static let openAccount = account(that: .eligible)
    private static let otherAccount = account("2", that: .eligible)

    private static func account(
        _ id: Identifier<Account> = "1",
        that eligibility: AccountData.Eligibility
    ) -> AccountData {
        AccountData(
            id: id,
            nickname: "Everyday",
            kind: .personal,
            product: .currentAccount,
            currency: "GBP",
            identifications: [AccountIdentification(scheme: "UK.OBIE.SortCodeAccountNumber", number: "11", name: nil)],
            servicer: nil,
            eligibility: eligibility,
            balances: [],
            transactions: []
        )
    }

    /// With more than the last time, and with less.
    private static func again(_ now: Timestamp) -> [ConsentView] {
        let terms: [[Permission]] = [
            [.readAccountsDetail, .readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits],
            [.readAccountsBasic],
        ]
        return zip(terms, terms.reversed()).map { before, after in
            consent(
                .accounts(
                    permissions: after,
                    Lifetime(expires: now + 86_400),
                    TransactionPeriod(from: nil, to: nil),
                    many,
                    ConsentView.Identity(scope: Scope([Scope.openID]), claims: [])
                ),
                after: Earlier(card(.authorised, now, for: before).consent),
                finding: "savings"
            )
        }
    }

    /// More accounts than anybody leafs through: one that can be shared no more, one that can, and others.
    private static let many =
        [account, openAccount].map { ConsentView.Choice(account: $0, isChosen: $0.isEligible, isFixed: false) }
        + (0..<58).map { _ in ConsentView.Choice(account: otherAccount, isChosen: false, isFixed: false) }

    private static func accounts(_ now: Timestamp) -> ConsentView {
        consent(
            .accounts(
                permissions: Permission.allCases,
                Lifetime(expires: now + 86_400),
                TransactionPeriod(from: now, to: now + 86_400),
                // One that cannot be shared, and one without which there would be nothing to read about.
                [account, otherAccount].map { ConsentView.Choice(account: $0, isChosen: $0.isEligible, isFixed: true) },
                ConsentView.Identity(
                    scope: Scope([Scope.openID, Scope.profile, Scope.accounts]),
                    claims: [.email]
                )
            )
        )
    }

    private static let identity =
        consent(
            .identity(ConsentView.Identity(scope: Scope([Scope.openID]), claims: [])),
            from: .backchannel(message: "1234")
        )

    private static func consent(
        _ subject: ConsentView.Subject,
        from origin: ConsentView.Origin = .browser(host: "budget-buddy.example"),
        after earlier: Earlier? = nil,
        finding find: WireText? = nil
    ) -> ConsentView {
        ConsentView(
            client: thirdParty,
            origin: origin,
            subject: subject,
            earlier: earlier,
            answer: find.map { ConsentView.Answer(accounts: [], find: $0) },
            choosesAgain: false,
            problem: .noAccount
        )
    }
}
