package import Crypto
package import Text

/// The one-time tokens of a consent: of all that there ever were, the newest lives.
///
/// Only their SHA-256 is here. A value never changes; the store keeps the next one only where `version` is still
/// the one that was read, so that of all who use a token at once one gets its successor.
package struct ConsentTokenChain: Sendable, Hashable {
    package let consent: Identifier<Consent>
    /// Whose tokens they are; to everybody else they are nothing.
    package let thirdParty: Identifier<ThirdParty>
    /// When the consent ended, as it stood when the chain was opened; after that nobody asks for it.
    package let expires: Timestamp
    /// The number of the token that lives, from 1.
    package var generation: Int
    package var live: Fingerprint
    /// The token before it, where that one was used for it.
    package var preceding: Fingerprint?
    /// When the token that lives was made.
    package var rotated: Timestamp
    package var quota: UseQuota
    /// Counts writes, from 1.
    package var version: Int

    /// A chain, as a store reads it.
    package init(
        consent: Identifier<Consent>,
        thirdParty: Identifier<ThirdParty>,
        expires: Timestamp,
        generation: Int,
        live: Fingerprint,
        preceding: Fingerprint?,
        rotated: Timestamp,
        quota: UseQuota,
        version: Int
    ) {
        self.consent = consent
        self.thirdParty = thirdParty
        self.expires = expires
        self.generation = generation
        self.live = live
        self.preceding = preceding
        self.rotated = rotated
        self.quota = quota
        self.version = version
    }

    /// The chain of a consent that has had no token yet.
    package init(opening consent: Consent, with token: Fingerprint, at now: Timestamp) {
        self.init(
            consent: consent.id,
            thirdParty: consent.thirdParty,
            expires: consent.lifetime.expires ?? now,
            generation: 1,
            live: token,
            preceding: nil,
            rotated: now,
            quota: .unused(at: now),
            version: 1
        )
    }
}

/// What the bank allows with consent tokens.
package struct ConsentTokenPolicy: Sendable, Hashable {
    /// For so many seconds the token before the living one may come again, as it does when an answer was lost; it
    /// gets the same successor and counts as a use.
    package var graceSeconds: Int
    /// Uses of one consent on one day without its person.
    package var unattendedUses: Int
    /// Uses of one consent on one day with its person there.
    package var attendedUses: Int

    /// By default a token is accepted once, and as often as the law has it.
    package init(
        graceSeconds: Int = 0,
        unattendedUses: Int = Limits.unattendedUses,
        attendedUses: Int = Limits.attendedUses
    ) {
        self.graceSeconds = graceSeconds
        self.unattendedUses = unattendedUses
        self.attendedUses = attendedUses
    }
}

/// A token as somebody presents it, and what would come after it.
package struct ConsentTokenUse: Sendable, Hashable {
    package let token: Fingerprint
    /// The number that we signed into it.
    package let generation: Int
    /// Derived from the token, so that whoever repeats it can be told the same again.
    package let successor: Fingerprint
    package let thirdParty: Identifier<ThirdParty>
    /// Whether the person is there while the call is made.
    package let isAttended: Bool

    package init(
        token: Fingerprint,
        generation: Int,
        successor: Fingerprint,
        thirdParty: Identifier<ThirdParty>,
        isAttended: Bool
    ) {
        self.token = token
        self.generation = generation
        self.successor = successor
        self.thirdParty = thirdParty
        self.isAttended = isAttended
    }
}

/// Why a token opens nothing; none of these changes the chain.
package enum ConsentTokenRefusal: Error, Sendable, Hashable {
    /// Not one of this chain, or not this third party's: which of the two is not told.
    case invalid
    /// Used before; a newer one lives, and goes on living.
    case used
    case quotaSpent(until: Timestamp)
}

extension ConsentTokenChain {
    /// The chain after a use of one of its tokens, whose answer carries the successor.
    package func used(
        by use: ConsentTokenUse,
        under policy: ConsentTokenPolicy,
        at now: Timestamp
    ) throws(ConsentTokenRefusal) -> ConsentTokenChain {
        guard use.thirdParty == thirdParty else { throw .invalid }
        if use.token == live {
            var next = try counting(use, under: policy, at: now)
            next.generation += 1
            next.live = use.successor
            next.preceding = use.token
            next.rotated = now
            return next
        }
        guard use.generation < generation else { throw .invalid }
        guard use.token == preceding, (0..<Int64(policy.graceSeconds)).contains(now.since(rotated)) else {
            throw .used
        }
        return try counting(use, under: policy, at: now)
    }

    /// The chain after its consent was fetched once more: the new token replaces the living one.
    ///
    /// Whoever lost the answer of the first fetch has nothing to repeat, and two living tokens there must not be.
    package func reopened(with token: Fingerprint, at now: Timestamp) -> ConsentTokenChain {
        var next = self
        next.generation += 1
        next.live = token
        next.preceding = nil
        next.rotated = now
        next.version += 1
        return next
    }

    private func counting(
        _ use: ConsentTokenUse,
        under policy: ConsentTokenPolicy,
        at now: Timestamp
    ) throws(ConsentTokenRefusal) -> ConsentTokenChain {
        var next = self
        next.quota = try quota.counting(attended: use.isAttended, within: policy, at: now)
        next.version += 1
        return next
    }
}
