package import JOSE
internal import OAuth
package import Text

/// What a key of ours is for: one algorithm, and nothing else.
package enum KeyKind: Sendable, Hashable {
    case signing(Algorithm)
    /// What others encrypt for us is opened with it.
    case opening(KeyEncryption)

    /// Every kind that we make.
    package static let all: [KeyKind] = signing + RequestObject.encryptions.map { .opening($0) }

    private static let signing: [KeyKind] = [.signing(.es256), .signing(.ps256), .signing(.rs256), .signing(.edDSA)]

    /// The kind of an algorithm, by its name.
    package init?(_ name: WireText) {
        guard let kind = Self.all.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// The name of the algorithm.
    package var name: WireText {
        switch self {
        case .signing(let algorithm): algorithm.name
        case .opening(let encryption): encryption.name
        }
    }

    /// What the names of its files begin with.
    var stem: String { name.lowercasedASCII.string }
}

/// A key by the name of its file, such as `es256-1.pem`: its kind, and a number that grows and never comes again.
package struct KeyName: Sendable, Hashable {
    package let kind: KeyKind
    package let number: Int

    package init(_ kind: KeyKind, _ number: Int) {
        self.kind = kind
        self.number = number
    }

    /// Reads the name of a key's file.
    package init?(file: String) {
        self.init(file, ending: ".pem")
    }

    init?(_ file: String, ending: String) {
        let name = file.dropLast(ending.count)
        guard file.hasSuffix(ending), let dash = name.lastIndex(of: "-"),
            let number = Int(name[name.index(after: dash)...]), number > 0,
            let kind = KeyKind.all.first(where: { $0.stem == name[..<dash] })
        else { return nil }
        self.init(kind, number)
        // One spelling a number, so that two files are never one key.
        guard file == "\(kind.stem)-\(number)\(ending)" else { return nil }
    }

    package var file: String { "\(kind.stem)-\(number).pem" }
}
