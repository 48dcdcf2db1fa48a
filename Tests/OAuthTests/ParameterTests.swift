import OAuth
import TestSupport
import Testing
import Text

struct ParameterTests {
    @Test(arguments: Parameter.allCases)
    func `a parameter is found by its name and by no other spelling`(parameter: Parameter) {
        #expect(Parameter(name: parameter.name) == parameter)
        let text = parameter.name.string
        let others = [
            text.uppercased(), "\(text) ", " \(text)", "\(text)\u{0}", "\(text)\u{301}", "\(text)\u{200B}",
            "\(text)[]", String(text.dropLast()), "",
        ]
        for other in others { #expect(Parameter(name: WireText(other)) == nil) }
    }

    @Test(arguments: NaughtyStrings.all)
    func `a naughty string names nothing`(text: WireText) {
        #expect(Parameter(name: text) == nil)
    }
}
