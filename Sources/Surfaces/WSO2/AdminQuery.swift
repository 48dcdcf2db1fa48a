import Consents
import Text

/// The parameters of an administrative request, each at most once and none that we do not know.
struct AdminQuery {
    private let fields: FormFields

    init(_ query: WireText?, names: Set<WireText>) throws(SurfaceRefusal) {
        do { fields = try FormFields(query ?? "") } catch { throw .fieldInvalid(path: "query") }
        for field in fields.fields {
            guard names.contains(field.name) else { throw .fieldUnexpected(path: Self.path(of: field.name)) }
        }
        if let name = fields.duplicatedName { throw .fieldInvalid(path: name) }
    }

    /// A parameter by one of its spellings: the documents of this API disagree about `Id` and `ID`.
    func text(_ names: WireText...) throws(SurfaceRefusal) -> WireText? {
        let values = names.compactMap { fields[$0] }
        guard values.count < 2 else { throw .fieldInvalid(path: names[0]) }
        guard let value = values.first else { return nil }
        guard (1...Self.textBytes).contains(value.byteCount) else { throw .fieldInvalid(path: names[0]) }
        return value
    }

    func required(_ names: WireText...) throws(SurfaceRefusal) -> WireText {
        let values = names.compactMap { fields[$0] }
        guard let value = values.first else { throw .fieldMissing(path: names[0]) }
        guard values.count == 1, (1...Self.textBytes).contains(value.byteCount) else {
            throw .fieldInvalid(path: names[0])
        }
        return value
    }

    /// A list with commas.
    func list(_ names: WireText...) throws(SurfaceRefusal) -> [WireText] {
        let values = names.compactMap { fields[$0] }
        guard values.count < 2 else { throw .fieldInvalid(path: names[0]) }
        guard let value = values.first, !value.isEmpty else { return [] }
        let parts = value.split(at: UInt8(ascii: ","))
        guard parts.count <= Self.listLength, parts.allSatisfy({ (1...Self.textBytes).contains($0.byteCount) }) else {
            throw .fieldInvalid(path: names[0])
        }
        return parts
    }

    /// A number in digits alone.
    func number(_ name: WireText, in range: ClosedRange<Int64>) throws(SurfaceRefusal) -> Int64? {
        guard let value = fields[name] else { return nil }
        guard (1...12).contains(value.byteCount), value.utf8.allSatisfy(\.isDigit), let number = Int64(value.string),
            range.contains(number)
        else { throw .fieldInvalid(path: name) }
        return number
    }

    /// How many are shown, and how many passed over.
    func page() throws(SurfaceRefusal) -> (limit: Int, offset: Int) {
        let limit = try number("limit", in: 1...Int64(ConsentSearch.longest)) ?? Int64(Self.usualLimit)
        let offset = try number("offset", in: 0...1_000_000_000) ?? 0
        return (Int(limit), Int(offset))
    }

    /// A span of seconds since 1970.
    func span() throws(SurfaceRefusal) -> (from: Timestamp?, to: Timestamp?) {
        let from = try number("fromTime", in: 0...Self.latest).map { Timestamp($0) }
        let to = try number("toTime", in: 0...Self.latest).map { Timestamp($0) }
        if let from, let to { guard from <= to else { throw .fieldInvalid(path: "toTime") } }
        return (from, to)
    }

    /// A name of somebody's invention is told back only where it is one that a parameter could have.
    private static func path(of name: WireText) -> WireText {
        let isName = (1...Limits.fieldNameBytes).contains(name.byteCount) && name.utf8.allSatisfy(\.isAlphanumeric)
        return isName ? name : "query"
    }

    private static let textBytes = 256
    private static let listLength = 100
    private static let usualLimit = 25
    /// The last second of the year 9999.
    private static let latest: Int64 = 253_402_300_799
}
