/// A reader of what comes from outside, and what must hold of it whatever it is given.
package struct FuzzTarget: Sendable {
    /// The name of its folder in `Corpus`.
    package let name: String
    /// Reads, and says what became of it; throws where something that must hold does not.
    package let check: @Sendable ([UInt8]) throws(Broken) -> Verdict

    package init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws(Broken) -> Verdict) {
        self.name = name
        self.check = check
    }
}

/// What a reader says of an input.
package enum Verdict: Sendable, Hashable {
    case accepted
    case refused
}

/// Something that must hold does not.
package struct Broken: Error, Sendable, Hashable {
    /// What does not hold.
    package let sentence: String

    package init(_ sentence: String) {
        self.sentence = sentence
    }
}

/// Says what must hold.
package func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws(Broken) {
    guard holds else { throw Broken(sentence()) }
}
