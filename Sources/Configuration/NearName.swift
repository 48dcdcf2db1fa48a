import Text

/// What somebody who typed a wrong name may have meant.
enum NearName {
    /// The known name that is nearest, if one is near.
    static func nearest(to name: WireText, among known: some Sequence<WireText>) -> WireText? {
        // Nobody types so long a name by mistake, and the work grows with the square.
        guard name.byteCount <= 64 else { return nil }
        let typed = Array(name.lowercasedASCII.utf8)
        let near = known.map { (name: $0, distance: distance(typed, Array($0.lowercasedASCII.utf8))) }
            .min { $0.distance < $1.distance }
        guard let near, near.distance <= min(3, (name.byteCount + 2) / 3) else { return nil }
        return near.name
    }

    /// Letters added, left out, changed, or swapped with the next one.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], other == left[row - 1] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                line.append(best)
            }
            beforeLast = last
            last = line
        }
        return last[right.count]
    }
}
