package import Consents
internal import OAuth
package import Surfaces
package import Text

/// The bank's own systems, asked before the consent page is shown and before a decision is kept.
///
/// Two events of the extension API 1.0.4. What they say may take away from what was asked for and never add to it.
package struct Hooks: Sendable {
    /// Sends the body of an event to the bank, and returns the body of its answer.
    package typealias Line = @Sendable (_ event: WireText, _ body: [UInt8]) async throws(HookFailure) -> [UInt8]

    private let line: Line
    /// Says whether anybody is there, without asking anything.
    package let reach: @Sendable () async throws(HookFailure) -> Void

    /// Hooks at the end of a line, which is a connection in life.
    package init(
        _ line: @escaping Line,
        reach: @escaping @Sendable () async throws(HookFailure) -> Void = { () throws(HookFailure) in }
    ) {
        self.line = line
        self.reach = reach
    }

    /// What may be shown to the person, out of what we would show.
    package func populate(_ question: HookQuestion) async throws(HookFailure) -> HookAnswer<Screen> {
        let data: JSON = [
            "consentId": .text(question.consent.id.text),
            "userId": .text(question.person.text),
            "requestParameters": question.parameters,
            "consentResource": StoredConsent.document(question.consent, at: question.now),
        ]
        switch try await ask("populate-consent-authorize-screen", data, of: question) {
        case .success(let data): return .goOn(try Screen(data, of: question))
        case .refused(let ends): return .refused(ends: ends)
        }
    }

    /// Which accounts of a yes may be kept; what is said to a no changes nothing.
    package func persist(
        _ accounts: [AccountData]?,
        of question: HookQuestion
    ) async throws(HookFailure) -> HookAnswer<[Identifier<Account>]> {
        let data: JSON = [
            "consentId": .text(question.consent.id.text),
            "isApproved": .boolean(accounts != nil),
            "userGrantedData": [
                "requestParameters": question.parameters,
                "authorizedResources": [
                    "approval": .boolean(accounts != nil),
                    "isReauthorization": .boolean(question.consent.authorisation != nil),
                    "type": .text(BankSpelling.type),
                    "authorizedData": .array(accounts.map { [Self.granted($0, of: question.consent)] } ?? []),
                    "metadata": [:],
                ],
                "userId": .text(question.person.text),
            ],
            "consentResource": StoredConsent.document(question.consent, at: question.now),
        ]
        switch try await ask("persist-authorized-consent", data, of: question) {
        case .success(let data):
            let kept = try KeptDecision(data, of: question)
            guard let accounts, !kept.isRejected else { return .refused(ends: kept.isRejected) }
            return .goOn(try kept.accounts(of: accounts.map(\.id)))
        case .refused(let ends): return .refused(ends: ends)
        }
    }

    private static func granted(_ accounts: [AccountData], of consent: Consent) -> JSON {
        [
            "permissions": .array(consent.permissions.map { .text($0.spelling) }),
            "accounts": .array(accounts.map { .object(BankSpelling.named($0)) }),
        ]
    }

    private func ask(
        _ event: WireText,
        _ data: JSON,
        of question: HookQuestion
    ) async throws(HookFailure) -> HookEnvelope {
        let body: JSON = ["requestId": .text(question.id.text), "data": data]
        return try HookEnvelope(try await line(event, JSONWriter.write(body)))
    }
}

/// What the bank's own systems are asked about.
package struct HookQuestion: Sendable {
    /// The name of this question, for both logs.
    package let id: UUID
    package let consent: Consent
    package let person: Identifier<Consents.Person>
    /// All accounts of the person that we would show.
    package let accounts: [AccountData]
    /// What the client asked for, as far as it concerns the page.
    package let parameters: JSON
    package let now: Timestamp

    package init(
        id: UUID,
        consent: Consent,
        person: Identifier<Consents.Person>,
        accounts: [AccountData],
        parameters: JSON,
        now: Timestamp
    ) {
        self.id = id
        self.consent = consent
        self.person = person
        self.accounts = accounts
        self.parameters = parameters
        self.now = now
    }
}

/// What comes back to an event.
package enum HookAnswer<Value: Sendable & Hashable>: Sendable, Hashable {
    case goOn(Value)
    /// The bank says no; `ends` where the consent ends with it.
    case refused(ends: Bool)
}
