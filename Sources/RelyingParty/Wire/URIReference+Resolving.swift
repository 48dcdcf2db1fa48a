package import Text

extension URIReference {
    /// A reference as seen from a page: RFC 3986 §5.2.
    package static func resolve(_ reference: WireText, from base: WireText) -> WireText? {
        guard let base = URIReference(base), let scheme = base.scheme, let authority = base.authority else {
            return nil
        }
        // An empty reference is the page itself.
        guard !reference.isEmpty else {
            return WireText("\(scheme)://\(authority)\(base.path)\(base.query.map { "?\($0)" } ?? "")")
        }
        guard let uri = URIReference(reference) else { return nil }
        if uri.scheme != nil { return reference }
        let fragment = uri.fragment.map { "#\($0)" } ?? ""
        let query = uri.query.map { "?\($0)" } ?? ""
        if let other = uri.authority { return WireText("\(scheme)://\(other)\(uri.path)\(query)\(fragment)") }
        let path: WireText
        if uri.path.isEmpty {
            path = base.path
            guard uri.query != nil else {
                let kept = base.query.map { "?\($0)" } ?? ""
                return WireText("\(scheme)://\(authority)\(path)\(kept)\(fragment)")
            }
        } else if uri.path.hasPrefix("/") {
            path = withoutDots(uri.path)
        } else {
            let folder = base.path.split(at: UInt8(ascii: "/")).dropLast().map(\.string).joined(separator: "/")
            path = withoutDots(WireText("\(folder)/\(uri.path)"))
        }
        return WireText("\(scheme)://\(authority)\(path)\(query)\(fragment)")
    }

    /// RFC 3986 §5.2.4.
    private static func withoutDots(_ path: WireText) -> WireText {
        var kept: [WireText] = []
        let segments = path.split(at: UInt8(ascii: "/"))
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                if kept.count > 1 { kept.removeLast() }
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return WireText(kept.map(\.string).joined(separator: "/"))
    }
}
