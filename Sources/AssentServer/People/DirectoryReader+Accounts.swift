import Surfaces
import Text

// Bounds are those of the UK API description, so that whatever is read can be shown.

extension DirectoryReader {
    mutating func account(_ value: JSON, _ path: WireText) -> AccountData? {
        guard
            let fields = file.object(
                value,
                at: path,
                required: [
                    "id", "type", "subtype", "currency", "identifications", "eligible", "balances", "transactions",
                ],
                optional: ["nickname", "servicer", "reason"]
            )
        else { return nil }
        let id = accountID(fields)
        let nickname = file.text(fields, "nickname", lengths: 1...70)
        let kind = file.choice(fields, "type", AccountData.Kind.allCases)
        let product = file.choice(fields, "subtype", AccountData.Product.allCases)
        let currency = currency(fields)
        let identifications = list(fields, "identifications") { $0.identification($1, $2) }
        let servicer = servicer(fields)
        let eligibility = eligibility(fields)
        // Whatever is wrong with the currency is reported once, and not again at every amount.
        let unit = currency ?? "XXX"
        let balances = list(fields, "balances") { $0.balance($1, $2, in: unit) }
        if fields["balances"]?.array?.isEmpty == true {
            file.report(fields, "balances", "An account has at least one balance.")
        }
        let transactions = list(fields, "transactions") { $0.transaction($1, $2, in: unit, of: path) }
        guard let id, let kind, let product, let currency, let eligibility else { return nil }
        return AccountData(
            id: Identifier(id),
            nickname: nickname,
            kind: kind,
            product: product,
            currency: currency,
            identifications: identifications,
            servicer: servicer,
            eligibility: eligibility,
            balances: balances,
            transactions: transactions.sorted { $0.booked > $1.booked }
        )
    }

    private mutating func accountID(_ fields: LocatedFields.Object) -> WireText? {
        guard let id = file.text(fields, "id", lengths: 1...40) else { return nil }
        // It stands in paths, where nothing should need an escape.
        guard id.utf8.allSatisfy(\.isUnreserved) else {
            file.report(fields, "id", "An id is made of letters, digits, hyphens, points, underscores and tildes.")
            return nil
        }
        file.claim(id, as: "account", fields, "id")
        return id
    }

    private mutating func currency(_ fields: LocatedFields.Object) -> WireText? {
        guard let text = file.text(fields, "currency", lengths: 3...3) else { return nil }
        guard text.utf8.allSatisfy(\.isUppercase) else {
            file.report(fields, "currency", "A currency is three capital letters of ISO 4217.")
            return nil
        }
        return text
    }

    private mutating func eligibility(_ fields: LocatedFields.Object) -> AccountData.Eligibility? {
        guard let value = fields["eligible"] else { return nil }
        switch value.boolean {
        case true:
            if fields["reason"] != nil {
                file.report(fields, "reason", "Only an account that is not eligible has a reason.")
            }
            return .eligible
        case false:
            guard fields["reason"] != nil else {
                file.report(fields, "eligible", "An account that is not eligible needs a reason.")
                return nil
            }
            return file.text(fields, "reason", lengths: 1...200).map { .ineligible(reason: $0) }
        default:
            file.report(fields, "eligible", "This must be true or false, not \(value.kind).")
            return nil
        }
    }

    private mutating func identification(_ value: JSON, _ path: WireText) -> AccountIdentification? {
        guard let fields = file.object(value, at: path, required: ["scheme", "number"], optional: ["name"]) else {
            return nil
        }
        let scheme = scheme(fields)
        let name = file.text(fields, "name", lengths: 1...70)
        let number =
            scheme == AccountIdentification.cardScheme
            ? cardNumber(fields, "number") : file.text(fields, "number", lengths: 1...256)
        guard let scheme, let number else { return nil }
        return AccountIdentification(scheme: scheme, number: number, name: name)
    }

    private mutating func servicer(_ fields: LocatedFields.Object) -> AccountData.Servicer? {
        guard let value = fields["servicer"],
            let servicer = file.object(value, at: fields.path(of: "servicer"), required: ["scheme", "identification"])
        else { return nil }
        let scheme = scheme(servicer)
        let identification = file.text(servicer, "identification", lengths: 1...35)
        guard let scheme, let identification else { return nil }
        return AccountData.Servicer(scheme: scheme, identification: identification)
    }

