package import Consents
package import Text

/// The body of `POST /v1/auth/generate-token`.
package struct MerchantTokenOrder: Sendable, Hashable {
    /// What the merchant calls its user.
    package let user: WireText
    package let merchant: Int64
    package let permissions: [MerchantPermission]

    /// Reads a body that has no other members.
    package init(_ body: [UInt8]) throws(SurfaceRefusal) {
        let fields = try ClosedObject(body: body, names: ["userId", "merchantId", "permissions"])
        user = try fields.requireText("userId")
        guard user.byteCount <= Limits.subjectBytes, user.isPlain else { throw .fieldInvalid(path: "userId") }
        guard let merchant = fields["merchantId"] else { throw .fieldMissing(path: "merchantId") }
        guard let number = merchant.integer else { throw .fieldInvalid(path: "merchantId") }
        self.merchant = number
        permissions = try fields.permissions(spelledBy: \.scope)
    }
}

/// The body of `POST /v1/ais/consents`.
package struct MerchantConsentOrder: Sendable, Hashable {
    package let permissions: [MerchantPermission]
    package let expires: Timestamp
    package let transactionsFrom: Timestamp
    /// Where the user shall come back to, where the merchant has registered more than one place.
    package let redirectURL: WireText?
    /// Whom the body names; only the token says who it is.
    package let user: WireText?
    package let merchant: Int64?

    /// Reads a body that has no other members.
    package init(_ body: [UInt8]) throws(SurfaceRefusal) {
        let fields = try ClosedObject(
            body: body,
            names: [
                "permissions", "expirationDateTime", "transactionFromDateTime", "redirectUrl", "userId", "merchantId",
            ]
        )
        permissions = try fields.permissions(spelledBy: \.word)
        expires = try fields.moment("expirationDateTime")
        transactionsFrom = try fields.moment("transactionFromDateTime")
        guard transactionsFrom < expires else { throw .dateInvalid(path: "transactionFromDateTime") }
        redirectURL = try fields.text("redirectUrl")
        user = try fields.text("userId")
        if let value = fields["merchantId"] {
            guard let number = value.integer else { throw .fieldInvalid(path: "merchantId") }
            merchant = number
        } else {
            merchant = nil
        }
    }

    /// The same in canonical words.
    package func draft(for user: WireText) -> ConsentDraft {
        ConsentDraft(
            permissions: MerchantPermission.permissions(of: permissions),
            expires: expires,
            period: TransactionPeriod(from: transactionsFrom, to: nil),
            endUser: user
        )
    }
}

extension ClosedObject {
    fileprivate func permissions(
        spelledBy spelling: KeyPath<MerchantPermission, WireText>
    ) throws(SurfaceRefusal) -> [MerchantPermission] {
        guard let value = self["permissions"] else { throw .fieldMissing(path: "permissions") }
        // There are three, and each stands once.
        guard let names = value.texts, (1...MerchantPermission.allCases.count).contains(names.count),
            Set(names).count == names.count
        else { throw .fieldInvalid(path: "permissions") }
        let permissions = names.compactMap { name in
            MerchantPermission.allCases.first { $0[keyPath: spelling] == name }
        }
        guard permissions.count == names.count else { throw .fieldInvalid(path: "permissions") }
        return permissions
    }

    fileprivate func moment(_ name: WireText) throws(SurfaceRefusal) -> Timestamp {
        guard let value = self[name] else { throw .fieldMissing(path: name) }
        guard let moment = value.text.flatMap({ Timestamp(rfc3339: $0) }) else { throw .dateInvalid(path: name) }
        return moment
    }
}

extension WireText {
    /// Whether it has no controls, which no name needs.
    fileprivate var isPlain: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
