#!/usr/bin/env python3
"""Simulates many nodes on partitioned databases, from measured unit costs, and prints the table of docs/scale.md.

Requests arrive at random, wait for a core of their node, go to the partition of their consent, wait for a core and
where they change something for the next flush of its log, and come back. `scale.py SEED` repeats a run exactly;
`scale.py check` holds the simulator against queues whose waits are known in closed form.
"""

import collections
import heapq
import random
import statistics
import sys

# Microseconds of CPU, measured by postgres.py on a busy machine of two cores; docs/scale.md has them as well.
COSTS = {
    # kind: in the node, in the database, and how many of its round trips end with a commit.
    "introspection": {"node": 95.0, "database": 38.0, "trips": 3, "commits": 0},
    "refresh": {"node": 236.0, "database": 196.0, "trips": 4, "commits": 1},
    "flow": {"node": 4_000.0, "database": 3_700.0, "trips": 20, "commits": 5},
}
# Microseconds for one flush of the log with all that waits: fsync of pg_test_fsync on that machine.
FLUSH = 1_300.0

# Assumed, and not measured: microseconds between a node and a database, and until the standby has a commit as well.
ROUND_TRIP, STANDBY = 300.0, 1_600.0
CONSENTS = 100_000_000
INTROSPECTIONS = 50_000
# What third parties do without their customers, four times a day, and how far the worst hour is above the day.
REFRESHES = CONSENTS * 4 / 86_400 * 3
# A consent lasts 180 days; people give them by day and in the evening.
FLOWS = CONSENTS / (180 * 86_400) * 5
# A core at which nothing waits does this much more or less for one request than for another.
SPREAD = 0.5

SECONDS, WARM_UP = 1.2, 0.2

Place = collections.namedtuple("Place", "nodes node_cores partitions partition_cores")
PLACES = [
    Place(2, 4, 1, 8), Place(3, 4, 1, 8), Place(4, 4, 1, 8), Place(4, 4, 2, 4), Place(6, 4, 2, 4), Place(8, 4, 4, 4),
]


class Cores:
    """A queue, and so many who serve it; time in microseconds."""

    def __init__(self, simulation, count):
        self.simulation, self.free, self.waiting, self.busy, self.count = simulation, count, collections.deque(), 0.0, count

    def serve(self, cost, then):
        if self.free:
            self.free -= 1
            self.begin(cost, then)
        else:
            self.waiting.append((cost, then))

    def begin(self, cost, then):
        self.busy += cost
        self.simulation.after(cost, lambda: self.end(then))

    def end(self, then):
        if self.waiting:
            self.begin(*self.waiting.popleft())
        else:
            self.free += 1
        then()


class Log:
    """The log of a database: one flush at a time, for all who wait when it begins."""

    def __init__(self, simulation, duration):
        self.simulation, self.duration, self.waiting, self.is_busy, self.flushes = simulation, duration, [], False, 0

    def commit(self, then):
        self.waiting.append(then)
        if not self.is_busy:
            self.flush()

    def flush(self):
        group, self.waiting, self.is_busy = self.waiting, [], True
        self.flushes += 1
        self.simulation.after(self.duration, lambda: self.done(group))

    def done(self, group):
        self.is_busy = False
        for then in group:
            then()
        if self.waiting and not self.is_busy:
            self.flush()


class Simulation:
    def __init__(self, seed):
        self.now, self.events, self.number, self.random = 0.0, [], 0, random.Random(seed)

    def after(self, delay, work):
        self.number += 1
        heapq.heappush(self.events, (self.now + delay, self.number, work))

    def run(self, until):
        while self.events and self.events[0][0] <= until:
            self.now, _, work = heapq.heappop(self.events)
            work()

    def arrivals(self, per_second, work):
        """Calls `work` at random moments for as long as the simulation lasts."""
        def arrive():
            work()
            self.after(self.random.expovariate(per_second) * 1e6, arrive)
        self.after(self.random.expovariate(per_second) * 1e6, arrive)

    def about(self, cost):
        """A cost that varies: gamma with that mean."""
        shape = 1 / SPREAD ** 2
        return self.random.gammavariate(shape, cost / shape)


