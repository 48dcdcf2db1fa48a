/// What a bank chooses about its pages beside their words and looks.
package struct PageSettings: Sendable, Hashable {
    package var delivery: Delivery
    /// Whether who confirms a consent again is asked for the accounts again, and not only shown them.
    package var choosesAccountsAgain: Bool

    /// What costs people the least, unless a bank wants it otherwise.
    package init(delivery: Delivery = .redirect, choosesAccountsAgain: Bool = false) {
        self.delivery = delivery
        self.choosesAccountsAgain = choosesAccountsAgain
    }

    /// How a browser goes back to the client.
    package enum Delivery: Sendable, Hashable {
        case redirect
        /// By a page of ours that says what happened and leads on by itself.
        case refreshPage
    }
}
