"""How long a normal client waits for its answers while something else goes on at the same server."""

import time

from _wire import Wire


class Meter:
    """One client, with one connection, that asks so often a second and notes how long each answer took."""

    def __init__(self, port, data, rate):
        self.wire, self.data, self.pause = Wire(port), data, 1 / rate

    def measure(self, seconds):
        """Milliseconds for each answer; one that is no success ends the measurement."""
        end, due, times = time.monotonic() + seconds, time.monotonic(), []
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.perf_counter()
            answer = self.wire.ask(self.data)
            times.append((time.perf_counter() - began) * 1000)
            assert answer is not None and answer.status == 200, answer and (answer.status, answer.body)
            due += self.pause
        return times

    def close(self):
        self.wire.close()


def p99(samples):
    """The sample that at most one in a hundred exceeds."""
    return sorted(samples)[max(0, -(-len(samples) * 99 // 100) - 1)]


def compare(what, rounds, factor=2.0, attempts=6):
    """Fails where in every round an answer in a hundred took so many times as long as in quiet.

    Each of the rounds gives the times in quiet and those beside something. Tests, load and server share the machine with
    others, which lengthens some rounds; what our server does wrong lengthens all.
    """
    told = []
    for _ in range(attempts):
        quiet, beside = next(rounds)
        base, loaded = p99(quiet), p99(beside)
        told.append(f"{base:.1f} → {loaded:.1f}")
        if loaded < factor * base:
            print(f"      {what}: p99 {base:.2f} ms in quiet, {loaded:.2f} ms beside it; {len(beside)} requests, round "
                  f"{len(told)}", flush=True)
            return
    raise AssertionError(f"{what}: p99 in ms {', '.join(told)}")
