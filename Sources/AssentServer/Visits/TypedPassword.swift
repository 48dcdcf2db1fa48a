internal import Crypto
internal import Text

/// What somebody typed for a password: in memory that is wiped, and once it was read nowhere else.
final class TypedPassword: Sendable {
    let secret: Secret

    private init(_ secret: consuming Secret) {
        self.secret = secret
    }

    /// Takes the value of the field out of a form, whose other fields are left as they are.
    ///
    /// A field whose name is spelled in another way is no field of our pages.
    ///
    /// - Returns: `nil` where there is no password, or none that is text.
    static func take(from form: inout [UInt8]) -> TypedPassword? {
        guard let range = value(of: Array("password=".utf8), in: form),
            let password = decode(form, in: range), password.isText
        else { return nil }
        for index in range { form[index] = 0 }
        form.removeSubrange(range)
        return password
    }

    private var isText: Bool { secret.withBytes { bytes in Self.isText(bytes) } }

    private static func isText(_ bytes: borrowing Span<UInt8>) -> Bool {
        guard (try? UTF8Span(validating: copy bytes)) != nil else { return false }
        return true
    }

    private static func value(of name: [UInt8], in form: [UInt8]) -> Range<Int>? {
        var start = 0
        while start < form.count {
            let end = form[start...].firstIndex(of: UInt8(ascii: "&")) ?? form.count
            if form[start..<end].starts(with: name) { return start + name.count..<end }
            start = end + 1
        }
        return nil
    }

    private static func decode(_ form: [UInt8], in range: Range<Int>) -> TypedPassword? {
        var count = 0
        var index = range.lowerBound
        while index < range.upperBound {
            if form[index] == UInt8(ascii: "%") {
                guard index + 2 < range.upperBound, form[index + 1].hexValue != nil, form[index + 2].hexValue != nil
                else {
                    return nil
                }
                index += 2
            }
            index += 1
            count += 1
        }
        index = range.lowerBound
        let secret = Secret(byteCount: count) {
            defer { index += 1 }
            switch form[index] {
            case UInt8(ascii: "+"): return .space
            case UInt8(ascii: "%"):
                index += 2
                return (form[index - 1].hexValue ?? 0) << 4 | (form[index].hexValue ?? 0)
            default: return form[index]
            }
        }
        return TypedPassword(secret)
    }
}
