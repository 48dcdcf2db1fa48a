import Text

extension Configuration {
    /// Clients that register themselves.
    package struct Registering: Sendable, Hashable {
        /// Whom the bank has invited, and what it says of those who came; absent where nobody registers.
        package var folder: String?

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            folder = reader.optionalFilePath("/registering/folder")
        }
    }
}
