internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// Name and password against the bank's directory, slowed down where they keep failing.
struct Login {
    let house: House

    /// What became of a form that was sent.
    enum Attempt {
        /// Somebody has signed in; their browser proves it with this.
        case signedIn(Session, [SetCookie?])
        case refused(LoginProblem)
    }

    /// Signs somebody in, if name and password are right.
    ///
    /// Every login makes a new session and ends the one before: a cookie planted earlier is worth nothing.
    ///
    /// - Parameter beside: What is kept in one commit with the session.
    func signIn(
        _ form: PageForm,
        _ request: Request,
        at now: Timestamp,
        beside: (Session) -> [OAuth.Change] = { _ in [] }
    ) async throws(Refusal) -> Attempt {
        let outcome = try await check(form.username ?? "", form.password, from: request.peer.address, at: now)
        house.count(outcome)
        switch outcome {
        case .wrong: return .refused(.wrong)
        case .tooMany(let seconds): return .refused(.tooMany(seconds: seconds))
        case .right(let person):
            let cookie = try house.freshToken()
            let before = try await house.session(of: request, at: now)
            // Who signs in where somebody else was, ends their login like a logout.
            if let before, before.person != person.id { _ = try await house.end(before, at: now) }
            // Who signs in again is still in the login that clients know.
            let known = before.flatMap { $0.person == person.id ? $0.sid : nil }
            let sid = if let known { known } else { try house.freshToken() }
            let session = Session(
                fingerprint: Fingerprint(of: cookie),
                sid: sid,
                person: person.id,
                authenticated: now,
                acr: house.acr,
                credential: person.credential,
                expires: now + house.lifetimes.session
            )
            var changes: [OAuth.Change] =
                [.openSession(session)] + beside(session) + [.forgetLoginFailures(.person(person.id))]
            if let old = BrowserCookies.read(BrowserCookies.session, of: request) {
                changes.append(.endSession(Fingerprint(of: old)))
            }
            try await house.commit(changes)
            return .signedIn(session, SetCookie.login(cookie, session))
        }
    }

    enum Outcome: Sendable {
        case right(Customer)
        /// Unknown, locked and wrong are one answer, in words and in time.
        case wrong
        case tooMany(seconds: Int)
    }

    private func check(
        _ username: WireText,
        _ password: TypedPassword?,
        from address: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> Outcome {
        guard let password, username.byteCount <= Limits.usernameBytes,
            password.secret.byteCount <= Limits.passwordBytes
        else { return .wrong }
        let person = house.bank.person(named: username)
        // A name that nobody has is slowed down like one that somebody has.
        let guessed = LoginThrottle.Subject.person(person?.id ?? Identifier(WireText("unknown:\(username)")))
        let others = house.loginsUnderWay.begin(guessed)
        defer { house.loginsUnderWay.end(guessed) }
        let subjects = house.isShared(address) ? [guessed] : [guessed, .address(address)]
        for subject in subjects {
            var throttle = try await throttle(subject)
            // An address may stand for many people who sign in at once; a person is one.
            if subject == guessed, others > 0 {
                throttle = LoginThrottle(failures: (throttle?.failures ?? 0) + others, last: now)
            }
            if let seconds = throttle?.wait(for: subject, at: now), seconds > 0 { return .tooMany(seconds: seconds) }
        }
        // Security.md CO-50: the hashes of a directory may cost more or less than those that we make.
        let costing = person ?? house.bank.person(inPlaceOf: username)
        let isRight = try await house.passwords.check(password, against: costing?.passwordHash)
        guard let person, isRight, house.bank.isActive(person.id) else {
            for subject in subjects { try await count(subject, at: now) }
            return .wrong
        }
        return .right(person)
    }

    private func throttle(_ subject: LoginThrottle.Subject) async throws(Refusal) -> LoginThrottle? {
        try await house.ask { store throws(StoreFailure) in try await store.throttle(subject) }
    }

    private func count(_ subject: LoginThrottle.Subject, at now: Timestamp) async throws(Refusal) {
        try await house.commit([.countLoginFailure(subject, at: now)])
    }
}

extension House {
    /// Whether an address says nothing of who is there: behind a proxy everybody has its address, and a stranger would
    /// slow down them all.
    func isShared(_ address: WireText) -> Bool {
        Login.ofThisMachine.contains(address) || certificates.proxies.contains(address)
    }
}

extension Login {
    fileprivate static let ofThisMachine: Set<WireText> = ["127.0.0.1", "::1", "unix"]
}
