import AssentServer
import Consents
import Foundation
import HTTP
import OAuth
import TestSupport
import Text

/// What the world was promised, and what it is told afterwards: the invariants of security.md 14.
///
/// An answer is a promise at the moment at which the server gives it, whether it arrives or not. What was begun and not
/// answered may have been done or not.
final class Oracle {
    private unowned let world: World
    private(set) var codes: [WireText: Code] = [:]
    private(set) var tokens: [WireText: Token] = [:]
    private(set) var consents: [WireText: Given] = [:]
    private var assertions: Set<WireText> = []
    private var references: Set<WireText> = []
    /// Everything that looks like a secret, and to whom it was said first.
    private var secrets: [WireText: Call.Sender] = [:]
    /// In the order in which they were told, for those who pick one.
    private(set) var codeTexts: [WireText] = []
    private(set) var tokenTexts: [WireText] = []
    private(set) var consentTexts: [WireText] = []

    /// How a consent stands, as its party and its person were told.
    final class Given {
        let party: Int
        var answers: [Call.Answer] = []
        /// The last that was acknowledged.
        var acknowledged: Call.Answer?
        /// Answers that were begun, and nobody knows what became of them.
        var doubts = 0
        var underWay = 0
        var ended = Int.max
        var mayHaveEnded = false

        init(party: Int) { self.party = party }
    }

    final class Code {
        let party: Int
        let consent: WireText
        let given: Call.Answer
        /// It ends between these two: the request for it was begun and answered then.
        let earliest: Timestamp
        let latest: Timestamp
        var family: Family?
        var attempts = 0
        var redeemed = Int.max

        init(party: Int, consent: WireText, given: Call.Answer, earliest: Timestamp, latest: Timestamp) {
            (self.party, self.consent, self.given) = (party, consent, given)
            (self.earliest, self.latest) = (earliest, latest)
        }
    }

    /// Everything that came of one code.
    final class Family {
        var ended = Int.max
        var mayHaveEnded = false
    }

    final class Token {
        let party: Int
        let isRefresh: Bool
        let consent: WireText?
        let family: Family?
        /// It ends between these two.
        let earliest: Timestamp
        let latest: Timestamp
        var attempts = 0
        var spent = Int.max
        var revoked = Int.max
        var mayBeRevoked = false

        init(party: Int, isRefresh: Bool, consent: WireText?, family: Family?, life: Range<Timestamp>) {
            (self.party, self.isRefresh, self.consent, self.family) = (party, isRefresh, consent, family)
            (earliest, latest) = (life.lowerBound, life.upperBound)
        }
    }

    init(_ world: World) { self.world = world }

    private func fail(_ sentence: String) { world.fail(sentence) }

    /// Is false where `nil`, which is so for what the oracle was never told.
    private func hasEnded(_ token: Token, before step: Int) -> Bool {
        token.spent < step || token.revoked < step || (token.family?.ended ?? .max) < step
            || (token.consent.flatMap { consents[$0]?.ended } ?? .max) < step
    }

    private func mayHaveEnded(_ token: Token) -> Bool {
        token.attempts > 0 || token.mayBeRevoked || token.family?.mayHaveEnded == true
            || token.consent.map { consents[$0]?.mayHaveEnded ?? true } == true
    }
}

// MARK: Requests

extension Oracle {
    /// A request reaches a server: from now on it may have been done.
    func begin(_ call: Call) {
        switch call.meaning {
        case .redeem(let text, _):
            guard let code = codes[text], call.from == .party(code.party) else { break }
            code.attempts += 1
            // RFC 6749 §4.1.2: a code that comes twice ends what came of it.
            if code.attempts > 1 { code.family?.mayHaveEnded = true }
        case .refresh(let text):
            guard let token = tokens[text], call.from == .party(token.party) else { break }
            token.attempts += 1
            if token.attempts > 1 { token.family?.mayHaveEnded = true }
        case .revoke(let text):
            guard let token = tokens[text], call.from == .party(token.party) else { break }
            token.mayBeRevoked = true
            if token.isRefresh { token.family?.mayHaveEnded = true }
        case .delete(let consent):
            guard let given = consents[consent], call.from == .party(given.party) else { break }
            given.mayHaveEnded = true
        case .decide(let answer):
            guard let given = consents[answer.consent] else { break }
            given.answers.append(answer)
            given.underWay += 1
        default: break
        }
    }

