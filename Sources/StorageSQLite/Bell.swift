import CLinux
import Glibc

/// Wakes a sleeping thread.
///
/// It rings as often as it likes and is heard once.
struct Bell: ~Copyable, Sendable {
    private let descriptor: Int32

    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        _ = eventfd_write(descriptor, 1)
    }

    /// Sleeps until the bell rings; returns at once where it rang before.
    ///
    /// May return early.
    func wait() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
