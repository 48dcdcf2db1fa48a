package import HTTP
package import Net

/// Why the bank's own systems gave no answer that counts; for the log, and for nobody else.
///
/// Every one of them ends the same way: nothing is shown and nothing is decided.
package enum HookFailure: Error, Sendable, Hashable {
    /// More questions wait than are asked at once.
    case busy
    /// It could not be reached, did not answer in time, or answered too much.
    case unreachable(NetFailure)
    /// Anything but 200; redirects are not followed.
    case status(Status)
    /// No JSON, or not in the form that the event has.
    case malformed(String)
    /// It would open more than was asked for; the name says what.
    case wider(String)
    /// It takes away in a way that cannot be kept; the name says what.
    case unkept(String)
}
