extension [UInt8] {
    /// Overwrites what is here; what somebody else still holds stays as it is.
    mutating func wipe() {
        var bytes = mutableSpan
        bytes.update(repeating: 0)
    }

    /// Overwrites the first so many places, whatever is in them now.
    mutating func wipe(upTo count: Int) {
        removeAll(keepingCapacity: true)
        append(addingCapacity: count) { places in places.append(repeating: 0, count: count) }
    }
}
