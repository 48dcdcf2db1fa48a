package import Text

/// The parameters of a request to the token endpoint and its neighbours, each once.
package struct TokenFields: Sendable, Hashable {
    private let values: [Parameter: WireText]

    /// RFC 6749 §3.2: no parameter twice; one without a value counts as absent.
    package init(_ form: FormFields) throws(Refusal) {
        var values: [Parameter: WireText] = [:]
        var seen: Set<Parameter> = []
        var repeated: Parameter?
        for field in form.fields {
            guard let parameter = Parameter(name: field.name) else { continue }
            if !seen.insert(parameter).inserted, repeated.map({ parameter.rawValue < $0.rawValue }) ?? true {
                repeated = parameter
            }
            if !field.value.isEmpty { values[parameter] = field.value }
        }
        // The first by the alphabet, so that the answer does not depend on the order of the fields.
        if let repeated { throw .parameterRepeated(repeated) }
        self.values = values
    }

    /// The value of a parameter that came with one.
    package subscript(parameter: Parameter) -> WireText? { values[parameter] }

    /// The value of a parameter that must be there.
    package func require(_ parameter: Parameter) throws(Refusal) -> WireText {
        guard let value = values[parameter] else { throw .parameterMissing(parameter) }
        return value
    }
}
