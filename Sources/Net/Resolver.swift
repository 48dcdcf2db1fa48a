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

    /// The same, but no longer than until the deadline: a server of names may be as slow as any other.
    func addresses(
        of name: WireText,
        port: UInt16,
        until deadline: Deadline,
        on loop: isolated EventLoop
    ) async throws(NetFailure) -> [Address] {
        // One that is given up still holds its place among those who look, so that there is a bound to them.
        let found = await loop.value(until: deadline) { () async -> Result<[Address], NetFailure> in
            do throws(NetFailure) {
                return .success(try await addresses(of: name, port: port))
            } catch { return .failure(error) }
        }
        guard let found else { throw .late(.lookup) }
        return try found.get()
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
