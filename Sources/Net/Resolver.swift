internal import CLinux
package import Text

/// Names to addresses, by the system's own resolver, which may block and therefore has threads of its own.
package struct Resolver: Sendable {
    private let workers: WorkerPool

    package init(on workers: WorkerPool) {
        self.workers = workers
    }

    /// All addresses of a name, in the order in which the system would try them.
    package func addresses(of name: WireText, port: UInt16) async throws(NetFailure) -> [Address] {
        let found = try await workers.run { Self.look(name.string) }
        guard !found.isEmpty else { throw .noAddress(name) }
        return found.map { $0.with(port: port) }
    }

    private static func look(_ name: String) -> [Address] {
        guard !name.utf8.contains(0) else { return [] }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = assent_sock_stream()
        unsafe hints.ai_flags = Int32(AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe Address(entry.pointee.ai_addr, length: entry.pointee.ai_addrlen) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }
}

extension Address {
    fileprivate init?(_ pointer: UnsafeMutablePointer<sockaddr>?, length: socklen_t) {
        guard let pointer = unsafe pointer, Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
        }
        self.init(storage)
    }
}
