package import Text

/// Public keys, as they are served and as they are fetched: RFC 7517 §5.
package struct JWKSet: Sendable, Hashable {
    package let keys: [JWK]

    package static let empty = JWKSet(keys: [])

    /// Refuses two keys under one name, because a header could mean either.
    package init(_ keys: [JWK]) throws(JOSEFailure) {
        guard keys.count <= Limits.keysInSet else { throw .tooManyKeys }
        var names: Set<WireText> = []
        for name in keys.compactMap(\.keyID) {
            guard names.insert(name).inserted else { throw .duplicateKeyID(name) }
        }
        self.keys = keys
    }

    private init(keys: [JWK]) {
        self.keys = keys
    }

    /// Reads a set; keys that we have no use for are passed over, and bad ones refuse the whole.
    ///
    /// RFC 7517 §5 would pass over bad ones as well. A client that registers a weak key shall hear of it.
    package init(_ json: JSON) throws(JOSEFailure) {
        guard let elements = json["keys"]?.array else { throw .badKey("keys") }
        guard elements.count <= Limits.keysInSet else { throw .tooManyKeys }
        var keys: [JWK] = []
        var names: Set<WireText> = []
        for element in elements {
            if let name = element["kid"]?.text, !names.insert(name).inserted { throw .duplicateKeyID(name) }
            do throws(JOSEFailure) {
                keys.append(try JWK(element))
            } catch .unsupportedKey {
                continue
            } catch {
                throw error
            }
        }
        self.keys = keys
    }

    /// Reads a document as it was fetched.
    package init(_ bytes: [UInt8]) throws(JOSEFailure) {
        let json: JSON
        do { json = try JSONReader.read(bytes) } catch { throw .badJSON(error.reason) }
        try self.init(json)
    }

    package var json: JSON {
        .object([.init("keys", .array(keys.map(\.json)))])
    }
}
