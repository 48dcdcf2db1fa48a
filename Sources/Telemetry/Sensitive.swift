/// A value that prints as dots, however it is printed.
package struct Sensitive<Value> {
    /// The value itself: the word that a reviewer searches for.
    package let revealed: Value

    package init(_ value: Value) {
        revealed = value
    }
}

extension Sensitive: Sendable where Value: Sendable {}

extension Sensitive: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }

    package var debugDescription: String { description }

    /// `dump` and string interpolation of what contains this find nothing inside.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
