package import Consents
package import Text

/// What the bank knows of an account, as the sandbox shows it.
package struct AccountData: Sendable, Hashable {
    package let id: Identifier<Account>
    package let nickname: WireText?
    package let kind: Kind
    package let product: Product
    package let currency: WireText
    /// How the account is addressed; the first is its usual number.
    package let identifications: [AccountIdentification]
    package let servicer: Servicer?
    package let eligibility: Eligibility
    package let balances: [AccountBalance]
    /// In the order in which they were booked, newest first.
    package let transactions: [AccountTransaction]

    package init(
        id: Identifier<Account>,
        nickname: WireText?,
        kind: Kind,
        product: Product,
        currency: WireText,
        identifications: [AccountIdentification],
        servicer: Servicer?,
        eligibility: Eligibility,
        balances: [AccountBalance],
        transactions: [AccountTransaction]
    ) {
        self.id = id
        self.nickname = nickname
        self.kind = kind
        self.product = product
        self.currency = currency
        self.identifications = identifications
        self.servicer = servicer
        self.eligibility = eligibility
        self.balances = balances
        self.transactions = transactions
    }

    /// Whether its holder may share the account.
    package var isEligible: Bool { eligibility == .eligible }

    package enum Kind: String, Sendable, CaseIterable {
        case personal = "Personal"
        case business = "Business"
    }

    package enum Product: String, Sendable, CaseIterable {
        case chargeCard = "ChargeCard"
        case creditCard = "CreditCard"
        case currentAccount = "CurrentAccount"
        case eMoney = "EMoney"
        case loan = "Loan"
        case mortgage = "Mortgage"
        case prePaidCard = "PrePaidCard"
        case savings = "Savings"
    }

    /// Whether its holder may share the account.
    package enum Eligibility: Sendable, Hashable {
        case eligible
        /// Why not, in a sentence for the holder.
        case ineligible(reason: WireText)
    }

    /// The bank or branch that keeps the account.
    package struct Servicer: Sendable, Hashable {
        package let scheme: WireText
        package let identification: WireText

        package init(scheme: WireText, identification: WireText) {
            self.scheme = scheme
            self.identification = identification
        }
    }
}

/// A number under which an account is known.
package struct AccountIdentification: Sendable, Hashable {
    package let scheme: WireText
    package let number: WireText
    /// The holder's name.
    package let name: WireText?

    package init(scheme: WireText, number: WireText, name: WireText?) {
        self.scheme = scheme
        self.number = number
        self.name = name
    }

    /// The scheme of card numbers, which are shown whole only where ReadPAN was allowed.
    package static let cardScheme: WireText = "UK.OBIE.PAN"
}

/// Whether money came or went; a balance of nothing is a credit.
package enum Direction: String, Sendable, CaseIterable {
    case credit = "Credit"
    case debit = "Debit"
}

/// An amount without a sign, as ISO 20022 writes it.
package struct Money: Sendable, Hashable {
    /// One to thirteen digits, a point, one to five digits.
    package let amount: WireText
    /// Three capital letters: ISO 4217.
    package let currency: WireText

    package init?(_ amount: WireText, _ currency: WireText) {
        let parts = amount.split(at: UInt8(ascii: "."))
        guard parts.count == 2, (1...13).contains(parts[0].byteCount), (1...5).contains(parts[1].byteCount),
            parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }),
            currency.byteCount == 3, currency.utf8.allSatisfy(\.isUppercase)
        else { return nil }
        self.amount = amount
        self.currency = currency
    }
}

/// How much is on an account, at a moment and by one way of counting.
package struct AccountBalance: Sendable, Hashable {
    package let kind: Kind
    package let direction: Direction
    package let amount: Money
    package let at: Timestamp

    package init(kind: Kind, direction: Direction, amount: Money, at: Timestamp) {
        self.kind = kind
        self.direction = direction
        self.amount = amount
        self.at = at
    }

    package enum Kind: String, Sendable, CaseIterable {
        case closingAvailable = "ClosingAvailable"
        case closingBooked = "ClosingBooked"
        case closingCleared = "ClosingCleared"
        case expected = "Expected"
        case forwardAvailable = "ForwardAvailable"
        case information = "Information"
        case interimAvailable = "InterimAvailable"
        case interimBooked = "InterimBooked"
        case interimCleared = "InterimCleared"
        case openingAvailable = "OpeningAvailable"
        case openingBooked = "OpeningBooked"
        case openingCleared = "OpeningCleared"
        case previouslyClosedBooked = "PreviouslyClosedBooked"
    }
}

/// One entry on an account.
package struct AccountTransaction: Sendable, Hashable {
    package let id: WireText
    package let direction: Direction
    package let status: Status
    package let booked: Timestamp
    package let amount: Money
    package let reference: WireText?
    /// What the account's holder reads on a statement.
    package let information: WireText
    package let merchant: Merchant?
    /// The other side's account.
    package let counterparty: AccountIdentification?
    /// The number of the card it was paid with.
    package let card: Card?

    package init(
        id: WireText,
        direction: Direction,
        status: Status,
        booked: Timestamp,
        amount: Money,
        reference: WireText?,
        information: WireText,
        merchant: Merchant?,
        counterparty: AccountIdentification?,
        card: Card?
    ) {
        self.id = id
        self.direction = direction
        self.status = status
        self.booked = booked
        self.amount = amount
        self.reference = reference
        self.information = information
        self.merchant = merchant
        self.counterparty = counterparty
        self.card = card
    }

    package enum Status: String, Sendable, CaseIterable {
        case booked = "Booked"
        case pending = "Pending"
    }

    package struct Merchant: Sendable, Hashable {
        package let name: WireText
        /// Three or four digits: ISO 18245.
        package let category: WireText?

        package init(name: WireText, category: WireText?) {
            self.name = name
            self.category = category
        }
    }

    package struct Card: Sendable, Hashable {
        package let scheme: Scheme
        package let number: WireText

        package init(scheme: Scheme, number: WireText) {
            self.scheme = scheme
            self.number = number
        }

        package enum Scheme: String, Sendable, CaseIterable {
            case americanExpress = "AmericanExpress"
            case diners = "Diners"
            case discover = "Discover"
            case masterCard = "MasterCard"
            case visa = "VISA"
        }
    }
}
