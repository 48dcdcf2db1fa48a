import CSQLite
package import Text

/// A value that may stand in the place of a `?` in a statement.
///
/// Statements are literals and values are bound, so no value is ever read as SQL.
package protocol Bindable {
    /// Binds this value to the parameter at `position`, counted from 1.
    func bind(to statement: borrowing Statement, at position: Int32)
}

extension Int64: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(self, at: position)
    }
}

extension Int: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(Int64(self), at: position)
    }
}

extension Bool: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(self ? 1 : 0, at: position)
    }
}

extension Timestamp: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(seconds, at: position)
    }
}

extension WireText: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(self, at: position)
    }
}

extension Identifier: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(text, at: position)
    }
}

extension [UInt8]: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        statement.bind(span, at: position)
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        switch self {
        case .some(let value): value.bind(to: statement, at: position)
        case .none: statement.bindNull(at: position)
        }
    }
}
