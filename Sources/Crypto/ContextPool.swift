import COpenSSL
import Synchronization

/// OpenSSL contexts that are set up for one key and one algorithm, lent to one thread at a time.
///
/// Setting one up costs a good part of what a signature costs.
final class ContextPool: Sendable {
    private let idle = Mutex<[OperationContext]>([])
    private let make: @Sendable () -> OperationContext?

    /// As many as threads could hold at once; more are freed.
    private static let capacity = 64

    init(make: @escaping @Sendable () -> OperationContext?) {
        self.make = make
    }

    /// Lends a context; one with which an operation went wrong is not used again.
    func lend(_ operation: (OperationContext) -> Bool) -> Bool {
        guard let context = idle.withLock({ $0.popLast() }) ?? make(), operation(context) else { return false }
        idle.withLock { idle in
            if idle.count < Self.capacity { idle.append(context) }
        }
        return true
    }
}

/// A context of OpenSSL, freed with its last user.
@safe final class OperationContext: @unchecked Sendable {
    // Only the thread that took it out of its pool works with it.
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(pointer)
    }
}
