import Fuzzing
import HTTP
import Surfaces
import Text

/// What a body asks for on one of the consent APIs is the same however its JSON is spelled.
enum FuzzedConsentBody {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        var verdict = Verdict.refused
        let document = try? JSONReader.read(bytes)
        for draft in drafts {
            guard let read = try? draft(bytes) else { continue }
            verdict = .accepted
            guard let document else { throw Broken("what is no JSON was read") }
            try require((try? draft(JSONWriter.write(document))) == read, "spelled anew it is another consent")
        }
        return verdict
    }

    private static let drafts: [SurfaceAct.Draft] = (Surfaces.all + Surfaces.bank).flatMap(\.routes).compactMap {
        guard case .create(let draft, _) = $0.act else { return nil }
        return draft
    }
}
