import COpenSSL

/// OpenSSL said no; what it said is for the log alone.
///
/// Making one empties OpenSSL's error queue, so that no later call finds the complaint of an earlier one.
package struct OpenSSLFailure: Error, Sendable, Hashable {
    /// The oldest complaint in OpenSSL's own words, without values of ours.
    package let sentence: String

    /// Takes everything that OpenSSL has to say on this thread.
    package init() {
        var oldest: String?
        var code = ERR_get_error()
        while code != 0 {
            if oldest == nil { oldest = Self.sentence(of: code) }
            code = ERR_get_error()
        }
        sentence = oldest ?? "OpenSSL gave no reason"
    }

    /// Empties the queue where the reason is of no interest.
    static func discard() {
        ERR_clear_error()
    }

    private static func sentence(of code: UInt) -> String {
        guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
        return unsafe String(cString: reason)
    }
}
