internal import Mustache
internal import OAuth
internal import Text

/// A request by the back channel as the person it is for sees it in the list.
struct SummonsCard {
    let id: WireText
    let thirdParty: DisplayName
    let message: WireText?
    let until: Timestamp
    let token: WireText

    func view(_ words: PageWords) -> View {
        [
            "id": .text(id),
            "name": .text(thirdParty.tradingName(in: words.language)),
            "agent": thirdParty.agent.map { .text($0) } ?? .missing,
            "message": message.map { .text($0) } ?? .missing,
            "until": words.moments(.until, ["time": until]),
            "action": .text(WireText("\(Dashboard.path)/\(id)/answer")),
            "token": .text(token),
        ]
    }
}
