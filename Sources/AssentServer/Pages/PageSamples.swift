internal import Consents
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// Every page with every name it can offer, so that templates are held to them at start.
enum PageSamples {
    static func pages(_ words: PageWords) -> [TemplatePage] {
        let frame = PageFrame(words: words, bank: bank, reference: "7K3MQ-9XD2T")
        let now = Timestamp(1_800_000_000)
        let login = LoginView(
            action: "/interaction/1/login",
            token: "token",
            thirdParty: "Budget Buddy",
            asksForAccounts: true,
            username: "anna",
            problem: .wrong,
            until: now
        )
        return [
            TemplatePage("login", [login.view(frame)]),
            TemplatePage("consent", [accounts(now), identity(now)].map { $0.view(frame) }),
            TemplatePage("decided", [DecidedView(thirdParty: "Budget Buddy").view(frame)]),
            TemplatePage(
                "error",
                [ErrorView(problem: .requestInvalid, refusal: .clientUnknown, back: "/").view(frame)]
            ),
            TemplatePage("help", [HelpView(error: .codeInvalid).view(frame)]),
            TemplatePage(
                "form_post",
                [
                    FormPostView(
                        thirdParty: "Budget Buddy",
                        action: "https://budget-buddy.example/cb",
                        fields: [FormFields.Field("code", "code")]
                    ).view(frame)
                ]
            ),
        ]
    }

    private static let bank = BankIdentity(
        name: "Northbank",
        helpPhone: BankIdentity.Phone(dial: "+442079460000", shown: "020 7946 0000"),
        helpURL: "https://www.northbank.example/help"
    )

    private static let account = AccountData(
        id: "1",
        nickname: "Everyday",
        kind: .personal,
        product: .currentAccount,
        currency: "GBP",
        identifications: [AccountIdentification(scheme: "UK.OBIE.SortCodeAccountNumber", number: "11", name: nil)],
        servicer: nil,
        eligibility: .ineligible(reason: "It is closed."),
        balances: [],
        transactions: []
    )

    private static func accounts(_ now: Timestamp) -> ConsentView {
        consent(
            .accounts(
                permissions: Permission.allCases,
                Lifetime(expires: now + 86_400),
                TransactionPeriod(from: now, to: now + 86_400),
                [ConsentView.Choice(account: account, isChosen: true, isFixed: true)],
                Scope([Scope.openID, Scope.profile, Scope.accounts])
            ),
            now
        )
    }

    private static func identity(_ now: Timestamp) -> ConsentView {
        consent(.identity(Scope([Scope.openID])), now)
    }

    private static func consent(_ subject: ConsentView.Subject, _ now: Timestamp) -> ConsentView {
        ConsentView(
            action: "/interaction/1/consent",
            token: "token",
            client: DisplayName(assertion: "Budget Buddy", agent: "OBO Ltd"),
            host: "budget-buddy.example",
            subject: subject,
            problem: .noAccount,
            until: now
        )
    }
}
