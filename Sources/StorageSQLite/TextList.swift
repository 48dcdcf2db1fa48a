import Text

/// A list of texts, which stands in one column as a JSON array.
struct TextList: Bindable {
    let texts: [WireText]

    init(_ texts: [WireText]) {
        self.texts = texts
    }

    func bind(to statement: borrowing Statement, at position: Int32) {
        let bytes = JSONWriter.write(.array(texts.map { .text($0) }))
        WireText(String(decoding: bytes, as: UTF8.self)).bind(to: statement, at: position)
    }
}

extension Row {
    func texts(_ column: Int32) throws(SQLiteFailure) -> [WireText] {
        let bytes = try text(column).bytes
        // What we wrote was bounded when it came in.
        guard let texts = (try? JSONReader.read(bytes, lengthLimit: bytes.count))?.texts else {
            throw .corrupt("column \(column) is no list of texts")
        }
        return texts
    }
}
