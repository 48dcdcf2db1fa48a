package import Text

/// A form of a page.
package struct HTMLForm: Sendable {
    package let action: WireText
    package let isPost: Bool
    package let id: WireText?
    package internal(set) var controls: [Control] = []

    /// Something in a form that has a name and a value.
    package struct Control: Sendable, Hashable {
        package let kind: Kind
        package let name: WireText?
        package var value: WireText
        package var id: WireText?
        /// What stands on a button.
        package var text: WireText = ""
        package var isChecked = false
        package var isDisabled = false
        /// There for browsers, and not for people.
        package var isOutOfReach = false

        package enum Kind: Sendable, Hashable {
            case hidden
            case text
            case password
            case checkbox
            case radio
            case choice
            case submit
            case other
        }
    }

    /// The buttons that send it and that a person can press.
    package var buttons: [Control] {
        controls.filter { $0.kind == .submit && !$0.isDisabled && !$0.isOutOfReach }
    }

    package var asksForPassword: Bool { controls.contains { $0.kind == .password } }

    /// The boxes that can be ticked.
    package var boxes: [Control] { controls.filter { $0.kind == .checkbox && !$0.isDisabled && $0.name != nil } }

    /// What is sent: every field as it stands, with the boxes that are ticked and the one button that was pressed.
    package func fields(pressing button: Control?) -> FormFields {
        var fields = FormFields()
        for control in controls {
            guard let name = control.name, !name.isEmpty, !control.isDisabled else { continue }
            switch control.kind {
            case .hidden, .text, .password, .choice: fields.append(name, control.value)
            case .checkbox, .radio: if control.isChecked { fields.append(name, control.value) }
            case .submit, .other: break
            }
        }
        if let button, let name = button.name, !name.isEmpty { fields.append(name, button.value) }
        return fields
    }
}
