import Foundation

// Plays worlds, each from another seed, until the time is over; says what was found, or counts what was done.
//
//   simulate --seconds 60                        worlds from a seed of the day on
//   simulate --seed 7                            this world alone, told if it fails
//   simulate --prove                             whether every planted mistake is found

// Dictionaries would otherwise go another way in each process.
if getenv("SWIFT_DETERMINISTIC_HASHING") == nil {
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
}

var seconds = 60.0
var seed: UInt64?
var first = UInt64(Date().timeIntervalSince1970) * 1_000
var plan = WorldPlan(seed: 0)
var isProving = false
var arguments = CommandLine.arguments.dropFirst()
@MainActor func value() -> String { arguments.popFirst() ?? "" }
while let argument = arguments.popFirst() {
    switch argument {
    case "--seconds": seconds = Double(value()) ?? seconds
    case "--seed": seed = UInt64(value())
    case "--from": first = UInt64(value()) ?? first
    case "--requests": plan.requests = Int(value()) ?? plan.requests
    case "--without": plan.without = Set(value().split(separator: ",").compactMap { Fault(rawValue: String($0)) })
    case "--plant": plan.plant = Plant(rawValue: value())
    case "--prove": isProving = true
    case "--told": plan.isTold = true
    default:
        print("unknown: \(argument)")
        exit(64)
    }
}

func play(_ plan: WorldPlan) throws -> World {
    let world = try World(plan)
    world.run()
    return world
}

/// The faults that it needs for the shortest way there, found by leaving out one after the other.
func shortest(_ plan: WorldPlan) throws -> WorldPlan {
    var plan = plan
    var steps = try play(plan).step
    for fault in Fault.allCases where plan.faults.contains(fault) {
        var without = plan
        without.without.insert(fault)
        let world = try play(without)
        guard world.violation != nil, world.step <= steps else { continue }
        plan = without
        steps = world.step
    }
    return plan
}

/// Says what it takes to see it again, and tells the end of the story.
func report(_ failed: WorldPlan) throws {
    var plan = try shortest(failed)
    plan.isTold = true
    let world = try play(plan)
    let left = plan.without.isEmpty ? "" : " --without " + plan.without.map(\.rawValue).sorted().joined(separator: ",")
    let planted = plan.plant.map { " --plant \($0.rawValue)" } ?? ""
    print(
        "seed \(failed.seed): \(world.violation ?? "not seen again"), after \(world.step) steps, \(world.requests) requests"
    )
    print("again: simulate --seed \(plan.seed) --requests \(plan.requests)\(left)\(planted)")
    for line in world.story.suffix(60) { print("  \(line)") }
}

if isProving {
    var missed: [Plant] = []
    for plant in Plant.allCases {
        var found: World?
        var worlds = 0
        while found == nil, worlds < 40 {
            worlds += 1
            let world = try play(WorldPlan(seed: UInt64(worlds), plant: plant))
            if world.violation != nil { found = world }
        }
        let sentence = found.map { "\($0.violation ?? ""), after \($0.step) steps of world \(worlds)" } ?? "MISSED"
        print("\(plant.rawValue): \(sentence)")
        if found == nil { missed.append(plant) }
    }
    let twice = try (0..<2).map { _ in try play(WorldPlan(seed: 1)) }
    let isSame = twice[0].digest == twice[1].digest && twice[0].step == twice[1].step
    print(isSame ? "a seed goes the same way again" : "A SEED DOES NOT GO THE SAME WAY AGAIN")
    exit(missed.isEmpty && isSame ? 0 : 1)
}

if let seed {
    plan.seed = seed
    let world = try play(plan)
    if world.violation != nil { try report(plan) }
    if plan.isTold { for line in world.story { print(line) } }
    print("\(world.requests) requests in \(world.step) steps; \(world.counts.sorted { $0.key < $1.key })")
    exit(world.violation == nil ? 0 : 1)
}

let began = Date()
var worlds = 0
var requests = 0
var steps = 0
var counts: [String: Int] = [:]
while -began.timeIntervalSinceNow < seconds {
    plan.seed = first + UInt64(worlds)
    let world = try play(plan)
    worlds += 1
    requests += world.requests
    steps += world.step
    counts.merge(world.counts, uniquingKeysWith: +)
    if world.violation != nil {
        try report(plan)
        exit(1)
    }
}
let time = -began.timeIntervalSinceNow
let answer: [String: Any] = [
    "requests": requests, "worlds": worlds, "steps": steps, "seconds": Int(time), "counts": counts,
]
let json = try JSONSerialization.data(withJSONObject: answer, options: [.sortedKeys])
print(String(decoding: json, as: UTF8.self))
