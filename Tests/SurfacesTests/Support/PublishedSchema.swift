import Foundation
import Text

/// A published description of the UK API, and whether a document is as it says.
///
/// A word of JSON Schema that is not known here fails the check, so that nothing passes for being overlooked.
struct PublishedSchema {
    private let definitions: JSON

    /// What was published lies beside the repository, and not everybody has it.
    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    static let seed = PublishedSchema(file: "account-info-v3.1.1-swagger.json")
    static let newest = PublishedSchema(file: "account-info-v3.1.11-openapi.json")

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/obie")

    private init(file: String) {
        let bytes = (try? Data(contentsOf: Self.folder.appending(path: file))).map { [UInt8]($0) } ?? []
        let description = (try? JSONReader.read(bytes, lengthLimit: 4_000_000, depthLimit: 128)) ?? .null
        definitions = description["definitions"] ?? description["components"]?["schemas"] ?? .null
    }

    /// What is wrong with a document; empty where nothing is.
    func problems(of document: JSON, as name: WireText) -> [String] {
        guard let schema = definitions[name] else { return ["There is no definition \(name)."] }
        return problems(document, schema, at: "$")
    }

    private func problems(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        if let reference = schema["$ref"]?.text {
            guard let name = reference.split(at: UInt8(ascii: "/")).last, let schema = definitions[name] else {
                return ["\(path): refers to \(reference), which is not there"]
            }
            return problems(value, schema, at: path)
        }
        var problems: [String] = []
        func expect(_ holds: Bool, _ sentence: String) {
            if !holds { problems.append("\(path): \(sentence)") }
        }
        let length = value.text.map { $0.string.unicodeScalars.count }
        for word in schema.members ?? [] {
            switch word.name {
            case "description", "title", "example", "default", "x-namespaced-enum": break
            case "type": expect(Self.isType(value, word.value.text), "is \(value.kind)")
            case "enum": expect(word.value.array?.contains(value) ?? false, "is not among the words")
            case "pattern":
                let pattern = (word.value.text?.string).flatMap { try? Regex($0) }
                let matches = pattern.map { value.text?.string.wholeMatch(of: $0) != nil } ?? false
                expect(matches, "does not match")
            case "minLength": expect(length ?? 0 >= word.value.integer ?? 0, "is too short")
            case "maxLength": expect(length ?? 0 <= word.value.integer ?? 0, "is too long")
            case "minItems": expect(value.array?.count ?? 0 >= word.value.integer ?? 0, "has too few elements")
            case "maxItems": expect(value.array?.count ?? 0 <= word.value.integer ?? 0, "has too many elements")
            case "minProperties": expect(value.members?.count ?? 0 >= word.value.integer ?? 0, "has too few members")
            case "required":
                for name in word.value.texts ?? [] { expect(value[name] != nil, "lacks \(name)") }
            case "additionalProperties":
                guard word.value == false else { break }
                for member in value.members ?? [] {
                    expect(schema["properties"]?[member.name] != nil, "has \(member.name)")
                }
            case "properties":
                for member in value.members ?? [] {
                    guard let schema = word.value[member.name] else { continue }
                    problems += self.problems(member.value, schema, at: "\(path).\(member.name)")
                }
            case "items":
                for (index, element) in (value.array ?? []).enumerated() {
                    problems += self.problems(element, word.value, at: "\(path)[\(index)]")
                }
            case "format":
                switch word.value.text {
                case "date-time": expect(value.text.flatMap(Timestamp.init(rfc3339:)) != nil, "is no date-time")
                case "uri": expect(value.text.flatMap(URIReference.init)?.scheme != nil, "is no URI")
                case "int32": expect(value.integer.flatMap(Int32.init(exactly:)) != nil, "is no int32")
                default: expect(false, "has a format that is unknown here")
                }
            default: expect(false, "has the word \(word.name), which is unknown here")
            }
        }
        return problems
    }

    private static func isType(_ value: JSON, _ type: WireText?) -> Bool {
        switch type {
        case "object": value.members != nil
        case "array": value.array != nil
        case "string": value.text != nil
        case "integer": value.integer != nil
        case "boolean": value.boolean != nil
        default: false
        }
    }
}
