package import Text

/// What a browser without scripts makes of a page: its words, links and forms.
package struct HTMLPage: Sendable {
    package private(set) var title: WireText = ""
    /// The words, without those of the head.
    package private(set) var text: WireText = ""
    package private(set) var forms: [HTMLForm] = []
    package private(set) var links: [Link] = []
    /// Elements `script`, and attributes that are scripts.
    package private(set) var scripts = 0

    package struct Link: Sendable, Hashable {
        package let target: WireText
        package let text: WireText
    }

    /// Reads leniently, as browsers do: there is no page that cannot be read.
    package init(_ bytes: [UInt8]) {
        var reader = HTMLReader(bytes)
        var builder = Builder()
        while let token = reader.next() { builder.take(token, from: &reader) }
        builder.finish()
        title = builder.title.collapsed
        text = builder.text.collapsed
        forms = builder.forms
        links = builder.links
        scripts = builder.scripts
    }
}

/// Puts the tokens of a page together.
private struct Builder {
    var title: [UInt8] = []
    var text: [UInt8] = []
    var forms: [HTMLForm] = []
    var links: [HTMLPage.Link] = []
    var scripts = 0

    private var isInTitle = false
    private var form: HTMLForm?
    private var button: (control: HTMLForm.Control, text: [UInt8])?
    private var select: (name: WireText, options: [(value: WireText?, text: [UInt8], isSelected: Bool)])?
    private var area: (name: WireText, text: [UInt8])?
    private var link: (target: WireText, text: [UInt8])?

    init() {}

    mutating func take(_ token: HTMLReader.Token, from reader: inout HTMLReader) {
        switch token {
        case .text(let words): add(words)
        case .opening(let tag): open(tag, &reader)
        case .closing(let name): close(name)
        }
    }

    mutating func finish() {
        close("select")
        close("button")
        close("form")
    }

    private mutating func add(_ words: [UInt8]) {
        if isInTitle {
            title += words
            return
        }
        text += words
        button?.text += words
        area?.text += words
        link?.text += words
        if let index = select?.options.indices.last { select?.options[index].text += words }
    }

    private mutating func open(_ tag: HTMLReader.Tag, _ reader: inout HTMLReader) {
        // Handlers in attributes are scripts as well.
        scripts += tag.attributes.count { $0.name.hasPrefix("on") || $0.value.lowercasedASCII.hasPrefix("javascript:") }
        switch tag.name {
        case "script":
            scripts += 1
            reader.skip(until: tag.name)
        case "style", "template", "svg": reader.skip(until: tag.name)
        case "title": isInTitle = true
        case "a":
            if let target = tag["href"] { link = (target, []) }
        case "form":
            close("form")
            form = HTMLForm(
                action: tag["action"] ?? "",
                isPost: tag["method"]?.lowercasedASCII == "post",
                id: tag["id"]
            )
        case "input": input(tag)
        case "button":
            guard tag["type"]?.lowercasedASCII != "reset" else { break }
            let isButton = tag["type"]?.lowercasedASCII == "button"
            button = (
                HTMLForm.Control(
                    kind: isButton ? .other : .submit,
                    name: tag["name"],
                    value: tag["value"] ?? "",
                    id: tag["id"],
                    isDisabled: tag["disabled"] != nil,
                    isOutOfReach: tag["aria-hidden"] == "true"
                ), []
            )
        case "select": select = (tag["name"] ?? "", [])
        case "option": select?.options.append((tag["value"], [], tag["selected"] != nil))
        case "textarea": area = (tag["name"] ?? "", [])
        case "br", "p", "div", "li", "h1", "h2", "h3", "dt", "dd", "tr", "td", "th", "label":
            text.append(.space)
        default: break
        }
    }

    private mutating func input(_ tag: HTMLReader.Tag) {
        let kind: HTMLForm.Control.Kind
        switch tag["type"]?.lowercasedASCII {
        case "checkbox": kind = .checkbox
        case "radio": kind = .radio
        case "hidden": kind = .hidden
        case "password": kind = .password
        case "submit", "image": kind = .submit
        case "button", "reset", "file": kind = .other
        default: kind = .text
        }
        let isBox = kind == .checkbox || kind == .radio
        form?.controls.append(
            HTMLForm.Control(
                kind: kind,
                name: tag["name"],
                value: tag["value"] ?? (isBox ? "on" : ""),
                id: tag["id"],
                text: kind == .submit ? tag["value"] ?? "" : "",
                isChecked: tag["checked"] != nil,
                isDisabled: tag["disabled"] != nil
            )
        )
    }

    private mutating func close(_ name: WireText) {
        switch name {
        case "title": isInTitle = false
        case "a":
            if let link { links.append(HTMLPage.Link(target: link.target, text: link.text.collapsed)) }
            link = nil
        case "button":
            if var button {
                button.control.text = button.text.collapsed
                form?.controls.append(button.control)
            }
            button = nil
        case "select":
            if let select, !select.name.isEmpty,
                let option = select.options.first(where: \.isSelected) ?? select.options.first
            {
                let value = option.value ?? option.text.collapsed
                form?.controls.append(HTMLForm.Control(kind: .choice, name: select.name, value: value))
            }
            select = nil
        case "textarea":
            if let area {
                let value = WireText(area.text) ?? ""
                form?.controls.append(HTMLForm.Control(kind: .text, name: area.name, value: value))
            }
            area = nil
        case "form":
            if let form { forms.append(form) }
            form = nil
        default: break
        }
    }
}

extension [UInt8] {
    /// The words with one space between them.
    fileprivate var collapsed: WireText {
        let words = split { $0 == .space || $0 == .newline || $0 == .carriageReturn || $0 == .horizontalTab }
        return WireText(Array(words.joined(separator: [.space]))) ?? ""
    }
}
