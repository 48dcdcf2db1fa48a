import HTTP
import Surfaces
import Testing
import Text

struct SurfaceErrorTests {
    static let surfaces = Surfaces.all + Surfaces.sandbox + Surfaces.bank + Surfaces.admin

    @Test(arguments: SurfaceRefusal.each)
    func `what is explained of an error is what was sent`(refusal: SurfaceRefusal) {
        let reference = UUID(random: [UInt8](repeating: 7, count: 16))
        for surface in Self.surfaces {
            let sent = String(decoding: surface.answer(refusal, reference: reference).body, as: UTF8.self)
            guard let error = surface.error(for: refusal) else {
                #expect(sent.isEmpty, "\(surface.name)")
                continue
            }
            #expect(sent.contains("\"\(error.code)\""), "\(surface.name)")
            #expect(sent.contains("\"\(error.sentence)\""), "\(surface.name)")
            #expect(Surfaces.errors.contains { $0.error == error }, "\(surface.name)")
        }
    }

    @Test func `every word of a surface is explained, each sentence once`() {
        let errors = Surfaces.errors.map(\.error)
        #expect(Set(errors).count == errors.count)
        for code in KonsentusError.allCases.map(\.code) {
            #expect(errors.contains { $0.code == code }, "\(code)")
        }
        for (error, refusal) in Surfaces.errors {
            #expect(!refusal.explanation.cause.isEmpty && !refusal.explanation.fix.isEmpty, "\(error.code)")
        }
    }
}
