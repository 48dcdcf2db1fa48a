extension [UInt8] {
    /// What stands before the first line feed, and what stands behind it: targets that take two texts cut their input so.
    package var halves: (first: [UInt8], second: [UInt8]) {
        guard let cut = firstIndex(of: 0x0A) else { return (self, []) }
        return (Array(self[..<cut]), Array(self[(cut + 1)...]))
    }

    /// A place to cut the bytes in two that follows from the bytes themselves.
    package var cut: Int {
        guard !isEmpty else { return 0 }
        var mixed: UInt32 = 2_166_136_261
        for byte in self { mixed = (mixed ^ UInt32(byte)) &* 16_777_619 }
        return Int(mixed % UInt32(count))
    }
}