    /// A server gives its answer.
    func observe(_ call: Call, _ response: Response, _ began: Began, _ server: Server) {
        let status = response.status.code
        world.count("\(status)")
        if status >= 500, status != 503 { fail("an answer is \(status)") }
        if status == 503, world.isCalm { fail("there is nothing wrong any more, and an answer is 503") }
        lookForSecrets(call, response)
        lookAtTarget(call, response)
        switch call.meaning {
        case .clientToken(let assertion): clientToken(call, response, assertion, began, server)
        case .redeem(let code, let isRight): redeemed(call, response, code, isRight, began, server)
        case .refresh(let token): refreshed(call, response, token, began, server)
        case .introspect(let token): introspected(call, response, token, began, server)
        case .revoke(let token): revoked(call, response, token)
        case .register: registered(call, response)
        case .delete(let consent): deleted(call, response, consent)
        case .look(let consent): looked(call, response, consent, began)
        case .data(let token): shown(response, token, began, server)
        case .decide(let answer): decided(call, response, answer, began, server)
        case .other, .push, .browse: break
        }
    }
}

// MARK: Tokens

extension Oracle {
    private func clientToken(
        _ call: Call,
        _ response: Response,
        _ assertion: WireText?,
        _ began: Began,
        _ server: Server
    ) {
        guard response.status == .ok else { return }
        if let assertion, !assertions.insert(assertion).inserted { fail("an assertion was taken twice") }
        keep(call, response, consent: nil, family: nil, began, server)
    }

    private func redeemed(
        _ call: Call,
        _ response: Response,
        _ text: WireText,
        _ isRight: Bool,
        _ began: Began,
        _ server: Server
    ) {
        guard let code = codes[text] else {
            if response.status == .ok { fail("a code was redeemed that nobody was given") }
            return
        }
        let isOwner = call.from == .party(code.party)
        if response.status == .ok {
            guard isOwner else { return fail("a code was redeemed by another party") }
            guard isRight else { return fail("a code was redeemed with another verifier or redirect URI") }
            guard code.redeemed == .max else { return fail("a code was redeemed twice") }
            if began.floor > code.latest + 2 { return fail("a code was redeemed after its time") }
            if (consents[code.consent]?.ended ?? .max) < began.step {
                return fail("a code was redeemed after its consent had ended")
            }
            code.redeemed = world.step
            let family = Family()
            family.mayHaveEnded = code.attempts > 1
            code.family = family
            keep(call, response, consent: code.consent, family: family, began, server)
        } else if response.status == .badRequest, isOwner {
            if code.redeemed < began.step { code.family?.ended = min(code.family?.ended ?? .max, world.step) }
            let isDue = server.clock.now < code.earliest - 2
            if isRight, isDue, code.attempts == 1, consents[code.consent]?.mayHaveEnded == false {
                fail("a code that was given out cannot be redeemed: \(Story.gist(of: response))")
            }
        }
    }

