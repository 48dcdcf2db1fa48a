internal import CLinux

/// `errno`, and its words.
enum SystemError {
    static var last: Int32 { assent_errno() }

    static func text(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        unsafe assent_error_text(number, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
