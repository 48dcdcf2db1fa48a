/// The style blocks of a rendered page, for the digests in its content security policy.
package enum InlineStyles {
    /// The bytes between each `<style>` and `</style>`, exactly as a browser hashes them.
    package static func contents(of page: [UInt8]) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        var rest = page[...]
        while let start = rest.range(of: opening), let end = rest[start.upperBound...].range(of: closing) {
            contents.append(Array(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return contents
    }

    private static let opening = Array("<style>".utf8)
    private static let closing = Array("</style>".utf8)
}

extension ArraySlice<UInt8> {
    fileprivate func range(of wanted: [UInt8]) -> Range<Int>? {
        var start = startIndex
        while start + wanted.count <= endIndex {
            if self[start..<(start + wanted.count)].elementsEqual(wanted) { return start..<(start + wanted.count) }
            start += 1
        }
        return nil
    }
}