    private func refreshed(_ call: Call, _ response: Response, _ text: WireText, _ began: Began, _ server: Server) {
        guard let token = tokens[text], token.isRefresh else {
            if response.status == .ok { fail("a refresh token was taken that is none") }
            return
        }
        let isOwner = call.from == .party(token.party)
        if response.status == .ok {
            guard isOwner else { return fail("a refresh token was taken from another party") }
            guard token.spent == .max else { return fail("a refresh token was taken twice") }
            guard !hasEnded(token, before: began.step) else { return fail("a refresh token was taken after its end") }
            if began.floor > token.latest + 2 { return fail("a refresh token was taken after its time") }
            token.spent = world.step
            keep(call, response, consent: token.consent, family: token.family, began, server)
        } else if response.status == .badRequest, isOwner {
            if token.spent < began.step { token.family?.ended = min(token.family?.ended ?? .max, world.step) }
            let isDue = server.clock.now < token.earliest - 2
            let isDoubtful =
                token.attempts > 1 || token.mayBeRevoked || token.family?.mayHaveEnded == true
                || token.consent.map { consents[$0]?.mayHaveEnded ?? true } == true
            if isDue, !isDoubtful { fail("a good refresh token is refused: \(Story.gist(of: response))") }
        }
    }

    private func keep(
        _ call: Call,
        _ response: Response,
        consent: WireText?,
        family: Family?,
        _ began: Began,
        _ server: Server
    ) {
        guard case .party(let party) = call.from, let json = try? JSONReader.read(response.body) else {
            return fail("an answer with tokens cannot be read")
        }
        let seconds = Int(json["expires_in"]?.integer ?? 0)
        if let scope = json["scope"]?.text, !["openid accounts", "accounts"].contains(scope) {
            fail("the scope \(scope) was not asked for")
        }
        if let text = json["access_token"]?.text {
            let life = life(seconds, began, server)
            add(Token(party: party, isRefresh: false, consent: consent, family: family, life: life), text)
        }
        if let text = json["refresh_token"]?.text {
            // Ninety days, of which no world has so many.
            let life = life(Timestamp.days(90), began, server)
            add(Token(party: party, isRefresh: true, consent: consent, family: family, life: life), text)
        } else if family != nil {
            fail("there is no refresh token")
        }
    }

    private func life(_ seconds: Int, _ began: Began, _ server: Server) -> Range<Timestamp> {
        began.time + seconds..<max(server.clock.now, began.time + 1) + seconds
    }

    private func add(_ token: Token, _ text: WireText) {
        guard tokens.updateValue(token, forKey: text) == nil else { return fail("a token was given out twice") }
        tokenTexts.append(text)
    }

    private func introspected(_ call: Call, _ response: Response, _ text: WireText, _ began: Began, _ server: Server) {
        guard response.status == .ok else { return }
        guard let json = try? JSONReader.read(response.body), let isActive = json["active"]?.boolean else {
            return fail("an introspection cannot be read")
        }
        guard let token = tokens[text] else {
            if isActive { fail("a token is active that nobody was given") }
            return
        }
        let isOwner = call.from == .party(token.party)
        if isActive {
            guard isOwner else { return fail("a token is active for another party") }
            guard !hasEnded(token, before: began.step) else { return fail("a token is active after its end") }
            if began.floor > token.latest + 2 { fail("a token is active after its time") }
            if let consent = token.consent, json["consent_id"]?.text != consent {
                fail("a token names another consent")
            }
        } else if isOwner, server.clock.now < token.earliest - 2, !mayHaveEnded(token) {
            fail("a good token is not active")
        }
    }

    private func revoked(_ call: Call, _ response: Response, _ text: WireText) {
        guard response.status == .ok, let token = tokens[text], call.from == .party(token.party) else { return }
        token.revoked = min(token.revoked, world.step)
        if token.isRefresh, let family = token.family { family.ended = min(family.ended, world.step) }
    }

    private func shown(_ response: Response, _ text: WireText, _ began: Began, _ server: Server) {
        guard let token = tokens[text], let consent = token.consent, !token.isRefresh else {
            if response.status == .ok { fail("data was shown for a token that is not a person's") }
            return
        }
        guard response.status == .ok else {
            if response.status == .unauthorized, server.clock.now < token.earliest - 2, !mayHaveEnded(token) {
                fail("data is refused for a good token")
            }
            return
        }
        guard !hasEnded(token, before: began.step) else { return fail("data was shown after the end of a token") }
        if began.floor > token.latest + 2 { fail("data was shown after the time of a token") }
        guard let given = consents[consent] else { return fail("data was shown without a consent") }
        let allowed = Set(given.answers.flatMap(\.accounts))
        for account in Cast.accounts.values.joined() where !allowed.contains(account) {
            if response.body.contains(text: "\"\(account)\"") {
                fail("the account \(account) was shown, and was not allowed")
            }
        }
    }
}

