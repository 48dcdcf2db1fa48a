internal import CLinux

/// The loops of a process, one a core.
package struct LoopGroup: Sendable {
    package let loops: [EventLoop]

    /// Starts `count` loops, or one for each core this process may use.
    package init(count: Int = Self.cores) throws(NetFailure) {
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) { loops.append(try EventLoop(index: index)) }
        self.loops = loops
    }

    /// The cores this process may use, which in a container are fewer than there are.
    package static var cores: Int { Int(assent_cores()) }

    /// Ends the threads once everything given to them is done.
    package func stop() {
        for loop in loops { loop.stop() }
    }
}
