package import Consents
package import Text

/// A consent, and what a merchant is told about it.
package struct MerchantDocument: Sendable {
    package let consent: Consent
    package let request: RequestName
    package let merchant: Int
    /// Whom the caller's token speaks for.
    package let user: WireText
    /// Where the user decides; told while a decision is awaited.
    package let authorizationURL: WireText?
    package let now: Timestamp

    package init(
        consent: Consent,
        request: RequestName,
        merchant: Int,
        user: WireText,
        authorizationURL: WireText?,
        now: Timestamp
    ) {
        self.consent = consent
        self.request = request
        self.merchant = merchant
        self.user = user
        self.authorizationURL = authorizationURL
        self.now = now
    }

    /// `GET /v1/ais/consents/{consentId}`.
    package var json: JSON {
        let state = consent.state(at: now)
        var members = [
            JSON.Member("requestId", .text(request.text)),
            JSON.Member("merchantId", .integer(Int64(merchant))),
            JSON.Member("userId", .text(consent.endUser ?? user)),
            JSON.Member("permissions", .array(MerchantPermission.words(of: consent).map { .text($0.word) })),
        ]
        for (name, moment) in [
            ("expirationDateTime", consent.lifetime.expires), ("transactionFromDateTime", consent.period.from),
        ] as [(WireText, Timestamp?)] {
            if let moment { members.append(JSON.Member(name, Self.date(moment))) }
        }
        members += [
            JSON.Member("status", .text(Self.word(for: state))),
            JSON.Member("createdAt", Self.date(consent.created)),
            JSON.Member("updatedAt", Self.date(updated(in: state))),
        ]
        // The contract has it "populated after callback": a name for what has been allowed.
        if consent.isNamed { members.append(JSON.Member("consentId", .text(consent.id.text))) }
        if state == .awaiting, let authorizationURL {
            members.append(JSON.Member("authorizationUrl", .text(authorizationURL)))
        }
        if let message = Self.message(for: consent, in: state) {
            members.append(JSON.Member("errorMessage", .text(message)))
        }
        return .object(members)
    }

    /// `GET …/accounts`, for a consent in force.
    ///
    /// - Parameter accounts: Those that the person opened.
    package func json(_ accounts: [AccountData], given: Timestamp) -> JSON {
        let isDetailed = consent.effectivePermissions.contains(.readAccountsDetail)
        return .array(
            accounts.map { account in
                var members = [JSON.Member("accountId", .text(account.id.text))]
                if isDetailed {
                    let iban = account.identifications.first { $0.scheme == Self.ibanScheme }
                    if let iban { members.append(JSON.Member("iban", .text(iban.number))) }
                    if let holder = account.identifications.lazy.compactMap(\.name).first {
                        members.append(JSON.Member("accountHolderName", .text(holder)))
                    }
                    if let servicer = account.servicer {
                        members.append(JSON.Member("bankId", .text(servicer.identification)))
                    }
                }
                members += [
                    JSON.Member("currency", .text(account.currency)),
                    JSON.Member("isActive", .boolean(account.isEligible)),
                    JSON.Member(
                        "accountDetails",
                        [
                            "accountType": .text(WireText(account.product.rawValue)),
                            "accountFeatures": ["supportsInformation": true, "supportsSendPayment": false],
                        ]
                    ),
                    JSON.Member("createdAt", Self.date(given)),
                    JSON.Member("updatedAt", Self.date(consent.updated)),
                ]
                return .object(members)
            }
        )
    }

    /// The scheme under which the UK's list of names knows an IBAN.
    private static let ibanScheme: WireText = "UK.OBIE.IBAN"

    private static func date(_ moment: Timestamp) -> JSON { .text(WireText(moment.rfc3339)) }

    /// The end by date is written down by nobody, and so has no other moment than its own.
    private func updated(in state: Consent.State) -> Timestamp {
        guard state == .expired, let expires = consent.lifetime.expires else { return consent.updated }
        return expires
    }

    private static func word(for state: Consent.State) -> WireText {
        switch state {
        case .awaiting: "pending"
        case .authorised: "authorized"
        case .rejected, .failed: "failed"
        case .revoked: "revoked"
        case .expired: "expired"
        }
    }

    private static func message(for consent: Consent, in state: Consent.State) -> WireText? {
        guard state == .rejected || state == .failed else { return nil }
        return switch consent.reason {
        case .cancelledAtLogin: "User cancelled at login"
        case .timedOut: "User did not decide in time"
        case .failed: "The bank could not finish the authorization"
        default: "User denied consent"
        }
    }
}

extension Consent {
    /// Whether a merchant knows it by its own name: from the moment on at which somebody allowed it.
    package var isNamed: Bool { authorisation != nil }
}