// MARK: Consents

extension Oracle {
    private func registered(_ call: Call, _ response: Response) {
        guard response.status == .created, case .party(let party) = call.from,
            let id = (try? JSONReader.read(response.body))?["Data"]?["ConsentId"]?.text
        else { return }
        guard consents.updateValue(Given(party: party), forKey: id) == nil else {
            return fail("two registrations have one consent")
        }
        consentTexts.append(id)
    }

    private func deleted(_ call: Call, _ response: Response, _ id: WireText) {
        guard response.status == .noContent, let given = consents[id] else { return }
        guard call.from == .party(given.party) else { return fail("a consent was deleted by another party") }
        given.ended = min(given.ended, world.step)
        look(at: world.truth, id)
    }

    private func looked(_ call: Call, _ response: Response, _ id: WireText, _ began: Began) {
        guard let given = consents[id] else { return }
        guard response.status == .ok else {
            let isRefused = response.status == .badRequest || response.status == .forbidden
            if isRefused, call.from == .party(given.party), !given.mayHaveEnded { fail("a consent is gone") }
            return
        }
        guard call.from == .party(given.party) else { return fail("a consent was shown to another party") }
        guard given.ended >= began.step else { return fail("a consent is there after it was deleted") }
    }

    private func decided(_ call: Call, _ response: Response, _ answer: Call.Answer, _ began: Began, _ server: Server) {
        guard let given = consents[answer.consent] else { return }
        defer { look(at: world.truth, answer.consent) }
        given.underWay -= 1
        let left = response.fields.first(.location).flatMap { URIReference($0) }.flatMap {
            $0.host == nil ? nil : $0.query
        }
        guard let left, let fields = try? FormFields(left) else {
            if response.status == .serviceUnavailable { given.doubts += 1 }
            return
        }
        if let code = fields["code"] {
            guard !answer.accounts.isEmpty else { return fail("a no was answered with a code") }
            if given.ended < began.step { fail("a code was given out for a consent that has ended") }
            if let reference = answer.reference, !references.insert(reference).inserted {
                fail("a pushed request was answered twice")
            }
            given.acknowledged = answer
            let seconds = Cast.lifetimes.code
            let fact = Code(
                party: answer.party,
                consent: answer.consent,
                given: answer,
                earliest: began.time + seconds,
                latest: server.clock.now + seconds
            )
            guard codes.updateValue(fact, forKey: code) == nil else { return fail("a code was given out twice") }
            codeTexts.append(code)
        } else if fields["error"] == "access_denied", answer.accounts.isEmpty {
            // A no to a request that comes again leaves standing what was allowed before.
            if given.answers.allSatisfy(\.accounts.isEmpty) { given.acknowledged = answer }
        } else if fields["error"] == "temporarily_unavailable" {
            given.doubts += 1
        }
    }

    /// All that is kept, beside what was promised.
    func look(at truth: MemoryStore) {
        for id in consentTexts { look(at: truth, id) }
    }

