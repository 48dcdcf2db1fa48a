package import Text

/// The parameters of an authorization request as they came: from a query, a form, or parked.
///
/// RFC 6749 §3.1: a parameter without a value counts as absent, an unknown one is ignored.
package struct AuthorizationFields: Sendable, Hashable {
    /// Those that came once and with a value; not many, so that looking is faster than hashing.
    private let values: [Value]
    private let repeated: [Parameter]
    /// The values of `resource`, which alone may come more than once: RFC 8707 §2.
    package let resources: [WireText]
    /// How they came.
    package let arrival: Arrival
    /// The fields again, without those that nobody reads.
    private let known: FormFields

    /// Reads what it knows of a query or a form.
    package init(_ form: FormFields, arrival: Arrival = .plain) {
        var values: [Value] = []
        var repeated: [Parameter] = []
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
            if values.contains(where: { $0.parameter == parameter }) { repeated.append(parameter) }
            values.append(Value(parameter: parameter, text: field.value))
        }
        // Of two values neither is the right one, and which came first must not matter.
        self.values = values.filter { !$0.text.isEmpty && !repeated.contains($0.parameter) }
        self.repeated = repeated
        self.resources = resources
        self.arrival = arrival
        self.known = known
    }

    /// The fields again, for parking.
    package var encoded: WireText { WireText(known.encoded) }

    /// The value of a parameter that came once and with one.
    package subscript(parameter: Parameter) -> WireText? {
        // By their places: a value that is only looked at is not taken out.
        let fields = values.span
        for index in fields.indices where fields[index].parameter == parameter { return fields[index].text }
        return nil
    }

    /// Refuses a parameter that came twice, whether or not the values agree.
    package func requireOnce(_ parameter: Parameter) throws(Refusal) {
        guard !repeated.contains(parameter) else { throw .parameterRepeated(parameter) }
    }

    /// Refuses a request in which any parameter came twice, and names the first of them by the alphabet.
    package func requireEachOnce() throws(Refusal) {
        guard let first = repeated.min(by: { $0.rawValue < $1.rawValue }) else { return }
        throw .parameterRepeated(first)
    }

    private struct Value: Sendable, Hashable {
        let parameter: Parameter
        let text: WireText
    }
}
