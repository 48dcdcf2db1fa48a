package import Text

/// Blocks of Base64 between labelled lines: RFC 7468, read strictly.
package enum PEM {
    package struct Block: Sendable, Hashable {
        package let label: WireText
        package let bytes: [UInt8]

        package init(label: WireText, bytes: [UInt8]) {
            self.label = label
            self.bytes = bytes
        }
    }

    /// What was read, or nothing at all where any part of it is not PEM.
    package struct Blocks: Sendable, Hashable {
        package let blocks: [Block]

        /// The block, where there is exactly one.
        package var only: Block? { blocks.count == 1 ? blocks.first : nil }
    }

    /// Reads all blocks; text outside of them is explanation, which RFC 7468 §5.2 allows.
    package static func read(_ text: WireText) -> Blocks {
        var blocks: [Block] = []
        var label: WireText?
        var letters: [UInt8] = []
        for line in text.split(at: .newline) {
            let line = line.withoutTrailingSpace
            if let open = label {
                if line == WireText("-----END \(open)-----") {
                    guard let encoded = WireText(letters), let bytes = Base64.decode(encoded), !bytes.isEmpty else {
                        return Blocks(blocks: [])
                    }
                    blocks.append(Block(label: open, bytes: bytes))
                    label = nil
                } else {
                    letters += line.bytes
                }
            } else if let begun = line.labelOfBegin {
                label = begun
                letters = []
            }
        }
        return Blocks(blocks: label == nil ? blocks : [])
    }

    package static func write(_ block: Block) -> String {
        var text = "-----BEGIN \(block.label)-----\n"
        var rest = Base64.encode(block.bytes)[...]
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(block.label)-----\n"
    }
}

extension WireText {
    fileprivate var withoutTrailingSpace: WireText {
        var rest = utf8[...]
        while let last = rest.last, last == .space || last == .horizontalTab || last == .carriageReturn {
            rest.removeLast()
        }
        return WireText(rest)
    }

    fileprivate var labelOfBegin: WireText? {
        let begin: WireText = "-----BEGIN "
        guard hasPrefix(begin), string.utf8.count > begin.byteCount + 5 else { return nil }
        let rest = utf8.dropFirst(begin.byteCount)
        guard rest.suffix(5).elementsEqual("-----".utf8) else { return nil }
        return WireText(rest.dropLast(5))
    }
}
