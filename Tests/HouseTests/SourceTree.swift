import Foundation
import Testing

/// The files of this repository, as they are.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file under `Sources`, in order.
    static let sources = files(under: "Sources", named: ".swift").map(SourceFile.init)

    /// What stands beside `Package.swift`.
    static let top = Set((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// Whether there is a file or a folder at this path.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The paths, seen from the root, of the files in a folder and below.
    static func files(under folder: String, named ending: String = "") -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (found?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }
}

/// A Swift file, its words told apart from its comments and literals.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// Seen from the root.
    let path: String
    let lines: [Substring]
    /// The lines again, without comments and without what stands in quotation marks.
    let code: [Substring]
    let literals: [Literal]

    struct Literal: Sendable {
        let line: Int
        let text: String
        let isInterpolated: Bool
    }

    init(_ path: String) {
        self.init(path, SourceTree.text(path))
    }

    init(_ path: String, _ text: String) {
        self.path = path
        var scanner = SourceScanner(text)
        scanner.scan()
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = String(decoding: scanner.code, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        literals = scanner.literals
    }

    /// The folder under `Sources`, which is the target.
    var target: Substring { path.split(separator: "/").dropFirst().first ?? "" }

    var testDescription: String { path }

    /// The lines, counted from 1, whose code matches.
    func lines(matching pattern: some RegexComponent) -> [Int] {
        code.indices.filter { !code[$0].isEmpty && code[$0].contains(pattern) }.map { $0 + 1 }
    }
}
