package import Consents
package import Text

extension Configuration {
    /// What the bank grants at all.
    package struct Consenting: Sendable, Hashable {
        package var policy = ConsentPolicy()
        /// Whether the accounts of the people file are answered here, where a bank's own APIs do not.
        package var servesAccounts = false
        /// Whether a third party finds its consents on all of its surfaces.
        package var sharesAcrossSurfaces = false
        /// Whether ID tokens of UK consents say when their refresh token ends: Read/Write API 3.1.2.
        package var tellsRefreshTokenEnd = true
        /// How old a login may be, in seconds, for transactions to be shown; absent for any age.
        package var transactionsMaxAge: Int?
        /// The level that the login must have for that; absent for any.
        package var transactionsACR: WireText?
        /// How often consents with one-time tokens are used, and what happens when an answer is lost.
        package var consentTokenPolicy = ConsentTokenPolicy()

        package init() {}
    }
}

extension Configuration.Consenting {
    init(_ reader: inout ConfigurationReader) {
        self.init()
        let permissions = Self.permissions(&reader)
        // From a day to ten years.
        let days = reader.optionalInteger("/consenting/longestLifeDays", in: 1...3_650)
        policy = ConsentPolicy(supported: permissions, longestLifeDays: days)
        servesAccounts = reader.flag("/consenting/servesAccounts", or: servesAccounts)
        sharesAcrossSurfaces = reader.flag("/consenting/sharesAcrossSurfaces", or: sharesAcrossSurfaces)
        tellsRefreshTokenEnd = reader.flag("/consenting/tellsRefreshTokenEnd", or: tellsRefreshTokenEnd)
        // Less than a minute is over before the client has come back with its token.
        transactionsMaxAge = reader.optionalInteger("/consenting/transactionsMaxAgeSeconds", in: 60...86_400)
        transactionsACR = reader.optionalText("/consenting/transactionsACR")
        let standard = consentTokenPolicy
        consentTokenPolicy = ConsentTokenPolicy(
            // A minute is what a client needs to try again; longer is a token that is accepted twice.
            graceSeconds: reader.integer("/consenting/tokenGraceSeconds", in: 0...60, or: standard.graceSeconds),
            // More than the law's four is for contracts that say so, and no more than one a minute.
            unattendedUses: reader.integer(
                "/consenting/unattendedUsesPerDay",
                in: 1...1_440,
                or: standard.unattendedUses
            ),
            attendedUses: reader.integer(
                "/consenting/attendedUsesPerDay",
                in: 1...1_000_000,
                or: standard.attendedUses
            )
        )
    }

    private static func permissions(_ reader: inout ConfigurationReader) -> Set<Permission> {
        let path: WireText = "/consenting/permissions"
        let all = Set(Permission.allCases)
        guard let spelled = reader.texts(path) else { return all }
        var permissions: Set<Permission> = []
        for (index, text) in spelled.enumerated() {
            guard let permission = Permission(spelled: text) else {
                let near = NearName.nearest(to: text, among: Permission.allCases.map(\.spelling))
                let hint = near.map { " Did you mean \"\($0)\"?" } ?? ""
                reader.note(JSONPointer.appending(index, to: path), "There is no such permission.\(hint)")
                continue
            }
            if !permissions.insert(permission).inserted {
                reader.note(JSONPointer.appending(index, to: path), "This permission stood here before.")
            }
        }
        if permissions.isDisjoint(with: [.readAccountsBasic, .readAccountsDetail]) {
            reader.note(path, "Without ReadAccountsBasic or ReadAccountsDetail no consent could be given.")
        }
        return permissions
    }
}