    /// A consent as it is kept, beside what was promised; after every change of it.
    func look(at truth: MemoryStore, _ id: WireText) {
        guard world.violation == nil, let given = consents[id] else { return }
        guard let kept = truth.consentNow(Identifier(id)) else {
            return fail("a consent that was registered is not there")
        }
        guard kept.thirdParty.text.string == "tpp-\(given.party)" else { return fail("a consent has another owner") }
        if given.ended < .max, kept.deleted == nil { return fail("a consent that was deleted is there") }
        if let authorisation = kept.authorisation {
            let accounts = Set(authorisation.accounts.map(\.text))
            let isSaid = given.answers.contains {
                !$0.accounts.isEmpty && Set($0.accounts) == accounts
                    && "psu-\($0.person)" == authorisation.person.text.string
            }
            if !isSaid { return fail("a consent is given that nobody gave so") }
        }
        // With an answer under way, or one whose fate is not known, either may be so.
        guard let said = given.acknowledged, given.underWay == 0, given.doubts == 0, !given.mayHaveEnded else { return }
        if said.accounts.isEmpty {
            if kept.status != .rejected { return fail("a no that was acknowledged is lost") }
        } else {
            guard kept.status == .authorised, let authorisation = kept.authorisation else {
                return fail("a yes that was acknowledged is lost")
            }
            guard Set(authorisation.accounts.map(\.text)) == Set(said.accounts),
                authorisation.person.text.string == "psu-\(said.person)"
            else { return fail("a yes was kept otherwise than it was said") }
        }
    }
}

// MARK: What must not reach anybody else

extension Oracle {
    private func lookAtTarget(_ call: Call, _ response: Response) {
        guard let location = response.fields.first(.location), location.hasPrefix("http") else { return }
        let party: Int
        switch call.meaning {
        case .browse(let index): party = index
        case .decide(let answer): party = answer.party
        default: return fail("a redirect leads away: \(location)")
        }
        let registered = "https://c\(party).example/cb"
        guard location.string == registered || location.string.hasPrefix("\(registered)?") else {
            return fail("a redirect leads to \(location)")
        }
    }

    private func lookForSecrets(_ call: Call, _ response: Response) {
        for cookie in response.fields.all(.setCookie) { claim(cookie.utf8.map { $0 }, for: call) }
        if let location = response.fields.first(.location) { claim(location.bytes, for: call) }
        claim(response.body, for: call)
        guard case .browser(let index) = call.from else { return }
        for (name, surname) in Cast.surnames where name != Cast.people[index] {
            if response.body.contains(text: surname) { fail("a page says the name of somebody else") }
        }
    }

    /// Whatever has the form of a secret belongs to the one who was told it first.
    private func claim(_ bytes: [UInt8], for call: Call) {
        let length = 43
        bytes.withUnsafeBufferPointer { bytes in
            // In front of `begin` there is no letter that goes on into it. A run of this length covers its last byte, so that
            // most of a page is never looked at.
            var begin = 0
            while begin + length <= bytes.count {
                if let other = (begin..<begin + length).last(where: { !bytes[$0].isBase64URL }) {
                    begin = other + 1
                    continue
                }
                var end = begin + length
                while end < bytes.count, bytes[end].isBase64URL { end += 1 }
                if end - begin == length, let text = WireText(Array(bytes[begin..<end])) {
                    if let owner = secrets[text] {
                        if owner != call.from { fail("\(call.from) was told what belongs to \(owner): \(text)") }
                    } else {
                        secrets[text] = call.from
                    }
                }
                begin = end + 1
            }
        }
    }
}

extension UInt8 {
    fileprivate var isBase64URL: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}

extension [UInt8] {
    /// Where a text begins, from an index on.
    func find(_ text: String, from start: Int = 0) -> Int? {
        let part = Array(text.utf8)
        return withUnsafeBytes { all in
            var start = start
            while start + part.count <= all.count {
                guard let base = all.baseAddress, let next = memchr(base + start, Int32(part[0]), all.count - start)
                else { return nil }
                start = UnsafeRawPointer(next) - base
                if start + part.count <= all.count, memcmp(next, part, part.count) == 0 { return start }
                start += 1
            }
            return nil
        }
    }

    func contains(text: String) -> Bool { find(text) != nil }

    /// What stands between a text and the next double quote.
    func quoted(after text: String, from start: Int = 0) -> (value: WireText, end: Int)? {
        guard let found = find(text, from: start) else { return nil }
        let begin = found + text.utf8.count
        guard let end = self[begin...].firstIndex(of: 0x22) else { return nil }
        return WireText(Array(self[begin..<end])).map { ($0, end) }
    }
}
