import Text

extension JSON {
    /// The bytes of a member that is Base64url, as keys spell their numbers.
    func bytes(_ name: WireText) throws(JOSEFailure) -> [UInt8] {
        guard let text = self[name]?.text, !text.isEmpty else { throw .badKey(name) }
        guard let bytes = Base64URL.decode(text) else { throw .badBase64URL }
        return bytes
    }

    /// A text that may be missing but, where it is, is a text.
    func optionalText(_ name: WireText, else failure: (WireText) -> JOSEFailure) throws(JOSEFailure) -> WireText? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw failure(name) }
        return text
    }

    /// An object from the bytes of a token.
    static func object(_ bytes: [UInt8]) throws(JOSEFailure) -> JSON {
        let value: JSON
        do {
            value = try JSONReader.read(bytes, lengthLimit: Limits.tokenBytes)
        } catch {
            throw .badJSON(error.reason)
        }
        guard value.members != nil else { throw .notAnObject }
        return value
    }
}
