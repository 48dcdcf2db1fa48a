internal import Synchronization
package import Text

/// A number that only grows.
package final class Counter: Sendable {
    private let value = Atomic<UInt64>(0)

    package init() {}

    package func count() {
        value.wrappingAdd(1, ordering: .relaxed)
    }

    package var total: UInt64 { value.load(ordering: .relaxed) }
}

/// Counters of one name, one for each label there can be.
///
/// The labels are fixed when the house is built. Whatever else comes is counted as `other`, so that
/// nobody outside makes a series with each request.
package struct CounterFamily<Label: Hashable & Sendable>: Sendable {
    let name: WireText
    let help: WireText
    let labelNames: [WireText]
    /// The counters with the values of their labels, in the order in which they are written.
    let series: [(values: [WireText], counter: Counter)]
    private let counters: [Label: Counter]
    private let other: Counter

    /// Makes a counter for each label, all at zero, so that rates have a start.
    package init(
        _ name: WireText,
        _ help: WireText,
        labelled labelNames: [WireText],
        _ labels: [Label],
        values: (Label) -> [WireText]
    ) {
        self.name = name
        self.help = help
        self.labelNames = labelNames
        var series: [(values: [WireText], counter: Counter)] = []
        var counters: [Label: Counter] = [:]
        for label in labels where counters[label] == nil {
            let counter = Counter()
            counters[label] = counter
            series.append((values(label), counter))
        }
        let other = Counter()
        series.append((labelNames.map { _ in "other" }, other))
        self.series = series
        self.counters = counters
        self.other = other
    }

    package func count(_ label: Label) {
        (counters[label] ?? other).count()
    }

    package func total(_ label: Label) -> UInt64 {
        (counters[label] ?? other).total
    }
}

extension CounterFamily where Label == WireText {
    /// Counters by one label, whose values are known when the house is built.
    package init(_ name: WireText, _ help: WireText, by labelName: WireText, _ values: [WireText]) {
        self.init(name, help, labelled: [labelName], values) { [$0] }
    }
}

extension CounterFamily where Label: CaseIterable & RawRepresentable<String> {
    /// Counters by one label, whose values are the cases of an enumeration.
    package init(_ name: WireText, _ help: WireText, by labelName: WireText) {
        self.init(name, help, labelled: [labelName], Array(Label.allCases)) { [WireText($0.rawValue)] }
    }
}
