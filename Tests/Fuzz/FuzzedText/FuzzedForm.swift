import Fuzzing
import Text

/// A form that is written again is the same form.
enum FuzzedForm {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        if let text = WireText(bytes) {
            let decoded = PercentEncoding.decode(WireText(PercentEncoding.encode(text)))
            try require(decoded == text, "an escaped text is another one")
        }
        let form: FormFields
        do throws(FormFields.Malformation) { form = try FormFields(bytes.span) } catch { return .refused }

        let again = try? FormFields(WireText(form.encoded))
        try require(again == form, "what was written is read as something else")
        try require(form.fields.count <= Limits.formFields, "more fields than are allowed")
        var names: Set<WireText> = []
        let repeated = form.fields.contains { !names.insert($0.name).inserted }
        try require((form.duplicatedName != nil) == repeated, "a repeated name is not seen")
        if let last = form.fields.last { try require(form.all(last.name).last == last.value, "a field is lost") }
        return .accepted
    }
}
