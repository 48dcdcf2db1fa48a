/// Every "no" about a consent; each surface spells it in its own words.
package enum ConsentRefusal: Error, Sendable, Hashable {
    // What may not happen to a consent that is there.
    case impossible(in: Consent.Status)
    case deleted
    case expired
    case otherPerson
    case otherThirdParty
    case noAccount
    case accountRepeated
    case accountUnknown

    // What may not be registered.
    case permissionsEmpty
    case permissionUnsupported(Permission)
    case accountsPermissionMissing
    case transactionDirectionMissing
    case transactionDepthMissing
    case expiryInThePast
    case expiryTooFar(days: Int)
    case periodReversed
}
