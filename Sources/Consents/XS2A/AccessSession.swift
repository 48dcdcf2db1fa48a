package import Text

/// A stretch of time in which a third party and one person get to a consent: what XS2A calls a session.
package struct AccessSession: Sendable, Hashable {
    /// Its name in every URL; it proves nothing without the third party's own credential.
    package let id: Identifier<AccessSession>
    /// The same for people on the telephone; nothing is ever looked up by it.
    package let shortID: WireText
    /// Who opened it; to everybody else it is not there.
    package let thirdParty: Identifier<ThirdParty>
    /// The consent that was registered with it.
    package let consent: Identifier<Consent>
    /// Where the person is sent back to: one of the third party's redirect URIs.
    package let returnURL: WireText
    /// When it was opened.
    package let created: Timestamp
    /// The first moment at which it has timed out.
    package let expires: Timestamp
    /// When the third party closed it.
    package var closed: Timestamp?

    /// A session, as a store reads it or as it is opened.
    package init(
        id: Identifier<AccessSession>,
        shortID: WireText,
        thirdParty: Identifier<ThirdParty>,
        consent: Identifier<Consent>,
        returnURL: WireText,
        created: Timestamp,
        expires: Timestamp,
        closed: Timestamp? = nil
    ) {
        self.id = id
        self.shortID = shortID
        self.thirdParty = thirdParty
        self.consent = consent
        self.returnURL = returnURL
        self.created = created
        self.expires = expires
        self.closed = closed
    }
}

extension AccessSession {
    /// Whether anything may still be done in it.
    package func isOpen(at now: Timestamp) -> Bool {
        closed == nil && now < expires
    }

    /// What an identifier is made of: 160 random bits, more than the 128 under which names can be guessed.
    package static let identifierBytes = 20
    /// Enough to tell two sessions apart on the telephone.
    package static let shortIdentifierBytes = 5

    /// The 32 letters and digits of an identifier: RFC 4648 §7 in lower case.
    package static func spell(_ bytes: [UInt8]) -> WireText {
        spell(bytes, by: "0123456789abcdefghijklmnopqrstuv")
    }

    /// The eight letters and digits that are read out: RFC 4648 §6, in which none looks like another.
    package static func shortSpelling(of bytes: [UInt8]) -> WireText {
        spell(bytes, by: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }

    private static func spell(_ bytes: [UInt8], by alphabet: StaticString) -> WireText {
        precondition(bytes.count % 5 == 0, "Five bytes are eight letters, and there is no padding.")
        let letters = Array("\(alphabet)".utf8)
        let text = [UInt8](capacity: bytes.count / 5 * 8) { output in
            for start in stride(from: 0, to: bytes.count, by: 5) {
                let group = bytes[start..<start + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                for shift in stride(from: 35, through: 0, by: -5) {
                    output.append(letters[Int(group >> UInt64(shift) & 0x1F)])
                }
            }
        }
        return WireText(String(decoding: text, as: UTF8.self))
    }
}
