internal import CLinux

/// A thread of the system, for loops and workers; everything else runs on one of those.
enum SystemThread {
    /// Starts a thread that ends with `body` and is waited for by nobody.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(NetFailure) {
        var thread = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let failure = unsafe pthread_create(&thread, nil, Start.run, start)
        guard failure == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(start).release()
            throw .system("pthread_create", failure)
        }
        pthread_detach(thread)
    }
}

/// What a new thread is given to begin with.
private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
        unsafe assent_name_this_thread(start.name)
        start.body()
        return nil
    }
}
