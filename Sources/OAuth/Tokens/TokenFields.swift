package import Text

/// The parameters of a request to the token endpoint and its neighbours, each once but for resources.
package struct TokenFields: Sendable, Hashable {
    private let values: [Parameter: WireText]
    /// The values of `resource`: RFC 8707 §2.
    package let resources: [WireText]
    /// The values of `audience`: RFC 8693 §2.1.
    package let audiences: [WireText]

    /// RFC 6749 §3.2: no parameter twice; one without a value counts as absent.
    package init(_ form: FormFields) throws(Refusal) {
        var values: [Parameter: WireText] = [:]
        var seen: Set<Parameter> = []
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
            if !seen.insert(parameter).inserted, repeated.map({ parameter.rawValue < $0.rawValue }) ?? true {
                repeated = parameter
            }
            if !field.value.isEmpty { values[parameter] = field.value }
        }
        // The first by the alphabet, so that the answer does not depend on the order of the fields.
        if let repeated { throw .parameterRepeated(repeated) }
        self.values = values
        self.resources = resources
        self.audiences = audiences
    }

    /// The value of a parameter that came with one.
    package subscript(parameter: Parameter) -> WireText? { values[parameter] }

    /// The value of a parameter that must be there.
    package func require(_ parameter: Parameter) throws(Refusal) -> WireText {
        guard let value = values[parameter] else { throw .parameterMissing(parameter) }
        return value
    }
}
