internal import Mustache
internal import Surfaces
internal import Text

/// The accounts of the consent page, in as many parts as make them easy to survey.
struct AccountList {
    let groups: [Group]
    private let find: WireText
    private let shown: Int
    private let all: Int

    /// Accounts under one heading.
    struct Group {
        /// Absent where there is only one group.
        let product: AccountData.Product?
        let choices: [NumberedChoice]
    }

    /// An account, and where it stands on the page.
    struct NumberedChoice {
        let choice: ConsentView.Choice
        let number: Int
    }

    /// - Parameter find: What the name, kind or last digits of an account must hold to be shown. What is chosen always
    ///   is, or it would be lost with the next answer.
    init(_ choices: [ConsentView.Choice], finding find: WireText) {
        let wanted = find.lowercasedASCII.string
        let shown = choices.filter { choice in
            wanted.isEmpty || choice.isChosen || choice.account.searchText.contains(wanted)
        }
        self.find = find
        self.shown = shown.count
        all = choices.count
        var number = 0
        func numbered(_ choices: [ConsentView.Choice]) -> [NumberedChoice] {
            choices.map { choice in
                number += 1
                return NumberedChoice(choice: choice, number: number)
            }
        }
        guard all > Self.surveyed else {
            groups = [Group(product: nil, choices: numbered(shown))]
            return
        }
        var products: [AccountData.Product] = []
        for choice in shown where !products.contains(choice.account.product) { products.append(choice.account.product) }
        groups = products.map { product in
            Group(product: product, choices: numbered(shown.filter { $0.account.product == product }))
        }
    }

    /// What the field to find accounts by offers; missing where there are few.
    func view(_ words: PageWords) -> View {
        guard all > Self.leafed else { return .missing }
        return [
            "value": .text(find),
            "shown": .text(words.title(.accountsShown, ["shown": WireText("\(shown)"), "all": WireText("\(all)")])),
        ]
    }

    /// As many accounts as somebody sees at once.
    private static let surveyed = 10
    /// As many as somebody leafs through.
    private static let leafed = 50
}

extension AccountList.Group {
    func view(_ words: PageWords) -> View {
        [
            "title": product.map { .text(words.productGroup($0)) } ?? .missing,
            "name": product.map { .text(WireText($0.rawValue)) } ?? .missing,
            "accounts": .list(choices.map { $0.view(words) }),
        ]
    }
}

extension AccountList.NumberedChoice {
    fileprivate func view(_ words: PageWords) -> View {
        let account = choice.account
        return .object(
            [
                View.Member("n", .text(WireText("\(number)"))),
                View.Member("id", .text(account.id.text)),
                View.Member("is_chosen", .flag(choice.isChosen)),
                View.Member("is_fixed", .flag(choice.isFixed)),
                View.Member("reason", account.obstacle.map { .text($0) } ?? .missing),
            ] + words.account(account)
        )
    }
}

extension AccountData {
    /// Why it cannot be shared.
    var obstacle: WireText? {
        guard case .ineligible(let reason) = eligibility else { return nil }
        return reason
    }

    /// What people may type to find it.
    fileprivate var searchText: String {
        WireText("\(nickname ?? "") \(product.rawValue) \(ending)").lowercasedASCII.string
    }
}
