/// Values in DER, one behind the other: ITU-T X.690 §10.1, each length in its shortest form.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    /// The tags that keys are made of.
    enum Tag: UInt8 {
        case number = 0x02
        case bits = 0x03
        case octets = 0x04
        case sequence = 0x30
        /// `[1]`, with a value inside.
        case second = 0xA1
    }

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func sequence() -> DERReader? { take(.sequence).map { DERReader($0) } }

    /// A number that is not negative, without zero bytes in front: zero has none at all.
    mutating func number() -> [UInt8]? {
        guard let bytes = take(.number), let first = bytes.first, first < 0x80 else { return nil }
        guard first == 0 else { return Array(bytes) }
        // X.690 §8.3.2: a zero byte stands only before a byte that would make the number negative.
        guard bytes.count == 1 || bytes.dropFirst().first.map({ $0 >= 0x80 }) == true else { return nil }
        return Array(bytes.dropFirst())
    }

    /// What a value of this kind holds, where the next one is such.
    mutating func take(_ tag: Tag) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == tag.rawValue, let length = length(), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }

    private mutating func length() -> Int? {
        guard let first = rest.popFirst() else { return nil }
        guard first > 0x80 else { return first == 0x80 ? nil : Int(first) }
        let count = Int(first - 0x80)
        guard count <= 2, rest.count >= count, let most = rest.first, most != 0 else { return nil }
        let length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(count)
        return length >= 0x80 ? length : nil
    }
}
