import Consents
import Crypto
package import Storage
import Text

// MARK: Sessions and their tokens

extension StoreContract {
    static let sessions: [Row] = [
        Row("opens a session", .access(.open(.sample)), holds: true),
        Row(
            "opens no session under a name that is taken",
            given: [.access(.open(.sample))],
            .access(.open(.sample(thirdParty: "tpp-2"))),
            holds: false
        ),
        Row("closes a session", given: [.access(.open(.sample))], .access(.close("session-1", at: .noon)), holds: true),
        Row(
            "closes a session that has timed out",
            given: [.access(.open(.sample))],
            .access(.close("session-1", at: .latest)),
            holds: true
        ),
        Row(
            "closes a closed session: not",
            given: [.access(.open(.sample(closed: .noon)))],
            .access(.close("session-1", at: .noon + 1)),
            holds: false
        ),
        Row("closes a session that is not there: not", .access(.close("session-1", at: .noon)), holds: false),
        Row(
            "requires a session until its last second",
            given: [.access(.open(.sample))],
            .access(.requireOpen("session-1", at: AccessSession.sample.expires - 1)),
            holds: true
        ),
        Row(
            "requires a session at its end: not",
            given: [.access(.open(.sample))],
            .access(.requireOpen("session-1", at: AccessSession.sample.expires)),
            holds: false
        ),
        Row(
            "requires a closed session: not",
            given: [.access(.open(.sample(closed: .noon)))],
            .access(.requireOpen("session-1", at: .noon)),
            holds: false
        ),
        Row("requires a session that is not there: not", .access(.requireOpen("session-1", at: .noon)), holds: false),
        Row("starts a flow", given: [.access(.open(.sample))], .access(.start(.sample)), holds: true),
        Row("starts a flow in no session: not", .access(.start(.sample)), holds: false),
        Row(
            "starts a flow under a name that is taken: not",
            given: [.access(.open(.sample)), .access(.start(.sample))],
            .access(.start(.sample(clientToken: Fingerprint(of: "another")))),
            holds: false
        ),
        Row(
            "starts a flow with a token that is taken: not",
            given: [.access(.open(.sample)), .access(.start(.sample))],
            .access(.start(.sample(id: "flow-2"))),
            holds: false
        ),
    ]

    static let chains: [Row] = [
        Row("opens a chain of tokens", .access(.openTokens(.sample)), holds: true),
        Row(
            "opens a second chain of a consent: not",
            given: [.access(.openTokens(.sample))],
            .access(.openTokens(.sample(live: Fingerprint(of: "another")))),
            holds: false
        ),
        Row("SD-40 rotates a token", given: [.access(.openTokens(.sample))], rotateToken, holds: true),
        Row(
            "SD-40 rotates from an older state: not",
            given: [.access(.openTokens(.sample)), rotateToken],
            rotateToken,
            holds: false
        ),
        Row(
            "SD-40 rotates from a state that never was: not",
            given: [.access(.openTokens(.sample))],
            .access(.advanceTokens(.sample(version: 3))),
            holds: false
        ),
        Row("SD-40 rotates where there is no chain: not", rotateToken, holds: false),
    ]

    /// The first use of the sample chain.
    package static let rotateToken = Storage.Change.access(
        .advanceTokens(
            .sample(
                generation: 2,
                live: Fingerprint(of: "token 2"),
                preceding: Fingerprint(of: "token 1"),
                rotated: .noon + 5,
                quota: UseQuota(day: 20_514, unattended: 1, attended: 3),
                version: 2
            )
        )
    )
}
