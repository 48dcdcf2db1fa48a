import Crypto
import OAuth
package import Storage
import Text

// MARK: Clients that register themselves

extension StoreContract {
    static let registrations: [Row] = [
        Row("registers a client", .registration(.register(.sample)), holds: true),
        Row(
            "registers no client under a name that is taken",
            given: [.registration(.register(.sample))],
            .registration(.register(.sample(accessToken: "another"))),
            holds: false
        ),
        Row(
            "RG-03 replaces what a client registered",
            given: [.registration(.register(.sample))],
            replaceRegistration,
            holds: true
        ),
        Row(
            "RG-03 replaces from an older state: not",
            given: [.registration(.register(.sample)), replaceRegistration],
            replaceRegistration,
            holds: false
        ),
        Row("RG-03 replaces what is not there: not", replaceRegistration, holds: false),
        Row(
            "RG-03 removes a client by its token",
            given: [.registration(.register(.sample))],
            .registration(.remove("registered-1", accessToken: RegisteredClient.sample.accessToken)),
            holds: true
        ),
        Row(
            "RG-03 removes a client by a token that was rotated: not",
            given: [.registration(.register(.sample)), replaceRegistration],
            .registration(.remove("registered-1", accessToken: RegisteredClient.sample.accessToken)),
            holds: false
        ),
        Row(
            "removes a client that is not there: not",
            .registration(.remove("registered-1", accessToken: RegisteredClient.sample.accessToken)),
            holds: false
        ),
        Row(
            "RG-01 registers software for the fifth time",
            given: (1..<Limits.registrationsOfSoftware).map { registerSoftware($0) },
            registerSoftware(Limits.registrationsOfSoftware),
            holds: true
        ),
        Row(
            "RG-01 registers software once too often: not",
            given: (1...Limits.registrationsOfSoftware).map { registerSoftware($0) },
            registerSoftware(Limits.registrationsOfSoftware + 1),
            holds: false
        ),
        Row(
            "RG-01 registers software beside other software and beside clients of no software",
            given: (1...Limits.registrationsOfSoftware).flatMap {
                [registerSoftware($0), registerSoftware($0, "other"), registerSoftware($0, nil)]
            },
            registerSoftware(Limits.registrationsOfSoftware + 1, nil),
            holds: true
        ),
        Row("RG-01 spends an initial access token", spendInvitation, holds: true),
        Row("RG-01 spends an initial access token twice: not", given: [spendInvitation], spendInvitation, holds: false),
    ]

    private static func registerSoftware(_ number: Int, _ software: WireText? = "4711abc") -> Storage.Change {
        let policy = RegistrationPolicy(profile: .fapi1AdvancedUK, scope: ["openid", "accounts"], software: software)
        let id = Identifier<Client>(WireText("registered-\(number)-\(software ?? "none")"))
        return .registration(.register(.sample(id: id, policy: policy)))
    }

    /// The first change of the sample.
    package static let replaceRegistration = Storage.Change.registration(
        .replace(.sample(policy: .sample, accessToken: "rotated", version: 2))
    )

    /// The first use of an initial access token.
    package static let spendInvitation = Storage.Change.registration(
        .spendInvitation(Fingerprint(of: "initial access token"), expires: .noon + 60)
    )
}
