package import Text

/// What a refusal is called on a surface.
package struct SurfaceError: Sendable, Hashable {
    /// The word that programs read.
    package let code: WireText
    /// The sentence that stands beside it.
    package let sentence: WireText
    /// Whose words these are.
    package let manual: WireText
}

extension Surfaces {
    /// What each error of a consent API means, once for each sentence; the first refusal is the one that it is made for.
    package static var errors: [(error: SurfaceError, refusal: SurfaceRefusal)] {
        var told: Set<SurfaceError> = []
        return (all + sandbox + bank + admin).flatMap { surface in
            SurfaceRefusal.each.compactMap { refusal in
                guard let error = surface.error(for: refusal), told.insert(error).inserted else { return nil }
                return (error, refusal)
            }
        }
    }
}
