import Consents
import Text

/// The body of a request: members that are not known are none of ours, because the API has many more than these.
struct KlarnaBody {
    private let members: [JSON.Member]
    private let location: WireText?

    /// Reads a body; one of no bytes is the same as one without members.
    init(_ body: [UInt8]) throws(SurfaceRefusal) {
        location = nil
        guard !body.isEmpty else {
            members = []
            return
        }
        let value: JSON
        do { value = try JSONReader.read(body) } catch { throw .bodyMalformed }
        guard let members = value.members else { throw .bodyMalformed }
        self.members = members
    }

    private init(_ members: [JSON.Member], at location: WireText) {
        self.members = members
        self.location = location
    }

    var names: [WireText] { members.map(\.name) }

    /// Where a member stands, such as `consent_scope.lifetime`.
    func path(of name: WireText) -> WireText {
        // A name of somebody's invention is not told back.
        let isPlain =
            name.byteCount <= Limits.fieldNameBytes && name.utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x5F }
        guard isPlain else { return location ?? "body" }
        return location.map { WireText("\($0).\(name)") } ?? name
    }

    func object(_ name: WireText) throws(SurfaceRefusal) -> KlarnaBody? {
        guard let value = self[name] else { return nil }
        guard let members = value.members else { throw .fieldInvalid(path: path(of: name)) }
        return KlarnaBody(members, at: path(of: name))
    }

    func text(_ name: WireText, upTo limit: Int) throws(SurfaceRefusal) -> WireText? {
        guard let value = self[name] else { return nil }
        guard let text = value.text, (1...limit).contains(text.byteCount) else {
            throw .fieldInvalid(path: path(of: name))
        }
        return text
    }

    func requiredText(_ name: WireText, upTo limit: Int) throws(SurfaceRefusal) -> WireText {
        guard let text = try text(name, upTo: limit) else { throw .fieldMissing(path: path(of: name)) }
        return text
    }

    func integer(_ name: WireText, in range: ClosedRange<Int>) throws(SurfaceRefusal) -> Int? {
        guard let value = self[name] else { return nil }
        guard let integer = value.integer.flatMap({ Int(exactly: $0) }), range.contains(integer) else {
            throw .fieldInvalid(path: path(of: name))
        }
        return integer
    }

    /// The first moment of a day that is given as `2026-01-31`.
    func day(_ name: WireText) throws(SurfaceRefusal) -> Timestamp? {
        guard let value = self[name] else { return nil }
        guard let text = value.text, text.byteCount == 10, let day = Timestamp(rfc3339: WireText("\(text)T00:00:00Z"))
        else {
            throw .dateInvalid(path: path(of: name))
        }
        return day
    }

    /// The days from `from_date` to `to_date`, both of them included.
    func days() throws(SurfaceRefusal) -> TransactionPeriod {
        let from = try day("from_date")
        let to = try day("to_date")
        if let from, let to, from > to { throw .dateInvalid(path: path(of: "to_date")) }
        return TransactionPeriod(from: from, to: to.map { $0 + (Self.secondsADay - 1) })
    }

    /// Whether the person is there: said by what their device is called, and where it is.
    func hasPerson() throws(SurfaceRefusal) -> Bool {
        guard let psu = try object("psu") else { return false }
        _ = try psu.requiredText("user_agent", upTo: Limits.headerFieldBytes)
        let address = try psu.requiredText("ip_address", upTo: Limits.ipAddressBytes)
        guard IPAddress.isWellFormed(address) else { throw .fieldInvalid(path: psu.path(of: "ip_address")) }
        return true
    }

    /// A member that is there; `null` is not.
    subscript(name: WireText) -> JSON? {
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    static let secondsADay = 86_400
}
