import HTTP
import Text

/// A request, who makes it, and what it means to them.
struct Call {
    var request: Request
    let meaning: Meaning
    let from: Sender

    enum Sender: Hashable {
        case party(Int)
        case browser(Int)
    }

    enum Meaning {
        /// Nothing that has to be remembered.
        case other
        case clientToken(assertion: WireText?)
        case redeem(code: WireText, isRight: Bool)
        case refresh(token: WireText)
        case introspect(token: WireText)
        case revoke(token: WireText)
        case register
        case delete(consent: WireText)
        case look(consent: WireText)
        case data(token: WireText)
        case push
        /// A browser on the way of this party's request.
        case browse(party: Int)
        /// A yes or a no to a request.
        case decide(Answer)
    }

    struct Answer {
        let party: Int
        let consent: WireText
        let reference: WireText?
        let person: String
        /// Empty for a no.
        let accounts: [WireText]
    }
}
