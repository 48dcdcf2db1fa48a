package import OAuth
package import Text

/// All settings of a server: plain values with defaults, which a configuration file changes.
///
/// Only the issuer has no default. File names are as seen from the folder that the server is started in.
package struct Configuration: Sendable, Hashable {
    package var issuing: Issuing
    package var listening = Listening()
    package var keys = Keys()
    package var storing = Storing()
    package var clients = Clients()
    package var registering = Registering()
    package var people = People()
    package var consenting = Consenting()
    package var pages = Pages()
    package var hooks = Hooks()
    package var outbound = Outbound()
    package var limiting = Limiting()
    package var logging = Logging()

    package init(issuer: Issuer) {
        issuing = Issuing(issuer: issuer)
    }

    /// Reads a file, which is JSON with comments, and reports everything that is wrong with it at once.
    package init(_ bytes: [UInt8], file: String) throws(Problems) {
        var reader = try ConfigurationReader(bytes, file: file)
        let configuration = Configuration(&reader)
        try reader.finish()
        // Without an issuer there was a problem, and the line above has thrown it.
        guard let configuration else { throw Problems(problems: []) }
        self = configuration
    }

    /// Every setting that there is, as JSON Pointers.
    package static var settings: [WireText] {
        guard var reader = try? ConfigurationReader(Array("{}".utf8), file: "") else { return [] }
        _ = Configuration(&reader)
        return reader.asked
    }

    /// Reads all sections, also where one before had a problem.
    private init?(_ reader: inout ConfigurationReader) {
        let issuing = Issuing(&reader)
        listening = Listening(&reader)
        keys = Keys(&reader)
        storing = Storing(&reader)
        clients = Clients(&reader)
        registering = Registering(&reader)
        people = People(&reader)
        consenting = Consenting(&reader)
        pages = Pages(&reader)
        hooks = Hooks(&reader)
        outbound = Outbound(&reader)
        limiting = Limiting(&reader)
        logging = Logging(&reader)
        guard let issuing else { return nil }
        self.issuing = issuing
    }
}
