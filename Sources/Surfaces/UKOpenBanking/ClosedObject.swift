import Text

/// An object that has no members but those that it may have, and knows where it stands.
struct ClosedObject {
    private let members: [JSON.Member]
    private let location: WireText?

    /// Reads a whole body.
    init(body: [UInt8], names: [WireText]) throws(SurfaceRefusal) {
        let value: JSON
        do { value = try JSONReader.read(body) } catch { throw .bodyMalformed }
        guard let members = value.members else { throw .bodyMalformed }
        try self.init(members, at: nil, names: names)
    }

    private init(_ members: [JSON.Member], at location: WireText?, names: [WireText]) throws(SurfaceRefusal) {
        self.members = members
        self.location = location
        for member in members {
            guard names.contains(member.name) else { throw .fieldUnexpected(path: path(of: member.name)) }
        }
    }

    /// A text that may be missing, but not be empty.
    func text(_ name: WireText) throws(SurfaceRefusal) -> WireText? {
        guard let value = self[name] else { return nil }
        guard let text = value.text, !text.isEmpty else { throw .fieldInvalid(path: path(of: name)) }
        return text
    }

    /// A text that must be there.
    func requireText(_ name: WireText) throws(SurfaceRefusal) -> WireText {
        guard let text = try text(name) else { throw .fieldMissing(path: path(of: name)) }
        return text
    }

    subscript(name: WireText) -> JSON? {
        members.first { $0.name == name }?.value
    }

    /// A member that must be there and be an object.
    func object(_ name: WireText, names: [WireText]) throws(SurfaceRefusal) -> ClosedObject {
        guard let value = self[name] else { throw .fieldMissing(path: path(of: name)) }
        guard let members = value.members else { throw .fieldInvalid(path: path(of: name)) }
        return try ClosedObject(members, at: path(of: name), names: names)
    }

    /// Where a member stands, such as `Data.Permissions`.
    ///
    /// A name of somebody's invention is told back only where it is one that a field could have.
    func path(of name: WireText) -> WireText {
        guard name.byteCount <= Limits.fieldNameBytes, !name.isEmpty, name.utf8.allSatisfy(\.isOfFieldName) else {
            return location ?? "Data"
        }
        guard let location else { return name }
        return WireText("\(location).\(name)")
    }
}

extension UInt8 {
    fileprivate var isOfFieldName: Bool { isAlphanumeric || self == UInt8(ascii: "_") }
}
