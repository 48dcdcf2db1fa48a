package import Consents
package import Text

/// Which account and which days a flow shall show.
package struct FlowRequest: Sendable, Hashable {
    package let kind: AccessKind
    /// Where none is named, the first that the person chose.
    package let account: Identifier<Account>?
    package let days: TransactionPeriod

    /// Reads the body that starts a flow.
    ///
    /// - Parameter name: The flow as the path names it.
    package init(_ name: WireText, _ body: [UInt8]) throws(SurfaceRefusal) {
        guard name != "transfer", name != "insights-refresh" else { throw .fieldUnexpected(path: "flow") }
        guard let kind = AccessKind(rawValue: name.string) else { throw .pathUnknown }
        try self.init(kind, body)
    }

    /// Reads it again, from what a flow keeps of it.
    package init(_ flow: AccessFlow) throws(SurfaceRefusal) {
        try self.init(flow.kind, flow.receipt)
    }

    private init(_ kind: AccessKind, _ body: [UInt8]) throws(SurfaceRefusal) {
        let body = try KlarnaBody(body)
        _ = try body.hasPerson()
        self.kind = kind
        account = try body.text("account_id", upTo: Limits.accountIdentifierBytes).map { Identifier($0) }
        days = try body.days()
    }
}
