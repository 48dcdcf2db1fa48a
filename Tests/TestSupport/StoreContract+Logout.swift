import Crypto
package import OAuth
package import Storage
package import Text

// MARK: The end of a login

extension StoreContract {
    private static let login: [Storage.Change] = [.oauth(.openSession(.sample))]
    private static let told: [Storage.Change] = login + [.oauth(.openFamily(.sample(client: "tpp-2")))]

    private static func end(_ known: [Identifier<Client>], sid: WireText = "login-1") -> Storage.Change {
        .logout(.endSession(Session.sample.fingerprint, sid: sid, known: known))
    }

    static let logouts: [Row] = [
        Row("ends a login of which one was told", given: login, end(["tpp-1"]), holds: true),
        Row(
            "ends a login of which somebody was told: not for who knows of nobody",
            given: login,
            end([]),
            holds: false
        ),
        Row("ends a login of which only these were told", given: told, end(["tpp-1", "tpp-2"]), holds: true),
        Row("ends a login of which somebody else was told: not", given: told, end(["tpp-1"]), holds: false),
        Row(
            "ends a login of which somebody else got no ID token",
            given: login + [.oauth(.openFamily(.sample(client: "tpp-2", scope: ["accounts", "openid2"])))],
            end(["tpp-1"]),
            holds: true
        ),
        Row("ends a login under another name: not", given: login, end(["tpp-1"], sid: "login-2"), holds: false),
        Row("ends a login that is not there: not", end(["tpp-1"]), holds: false),
        Row("ends what was granted where nothing was", .logout(.endGrants(sid: "login-1", at: .noon)), holds: true),
        Row("keeps a notice", .logout(.keepNotice(.sample)), holds: true),
        Row(
            "keeps a second notice for one client and login: not",
            given: [.logout(.keepNotice(.sample))],
            .logout(.keepNotice(.sample(id: "notice-2"))),
            holds: false
        ),
        Row(
            "keeps a notice of another login",
            given: [.logout(.keepNotice(.sample))],
            .logout(.keepNotice(.sample(id: "notice-2", sid: "login-2"))),
            holds: true
        ),
        Row(
            "keeps a notice under a name that is taken: not",
            given: [.logout(.keepNotice(.sample))],
            .logout(.keepNotice(.sample(sid: "login-2"))),
            holds: false
        ),
        Row("begins an attempt", given: [.logout(.keepNotice(.sample))], attemptNotice, holds: true),
        Row(
            "begins an attempt that somebody has begun: not",
            given: [.logout(.keepNotice(.sample)), attemptNotice],
            attemptNotice,
            holds: false
        ),
        Row("begins an attempt of nothing: not", attemptNotice, holds: false),
        Row(
            "forgets a notice",
            given: [.logout(.keepNotice(.sample))],
            .logout(.dropNotice("notice-1")),
            holds: true
        ),
        Row("forgets a notice that is not there: not", .logout(.dropNotice("notice-1")), holds: false),
    ]

    /// The first attempt to tell the sample notice.
    package static let attemptNotice = Storage.Change.logout(.attemptNotice(.sample, next: .noon + 15))
}

extension LogoutNotice {
    /// What the sample client is to hear of Anna's login.
    package static let sample = LogoutNotice.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<LogoutNotice> = "notice-1",
        client: Identifier<Client> = "tpp-1",
        person: Identifier<Person> = "psu-anna",
        sid: WireText = "login-1",
        attempts: Int = 0,
        due: Timestamp = .noon,
        expires: Timestamp = .noon + Limits.logoutNoticeSeconds
    ) -> LogoutNotice {
        LogoutNotice(
            id: id,
            client: client,
            person: person,
            sid: sid,
            attempts: attempts,
            due: due,
            expires: expires
        )
    }
}
