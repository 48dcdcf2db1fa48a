package import Text

/// One object of authorization details, of one of the types that there are: one case, and one line in each list.
package enum AuthorizationDetail: Sendable, Hashable {
    case accountInformation(AccountInformation)

    /// The types, as discovery lists them.
    package static let types: [WireText] = [AccountInformation.type]

    init(_ json: JSON, of type: WireText, _ side: AuthorizationDetails.Side) throws(Refusal) {
        switch type {
        case AccountInformation.type: self = .accountInformation(try AccountInformation(json, side))
        // Payments, above all: they are not made here.
        default: throw .detailsInvalid
        }
    }

    /// Which type it is of.
    package var type: WireText {
        switch self {
        case .accountInformation: AccountInformation.type
        }
    }

    /// The resources it is for: RFC 9396 §2.2.
    package var locations: [WireText] {
        switch self {
        case .accountInformation(let wish): wish.locations
        }
    }

    /// As it stands in requests, answers and tokens.
    package var json: JSON {
        switch self {
        case .accountInformation(let wish): wish.json
        }
    }

    /// The part of it that is asked for; `nil` where that is more than there is.
    func narrowed(to asked: AuthorizationDetail) -> AuthorizationDetail? {
        switch (self, asked) {
        case (.accountInformation(let granted), .accountInformation(let asked)):
            granted.narrowed(to: asked).map { .accountInformation($0) }
        }
    }
}

extension AuthorizationDetails {
    /// What is said of accounts, if anything is.
    package var accountInformation: AccountInformation? {
        for case .accountInformation(let wish) in members { return wish }
        return nil
    }
}
