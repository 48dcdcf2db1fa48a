import TestSupport
import Text

extension FormFields {
    /// The same fields in other orders: backwards, and some that follow from a seed.
    var shuffles: [FormFields] {
        var generator = SeededGenerator(seed: 0xA55E47)
        let shuffled = (0..<10).map { _ in FormFields(fields.shuffled(using: &generator)) }
        return [FormFields(fields.reversed())] + shuffled
    }
}
