package import Text

/// The parameters of a request to the token endpoint and its neighbours, each once but for resources.
package struct TokenFields: Sendable, Hashable {
    /// A handful, so that looking is faster than hashing.
    private let values: [Value]
    /// The values of `resource`: RFC 8707 §2.
    package let resources: [WireText]
    /// The values of `audience`: RFC 8693 §2.1.
    package let audiences: [WireText]

    /// RFC 6749 §3.2: no parameter twice; one without a value counts as absent.
    package init(_ form: FormFields) throws(Refusal) {
        var values: [Value] = []
        var repeated: Parameter?
        var resources: [WireText] = []
        var audiences: [WireText] = []
        for field in form.fields {
            guard let parameter = Parameter(name: field.name) else { continue }
            if parameter.mayRepeat {
                guard !field.value.isEmpty else { continue }
                if parameter == .resource { resources.append(field.value) } else { audiences.append(field.value) }
                continue
            }
            if values.contains(where: { $0.parameter == parameter }),
                repeated.map({ parameter.rawValue < $0.rawValue }) ?? true
            {
                repeated = parameter
            }
            values.append(Value(parameter: parameter, text: field.value))
        }
        // The first by the alphabet, so that the answer does not depend on the order of the fields.
        if let repeated { throw .parameterRepeated(repeated) }
        self.values = values
        self.resources = resources
        self.audiences = audiences
    }

    /// The value of a parameter that came with one.
    package subscript(parameter: Parameter) -> WireText? {
        values.first { $0.parameter == parameter && !$0.text.isEmpty }?.text
    }

    /// The value of a parameter that must be there.
    package func require(_ parameter: Parameter) throws(Refusal) -> WireText {
        guard let value = self[parameter] else { throw .parameterMissing(parameter) }
        return value
    }

    private struct Value: Sendable, Hashable {
        let parameter: Parameter
        /// As it came, and perhaps empty.
        let text: WireText
    }
}
