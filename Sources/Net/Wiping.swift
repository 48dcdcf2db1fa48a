extension [UInt8] {
    /// Overwrites what is here; what somebody else still holds stays as it is.
    mutating func wipe() {
        var bytes = mutableSpan
        for index in bytes.indices { bytes[index] = 0 }
    }

    /// Empties it, and overwrites what it held in its first so many places.
    mutating func wipe(upTo count: Int) {
        removeAll(keepingCapacity: true)
        append(addingCapacity: count) { places in
            while places.count < count { places.append(0) }
        }
        removeAll(keepingCapacity: true)
    }
}
