internal import HTTP
package import Text

/// Why a client of ours cannot go on.
package enum PartyFailure: Error, Sendable {
    /// No answer, or not the one that the step needs; the sentence says which.
    case answer(Exchange, WireText)
    /// What the client was told of itself or of the server does not do.
    case setup(WireText)
    /// A signature or a random number could not be made.
    case cryptography
    /// A page that cannot be driven without a person; the sentence says why.
    case page(Exchange, WireText)
    /// The server sent the browser back with an error.
    case refused(AuthorizationResponse)
}

extension PartyFailure {
    package var sentence: WireText {
        switch self {
        case .answer(let exchange, let sentence):
            WireText("\(sentence) (\(exchange.call.method.token) \(exchange.call.url): \(exchange.summary))")
        case .setup(let sentence): sentence
        case .cryptography: "A signature or a random number could not be made."
        case .page(let exchange, let sentence): WireText("\(sentence) (\(exchange.call.url))")
        case .refused(let response): WireText("The server answered \(response.summary).")
        }
    }

    package var exchange: Exchange? {
        switch self {
        case .answer(let exchange, _), .page(let exchange, _): exchange
        case .setup, .cryptography, .refused: nil
        }
    }
}
