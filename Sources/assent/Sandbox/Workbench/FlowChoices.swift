import RelyingParty
import Text

/// What somebody has chosen on the first page.
struct FlowChoices: Sendable, Hashable {
    var method: ClientIdentity.Method = .basic
    var permissions: [WireText] = PermissionCluster.usual
    /// As they were typed; empty where they are left out.
    var expires: WireText = ""
    var from: WireText = ""
    var to: WireText = ""
    var pushes = true
    var signs = false
    var proves = false
    var responseType: WireText = "code"
    /// Empty where none is asked for.
    var responseMode: WireText = ""
    var locale: WireText = ""
    /// Whether it waits for a button before the browser leaves and before the code is redeemed.
    var stops = false

    /// What a new page shows.
    static func initial(at now: Timestamp) -> FlowChoices {
        var choices = FlowChoices()
        choices.expires = (now + 90 * 86_400).day
        return choices
    }

    /// What cannot be tried, a sentence each; what the bank refuses is for the bank to say.
    func problems(offered methods: [WireText]) -> [WireText] {
        var problems: [WireText] = []
        let name = WireText(method.rawValue)
        if !methods.contains(name) { problems.append(WireText("\(name) does not work at this address.")) }
        if signs, method == .none {
            problems.append("A public app has no key of its own, so it cannot sign its request.")
        }
        return problems
    }
}

extension FlowChoices {
    /// What a form says; `nil` where it is not one of ours.
    init?(_ form: FormFields) {
        func text(_ name: WireText) -> WireText { form[name] ?? "" }
        guard let method = ClientIdentity.Method(rawValue: text("auth").string),
            form.fields.allSatisfy({ $0.value.byteCount <= Self.valueBytes })
        else { return nil }
        self.method = method
        permissions = form.all("permission").filter(PermissionCluster.everything.contains)
        expires = text("expires")
        from = text("from")
        to = text("to")
        pushes = form["par"] != nil
        signs = form["request_object"] != nil
        proves = form["dpop"] != nil
        responseType = text("response_type")
        responseMode = text("response_mode")
        locale = text("ui_locales")
        stops = form["stop"] != nil
    }

    private static let valueBytes = 128
}

/// Permissions as they stand together on the page: the clusters of the UK Customer Experience Guidelines.
struct PermissionCluster: Sendable {
    let title: WireText
    let permissions: [WireText]

    static let all = [
        PermissionCluster(
            title: "Account details",
            permissions: ["ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances", "ReadPAN"]
        ),
        PermissionCluster(
            title: "Transactions",
            permissions: [
                "ReadTransactionsBasic", "ReadTransactionsDetail", "ReadTransactionsCredits", "ReadTransactionsDebits",
            ]
        ),
        PermissionCluster(
            title: "Regular payments",
            permissions: [
                "ReadBeneficiariesBasic", "ReadBeneficiariesDetail", "ReadStandingOrdersBasic",
                "ReadStandingOrdersDetail", "ReadDirectDebits", "ReadScheduledPaymentsBasic",
                "ReadScheduledPaymentsDetail",
            ]
        ),
        PermissionCluster(title: "Statements", permissions: ["ReadStatementsBasic", "ReadStatementsDetail"]),
        PermissionCluster(title: "Features and benefits", permissions: ["ReadProducts", "ReadOffers"]),
        PermissionCluster(title: "Contact", permissions: ["ReadParty", "ReadPartyPSU"]),
    ]

    static let everything = Set(all.flatMap(\.permissions))
    static let usual: [WireText] = [
        "ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
        "ReadTransactionsDebits",
    ]
}

extension Timestamp {
    /// The day, as a field for dates wants it.
    fileprivate var day: WireText { WireText(String(rfc3339.prefix(10))) }
}
