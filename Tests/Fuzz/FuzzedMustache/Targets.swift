package import Fuzzing

/// Readers of `Mustache`.
package enum FuzzedMustache {
    package static let targets = [
        FuzzTarget("plural-rules", FuzzedPluralRules.check),
        FuzzTarget("sentence", FuzzedSentence.check),
        FuzzTarget("template", FuzzedTemplate.check),
        FuzzTarget("view", FuzzedView.check),
    ]
}
