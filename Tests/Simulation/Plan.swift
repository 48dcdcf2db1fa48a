/// What may go wrong in a world.
enum Fault: String, CaseIterable {
    /// A server dies, with everything that was not acknowledged, and starts again.
    case crash
    /// The store is busy, full, or fails to read or write.
    case failure
    /// A change was kept, and its server is told that it failed.
    case unknown
    /// A request comes twice.
    case duplicate
    /// A request or an answer is lost.
    case loss
    /// The machine's clock is set, forwards and back.
    case clock
    /// Hours pass in which nobody does anything.
    case pause
    /// Two servers share the store.
    case two
    /// Somebody has every code and token of the others, and tries them.
    case stranger
    /// Clients and people send again what they have sent before.
    case replay
}

/// A mistake that is made on purpose, to see that it is found.
enum Plant: String, CaseIterable {
    case codeTwice = "code-twice"
    case refreshTwice = "refresh-twice"
    case assertionTwice = "assertion-twice"
    case referenceTwice = "reference-twice"
    /// Acknowledged before it is durable.
    case early
    /// Ended for the one who asks, and nobody else.
    case deafRevocation = "deaf-revocation"
    case deafDeletion = "deaf-deletion"
    case lostDecision = "lost-decision"
    case otherAccounts = "other-accounts"
    case otherBrowser = "other-browser"
    case otherTarget = "other-target"
    /// A restart believes whatever the machine's clock says.
    case youth
    /// A commit that never comes back.
    case stuck
    case noSweep = "no-sweep"
}

/// A world that can be made again: the same seed and the same options go the same way.
struct WorldPlan {
    var seed: UInt64
    var requests = 2_000
    /// Not in this world, whatever the seed says.
    var without: Set<Fault> = []
    var plant: Plant?
    var isTold = false

    /// Each world has another choice of faults, so that what needs the absence of one is found as well.
    var faults: Set<Fault> {
        var bits = seed &* 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 31
        var chosen: Set<Fault> = []
        for (index, fault) in Fault.allCases.enumerated() where bits >> UInt64(index * 2) & 3 != 0 {
            chosen.insert(fault)
        }
        return (plant == nil ? chosen : Set(Fault.allCases)).subtracting(without)
    }
}
