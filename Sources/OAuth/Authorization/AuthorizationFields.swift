package import Text

/// The parameters of an authorization request as they came: from a query, a form, or parked.
///
/// RFC 6749 §3.1: a parameter without a value counts as absent, an unknown one is ignored.
package struct AuthorizationFields: Sendable, Hashable {
    private let values: [Parameter: WireText]
    private let repeated: Set<Parameter>
    /// The values of `resource`, which alone may come more than once: RFC 8707 §2.
    package let resources: [WireText]
    /// How they came.
    package let arrival: Arrival
    /// The fields again, for parking, without those that nobody reads.
    package let encoded: WireText

    /// Reads what it knows of a query or a form.
    package init(_ form: FormFields, arrival: Arrival = .plain) {
        var values: [Parameter: WireText] = [:]
        var seen: Set<Parameter> = []
        var repeated: Set<Parameter> = []
        var resources: [WireText] = []
        var known = FormFields()
        for field in form.fields {
            // A secret that was sent here by mistake must not be kept with the rest.
            guard let parameter = Parameter(name: field.name), parameter.isOfAuthorization else { continue }
            known.append(field.name, field.value)
            if parameter.mayRepeat {
                if !field.value.isEmpty { resources.append(field.value) }
                continue
            }
            if !seen.insert(parameter).inserted { repeated.insert(parameter) }
            if !field.value.isEmpty { values[parameter] = field.value }
        }
        // Of two values neither is the right one, and which came first must not matter.
        for parameter in repeated { values[parameter] = nil }
        self.values = values
        self.repeated = repeated
        self.resources = resources
        self.arrival = arrival
        encoded = WireText(known.encoded)
    }

    /// The value of a parameter that came once and with one.
    package subscript(parameter: Parameter) -> WireText? { values[parameter] }

    /// Refuses a parameter that came twice, whether or not the values agree.
    package func requireOnce(_ parameter: Parameter) throws(Refusal) {
        guard !repeated.contains(parameter) else { throw .parameterRepeated(parameter) }
    }

    /// Refuses a request in which any parameter came twice, and names the first of them by the alphabet.
    package func requireEachOnce() throws(Refusal) {
        guard let first = repeated.min(by: { $0.rawValue < $1.rawValue }) else { return }
        throw .parameterRepeated(first)
    }
}
