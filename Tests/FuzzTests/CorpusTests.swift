import Foundation
import FuzzedHTTP
import FuzzedJOSE
import FuzzedMustache
import FuzzedOAuth
import FuzzedText
import Fuzzing
import Testing

/// Inputs that fuzzing has found worth keeping, through the same checks in every run.
struct CorpusTests {
    static let targets =
        FuzzedText.targets + FuzzedHTTP.targets + FuzzedMustache.targets + FuzzedJOSE.targets + FuzzedOAuth.targets

    static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus")

    @Test(arguments: targets)
    func `what fuzzing has found is read or refused as it must be`(target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target.name)
        var verdicts: Set<Verdict> = []
        for (name, bytes) in inputs {
            do throws(Broken) { verdicts.insert(try target.check(bytes)) } catch {
                Issue.record("\(target.name)/\(name): \(error.sentence)")
            }
        }
        // A check that never gets to its end, and one that nothing stops, would prove nothing.
        #expect(verdicts == [.accepted, .refused])
    }

    @Test(arguments: targets)
    func `every beginning of every input is read or refused as it must be`(target: FuzzTarget) throws {
        for (name, bytes) in try Self.inputs(of: target.name) where bytes.count <= 160 {
            for end in bytes.indices {
                do throws(Broken) { _ = try target.check(Array(bytes[..<end])) } catch {
                    Issue.record("\(target.name)/\(name) up to \(end): \(error.sentence)")
                }
            }
        }
    }

    @Test func `every target has its folder and its own name, and the whole is small`() throws {
        let names = Self.targets.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path).sorted() == names.sorted())
        let bytes = try names.flatMap(Self.inputs).map(\.bytes.count).reduce(0, +)
        #expect((10_000..<250_000).contains(bytes))
    }

    /// Files that people wrote, and what fuzzing has found with one input a line.
    private static func inputs(of target: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = corpus.appending(path: target)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().flatMap { name in
            let data = try Data(contentsOf: folder.appending(path: name))
            guard name == "found.base64" else { return [(name, Array(data))] }
            return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
                ("\(name):\(number + 1)", Array(try #require(Data(base64Encoded: line))))
            }
        }
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    public var testDescription: String { name }
}
