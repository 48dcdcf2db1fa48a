package import Text

/// A value that may stand in a header line: it cannot end the line.
///
/// There is no way to write a value that was not checked here, so that no caller can split an answer,
/// whatever reached it.
package struct FieldValue: Sendable, Hashable {
    package let text: WireText

    /// Reads RFC 9110 §5.5: no control but the tab, and no white space at either end.
    ///
    /// Each byte is looked at: CR LF is a single `Character`, so that a search for "\n" would miss it.
    package init?(_ text: WireText) {
        let bytes = text.utf8.span
        // Without an early way out the loop is done many bytes at a time.
        var refused: UInt8 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            refused |= byte.markOfControl & ~byte.mark(ofSame: .horizontalTab) | byte.mark(ofSame: 0x7F)
        }
        guard refused == 0 else { return nil }
        if let first = text.utf8.first, first.isFieldSpace { return nil }
        if let last = text.utf8.last, last.isFieldSpace { return nil }
        self.text = text
    }

    package init(_ number: Int) {
        text = WireText(String(number))
    }
}

/// Only what stands in our source is taken without asking; a text put together at run time has to
/// pass the initialiser that can fail, because interpolation is not a literal here.
extension FieldValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        guard let checked = FieldValue(WireText(value)) else {
            preconditionFailure("A field value in our own code holds a control or ends in a space.")
        }
        self = checked
    }
}

extension FieldValue: CustomStringConvertible {
    package var description: String { text.string }
}

extension UInt8 {
    /// A byte that may stand in a field value: RFC 9110 §5.5, `VCHAR`, `obs-text`, space and tab.
    var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == .horizontalTab }

    /// Optional white space: RFC 9110 §5.6.3.
    var isFieldSpace: Bool { self == .space || self == .horizontalTab }
}
