/// What templates may do.
package struct TemplateRules: Sendable {
    /// Whether `{{{name}}}` and `{{&name}}` put a value in as it is.
    package let allowsUnescaped: Bool
    /// Whether a partial may call itself, as deep as the view goes and `Limits.templateDepth` allows.
    package let allowsRecursion: Bool
    /// Whether a partial that is not there is an empty one.
    package let allowsMissingPartials: Bool

    /// Pages that people see: everything escaped, everything there, an end in sight.
    package static let pages = TemplateRules(
        allowsUnescaped: false,
        allowsRecursion: false,
        allowsMissingPartials: false
    )

    /// All that the Mustache specification allows.
    package static let specification = TemplateRules(
        allowsUnescaped: true,
        allowsRecursion: true,
        allowsMissingPartials: true
    )
}