    private mutating func scheme(_ fields: LocatedFields.Object) -> WireText? {
        guard let scheme = file.text(fields, "scheme", lengths: 1...40) else { return nil }
        guard scheme.isVisibleASCII else {
            file.report(fields, "scheme", "A scheme is a name such as UK.OBIE.SortCodeAccountNumber.")
            return nil
        }
        return scheme
    }

    private mutating func balance(_ value: JSON, _ path: WireText, in currency: WireText) -> AccountBalance? {
        guard let fields = file.object(value, at: path, required: ["type", "direction", "amount", "at"]) else {
            return nil
        }
        let kind = file.choice(fields, "type", AccountBalance.Kind.allCases)
        let direction = file.choice(fields, "direction", Direction.allCases)
        let amount = money(fields, in: currency)
        let at = file.moment(fields, "at")
        guard let kind, let direction, let amount, let at else { return nil }
        return AccountBalance(kind: kind, direction: direction, amount: amount, at: at)
    }

    private mutating func transaction(
        _ value: JSON,
        _ path: WireText,
        in currency: WireText,
        of account: WireText
    ) -> AccountTransaction? {
        guard
            let fields = file.object(
                value,
                at: path,
                required: ["id", "direction", "status", "booked", "amount", "information"],
                optional: ["reference", "merchant", "counterparty", "card"]
            )
        else { return nil }
        let id = file.text(fields, "id", lengths: 1...210)
        file.claim(id, as: WireText("\(account)/transactions"), fields, "id")
        let direction = file.choice(fields, "direction", Direction.allCases)
        let status = file.choice(fields, "status", AccountTransaction.Status.allCases)
        let booked = file.moment(fields, "booked")
        let amount = money(fields, in: currency)
        let reference = file.text(fields, "reference", lengths: 1...35)
        let information = file.text(fields, "information", lengths: 1...500)
        let merchant = fields["merchant"].flatMap { self.merchant($0, fields.path(of: "merchant")) }
        let counterparty = fields["counterparty"].flatMap { self.identification($0, fields.path(of: "counterparty")) }
        let card = fields["card"].flatMap { self.card($0, fields.path(of: "card")) }
        guard let id, let direction, let status, let booked, let amount, let information else { return nil }
        return AccountTransaction(
            id: id,
            direction: direction,
            status: status,
            booked: booked,
            amount: amount,
            reference: reference,
            information: information,
            merchant: merchant,
            counterparty: counterparty,
            card: card
        )
    }

    private mutating func merchant(_ value: JSON, _ path: WireText) -> AccountTransaction.Merchant? {
        guard let fields = file.object(value, at: path, required: ["name"], optional: ["category"]) else { return nil }
        let category = file.text(fields, "category", lengths: 3...4)
        guard let name = file.text(fields, "name", lengths: 1...350) else { return nil }
        return AccountTransaction.Merchant(name: name, category: category)
    }

    private mutating func card(_ value: JSON, _ path: WireText) -> AccountTransaction.Card? {
        guard let fields = file.object(value, at: path, required: ["scheme", "number"]) else { return nil }
        let scheme = file.choice(fields, "scheme", AccountTransaction.Card.Scheme.allCases)
        let number = cardNumber(fields, "number")
        guard let scheme, let number else { return nil }
        return AccountTransaction.Card(scheme: scheme, number: number)
    }

    private mutating func cardNumber(_ fields: LocatedFields.Object, _ name: WireText) -> WireText? {
        guard let number = file.text(fields, name, lengths: 12...19) else { return nil }
        guard number.utf8.allSatisfy(\.isDigit) else {
            file.report(fields, name, "The number of a card is made of digits.")
            return nil
        }
        return number
    }

    private mutating func money(_ fields: LocatedFields.Object, in currency: WireText) -> Money? {
        guard let value = fields["amount"] else { return nil }
        guard let money = value.text.flatMap({ Money($0, currency) }) else {
            file.report(fields, "amount", "This must be an amount as a string without a sign, such as \"12.50\".")
            return nil
        }
        return money
    }
}