class House:
    """Nodes behind a proxy that deals requests out in turn, and a database in partitions."""

    def __init__(self, place, seed):
        self.place, self.simulation = place, Simulation(seed)
        self.nodes = [Cores(self.simulation, place.node_cores) for _ in range(place.nodes)]
        self.partitions = [Cores(self.simulation, place.partition_cores) for _ in range(place.partitions)]
        self.logs = [Log(self.simulation, FLUSH + STANDBY) for _ in range(place.partitions)]
        self.turn, self.times = 0, {kind: [] for kind in COSTS}

    def run(self):
        for kind, rate in (("introspection", INTROSPECTIONS), ("refresh", REFRESHES), ("flow", FLOWS)):
            self.simulation.arrivals(rate, lambda kind=kind: self.request(kind))
        self.simulation.run(WARM_UP * 1e6)
        self.times = {kind: [] for kind in COSTS}
        for cores in self.nodes + self.partitions:
            cores.busy = 0.0
        self.simulation.run((WARM_UP + SECONDS) * 1e6)
        return self

    def request(self, kind):
        cost, began = COSTS[kind], self.simulation.now
        self.turn = (self.turn + 1) % len(self.nodes)
        node = self.nodes[self.turn]
        # The names of consents are random, so that the partitions have equal shares.
        number = self.simulation.random.randrange(len(self.partitions))
        trips = cost["trips"]
        share, work = cost["node"] / (trips + 1), cost["database"] / trips

        def trip(left):
            if not left:
                self.times[kind].append(self.simulation.now - began)
                return
            self.simulation.after(ROUND_TRIP / 2, lambda: self.partitions[number].serve(
                self.simulation.about(work), lambda: answered(left)))

        def answered(left):
            # The last of the trips are those that commit.
            if left <= cost["commits"]:
                self.logs[number].commit(lambda: back(left))
            else:
                back(left)

        def back(left):
            self.simulation.after(ROUND_TRIP / 2, lambda: node.serve(
                self.simulation.about(share), lambda: trip(left - 1)))

        node.serve(self.simulation.about(share), lambda: trip(trips))

    def use(self, cores):
        return sum(one.busy for one in cores) / (SECONDS * 1e6 * sum(one.count for one in cores))


def percentile(times, share):
    return sorted(times)[int(len(times) * share)] / 1000 if times else float("nan")


def table(seed):
    print(f"seed {seed}; {INTROSPECTIONS:,} introspections, {REFRESHES:,.0f} refreshes, {FLOWS:.0f} whole flows a second\n")
    print("| nodes | partitions | nodes busy | databases busy | introspection p50, p99 | refresh p50, p99 |")
    print("|---|---|---|---|---|---|")
    for place in PLACES:
        house = House(place, seed).run()
        nodes, databases = house.use(house.nodes), house.use(house.partitions)
        if max(nodes, databases) > 0.98:
            answers = "does not keep up | does not keep up"
        else:
            answers = " | ".join(f"{percentile(house.times[kind], 0.5):.1f} ms, {percentile(house.times[kind], 0.99):.1f} ms"
                                 for kind in ("introspection", "refresh"))
        print(f"| {place.nodes} of {place.node_cores} cores | {place.partitions} of {place.partition_cores} cores "
              f"| {nodes:.0%} | {databases:.0%} | {answers} |")


def check():
    """Mean waits of M/M/1 and M/D/1 at three loads, and the mean size of a group at the log, within 5 %."""
    for load in (0.3, 0.6, 0.8):
        for name, service, wait in (("M/M/1", lambda it: it.random.expovariate(1) * 100, load / (1 - load)),
                                    ("M/D/1", lambda it: 100.0, load / (2 * (1 - load)))):
            waits = []
            simulation = Simulation(7)
            cores = Cores(simulation, 1)

            def arrive():
                began, cost = simulation.now, service(simulation)
                cores.serve(cost, lambda: waits.append(simulation.now - began - cost))

            simulation.arrivals(load * 1e4, arrive)
            simulation.run(60e6)
            seen = statistics.fmean(waits) / 100
            assert abs(seen - wait) < 0.05 * wait, (name, load, seen, wait)
            print(f"{name} at {load}: {seen:.3f} services of waiting, and {wait:.3f} by the formula")
    simulation = Simulation(7)
    log, kept = Log(simulation, 1000.0), []
    simulation.arrivals(20_000, lambda: log.commit(lambda: kept.append(simulation.now)))
    simulation.run(5e6)
    size = len(kept) / log.flushes
    assert abs(size - 20) < 1, size
    print(f"a log that is flushed a thousand times a second takes {size:.1f} of 20,000 commits at a time")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    else:
        table(int(sys.argv[1]) if sys.argv[1:] else 1)
