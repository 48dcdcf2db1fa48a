"""What everybody on a random walk must be told, as small machines; nothing here knows a server.

A thing is something that is spent, counted or ended. Its machine says for a state and a step what must be answered, and
what the thing is afterwards. Where an answer was lost, nobody knows whether the step was done: a thing is known by its
worlds, the states that everything told so far allows, and each answer leaves those that would have given it. Steps that
were sent at one moment may have been done in any order. Where no world is left, somebody was told what must not be.
"""

import collections
import itertools
import random
import time

# In place of an answer that did not come.
LOST = "(lost)"
# Wrong redemptions after which a code is spent, and uses a day of a consent whose person is away.
CODE_FAILURES, USES_AWAY = 5, 4

# A request: what it is, its number among those of its thing, the number of the one that brought what it shows, and
# whether somebody else sends it.
Step = collections.namedtuple("Step", "name number about stolen", defaults=(None, False))


# Answers that change nothing for the better.
NOES = ("refused", "invalid_grant", "invalid", "inactive", "used", "quota", "access_denied", "out", "unknown", "pending")


class Violation(Exception):
    """Answers that no world would have given."""


class Thing:
    """One of the machines, with the worlds that are left of it and what was told of it."""

    # How often each of its steps is drawn; those that only look are asked for at the end as well, and some end it.
    steps, looks, ends, counted, start = {}, (), (), (), None
    # Steps that show what an earlier one has brought.
    shown = ()
    # Whether its steps may be sent at one moment.
    races = True

    def __init__(self):
        self.worlds, self.told, self.story, self.count = {self.start}, {}, [], 0
        self.began = time.monotonic()

    @staticmethod
    def apply(state, step):
        raise NotImplementedError

    def step(self, name, about=None, stolen=False):
        self.count += 1
        return Step(name, self.count, about, stolen)

    def draw(self, choose):
        """A step, right or wrong, but mostly one that leads on."""
        while True:
            step = self.propose(choose)
            if step and (choose.random() < 0.2 or not self.is_idle(step)):
                return step

    def is_idle(self, step):
        """Whether it is refused, or ends what there is, in a world that may be the one; what is counted and stolen is tried."""
        if step.stolen or step.name in self.counted:
            return False
        answer, _ = self.apply(min(self.worlds, key=str), step)
        return step.name in self.ends or answer in NOES

    def propose(self, choose):
        """Any step; nothing is shown that nobody was told of."""
        names = [name for name in self.steps if self.told or name not in self.shown]
        name = choose.choices(names, [self.steps[name] for name in names])[0]
        return self.step(name, self.pick(choose) if name in self.shown else None, choose.random() < 0.1)

    def pick(self, choose):
        """The last, mostly; then any of those before."""
        told = list(self.told)
        return told[-1] if choose.random() < 0.6 else choose.choice(told)

    def questions(self):
        """Everything that can be asked without changing anything."""
        for name in self.looks:
            for about in list(self.told) if name in self.shown else [None]:
                yield self.step(name, about)

    def learn(self, said):
        """Steps that were sent at one moment, with what was answered to each."""
        self.story.append((time.time(), said))
        left = set().union(*(after(self.apply, state, said) for state in self.worlds))
        if not left:
            raise Violation(f"{type(self).__name__}: {told(said)} in none of {sorted(map(str, self.worlds))}")
        self.worlds = left

    def tell(self):
        """Its story, for people."""
        return "\n".join(f"        {time.strftime('%H:%M:%S', time.gmtime(when))}.{int(when % 1 * 1000):03} {told(said)}"
                         for when, said in self.story)


def told(said):
    def words(step, answer):
        shows = f" of {step.about}" if step.about is not None else ""
        return f"{step.number}. {'somebody else: ' * step.stolen}{step.name}{shows} → {answer}"

    return " | ".join(words(*one) for one in said)


def after(apply, state, said):
    """Every state that the steps may have led to, in any order."""
    ends = set()
    for order in itertools.permutations(said):
        states = {state}
        for step, answer in order:
            following = set()
            for one in states:
                expected, then = apply(one, step)
                if answer in (LOST, expected):
                    following.add(then)
                if answer == LOST:
                    following.add(one)
            states = following
        ends |= states
    return ends


# Consents with their codes and tokens


class Consent(Thing):
    """A UK consent with one request for it, the code that this brings, and the family of tokens that comes of the code."""

    State = collections.namedtuple("State", "status code wrong family live dead")
    start = State("AwaitingAuthorisation", "none", 0, "alive", None, frozenset())
    steps = {"allow": 8, "deny": 1, "redeem": 8, "redeem wrongly": 2, "refresh": 14, "introspect refresh": 5,
             "introspect access": 5, "read": 3, "look": 3, "revoke refresh": 2, "revoke access": 2, "delete": 1, "stop": 1,
             "bank": 1}
    shown = ("refresh", "introspect refresh", "introspect access", "read", "revoke refresh", "revoke access")
    looks = ("look", "introspect refresh", "introspect access", "read")
    ends = ("deny", "delete", "stop", "bank", "revoke refresh")
    counted = ("redeem wrongly",)

    def propose(self, choose):
        step = super().propose(choose)
        # Nobody can ask for what they do not know.
        if step.name in ("redeem", "redeem wrongly") and not self.code:
            return None
        # Who has begun to guess goes on.
        if step.name == "redeem" and any(world.wrong for world in self.worlds) and choose.random() < 0.7:
            step = step._replace(name="redeem wrongly", stolen=False)
        # Only these can somebody else try with what was stolen.
        if step.stolen and step.name not in ("redeem", "refresh", "introspect refresh", "revoke refresh", "revoke access"):
            return None
        return step

    def __init__(self):
        super().__init__()
        self.code = None

    @staticmethod
    def apply(state, step):
        is_given, is_alive = state.status == "Authorised", state.status == "Authorised" and state.family == "alive"
        match step.name:
            case "introspect refresh" | "introspect access" if step.stolen:
                return "inactive", state
            case "revoke refresh" | "revoke access" if step.stolen:
                return "done", state
            case "redeem" | "refresh" if step.stolen:
                return "invalid_grant", state
            case "allow" if state.status == "AwaitingAuthorisation":
                return "code", state._replace(status="Authorised", code="unspent")
            case "deny" if state.status == "AwaitingAuthorisation":
                return "refused", state._replace(status="Rejected")
            case "deny":
                return "refused", state
            case "redeem" | "redeem wrongly" if state.code == "spent":
                return "invalid_grant", state._replace(family="ended")
            case "redeem wrongly":
                is_last = state.wrong + 1 == CODE_FAILURES
                return "invalid_grant", state._replace(wrong=state.wrong + 1, code="spent" if is_last else state.code)
            case "redeem" if is_alive:
                return "tokens", state._replace(code="spent", live=step.number)
            case "redeem":
                return "invalid_grant", state
            case "refresh" if step.about != state.live:
                return "invalid_grant", state._replace(family="ended")
            case "refresh" if is_alive:
                return "tokens", state._replace(live=step.number)
            case "refresh":
                return "invalid_grant", state
            case "introspect refresh":
                return "active" if is_alive and step.about == state.live else "inactive", state
            case "introspect access":
                return "active" if is_alive and step.about not in state.dead else "inactive", state
            case "read":
                return "served" if is_alive and step.about not in state.dead else "refused", state
            case "look":
                return state.status, state
            case "revoke refresh":
                return "done", state._replace(family="ended")
            case "revoke access":
                return "done", state._replace(dead=state.dead | {step.about})
            case "delete" if is_given or state.status == "AwaitingAuthorisation":
                return "done", state._replace(status="gone")
            case "stop" | "bank" if is_given:
                return "done", state._replace(status="Revoked")
        return "refused", state


class Chain(Thing):
    """A consent's one-time tokens, of which each use brings the next; the person is there, or is away."""

    State = collections.namedtuple("State", "live away")
    start = State(None, 0)
    steps = {"fetch": 1, "use": 6, "use away": 3}
    shown = ("use", "use away")

    @staticmethod
    def apply(state, step):
        if step.name == "fetch":
            return ("refused", state) if step.stolen else ("token", state._replace(live=step.number))
        if step.stolen:
            return "invalid", state
        if step.about != state.live:
            return "used", state
        if step.name == "use away":
            if state.away == USES_AWAY:
                return "quota", state
            return "token", state._replace(live=step.number, away=state.away + 1)
        return "token", state._replace(live=step.number)


# What is taken once


class Once(Thing):
    """An assertion, or a proof of possession."""

    start = False
    steps = {"take": 1}

    def draw(self, choose):
        return self.step("take")

    @staticmethod
    def apply(state, step):
        return ("refused", state) if state else ("taken", True)


class Assertion(Once):
    """A client's word for who it is: RFC 7523."""


class Proof(Once):
    """A proof of possession: RFC 9449."""


class Registration(Thing):
    """An idempotency key: whatever comes under it is one consent."""

    start = False
    steps = {"register": 1}

    def draw(self, choose):
        return self.step("register")

    @staticmethod
    def apply(state, step):
        return "the one", True


class Polled(Thing):
    """A request that a person decides elsewhere, while its client polls."""

    State = collections.namedtuple("State", "decision spent")
    start = State(None, False)
    steps = {"poll": 6, "allow": 2, "deny": 1}

    def propose(self, choose):
        step = super().propose(choose)
        return step if step.name == "poll" else step._replace(stolen=False)

    @staticmethod
    def apply(state, step):
        match step.name:
            case "poll" if step.stolen or state.spent:
                return "invalid_grant", state
            case "poll" if state.decision is None:
                return "pending", state
            case "poll" if state.decision == "deny":
                return "access_denied", state
            case "poll":
                return "tokens", state._replace(spent=True)
            case "allow" | "deny" if state.decision is None:
                return "done", state._replace(decision=step.name)
        return "refused", state


class Device(Polled):
    """RFC 8628."""


class Call(Polled):
    """OpenID CIBA."""


# Who is known


class Login(Thing):
    """A browser that signs in, again, and out; every cookie that it ever had is tried."""

    start = None
    steps = {"enter": 2, "look": 6, "leave": 1}
    shown = ("look", "leave")
    # A browser that signs in twice at once has two logins.
    races = False
    looks = ("look",)

    def propose(self, choose):
        return super().propose(choose)._replace(stolen=False)

    @staticmethod
    def apply(state, step):
        match step.name:
            case "enter":
                return "in", step.number
            case "look":
                return "in" if state == step.about else "out", state
            case "leave" if state == step.about:
                return "done", None
        return "out", state


class Registered(Thing):
    """A client that registers itself with an invitation, once, and changes itself with tokens of which each ends the last."""

    State = collections.namedtuple("State", "invitation client live")
    start = State("open", "none", None)
    steps = {"register": 3, "read": 3, "change": 3, "remove": 1, "know": 3}
    shown = ("read", "change", "remove", "know")
    looks = ("read", "know")
    ends = ("remove",)

    def propose(self, choose):
        return super().propose(choose)._replace(stolen=False)

    @staticmethod
    def apply(state, step):
        is_held = state.client == "there" and step.about == state.live
        match step.name:
            case "register" if state.invitation == "open":
                return "made", Registered.State("spent", "there", step.number)
            case "know":
                return "known" if state.client == "there" else "unknown", state
            case "read" if is_held:
                return "found", state
            case "change" if is_held:
                return "changed", state._replace(live=step.number)
            case "remove" if is_held:
                return "removed", state._replace(client="removed")
        return "refused", state


KINDS = [Consent, Chain, Assertion, Proof, Registration, Device, Call, Login, Registered]
# Answers that bring something to show.
BRINGS = ("tokens", "token", "in", "made", "changed")


# The machines themselves are tried


class Pretended:
    """A server of one thing, which does what the machine says, or what somebody planted; the network loses answers."""

    def __init__(self, thing, apply, choose, losing=0.15):
        self.thing, self.apply, self.choose, self.losing, self.state = thing, apply, choose, losing, thing.start

    def perform(self, steps):
        said = []
        for step in self.choose.sample(steps, len(steps)):
            fate = self.choose.random()
            if fate < self.losing / 2:
                said.append((step, LOST))
                continue
            answer, self.state = self.apply(self.state, step)
            if fate < self.losing:
                said.append((step, LOST))
                continue
            if answer in BRINGS:
                self.thing.told[step.number] = answer
            if answer == "code":
                self.thing.code = answer
            said.append((step, answer))
        return said


def walk(thing, choose, perform, steps):
    """Some steps of a thing, now and then several at one moment, and all questions at the end."""
    for _ in range(steps):
        drawn = [thing.draw(choose)]
        if thing.races and choose.random() < 0.2:
            drawn += [drawn[0]._replace(number=thing.step("").number)] if choose.random() < 0.5 else [thing.draw(choose)]
        thing.learn(perform(drawn))
    for question in thing.questions():
        thing.learn(perform([question]))


def is_found(kind, apply, seed):
    choose, thing = random.Random(seed), kind()
    # What has ended hides much; some are looked at while they are young.
    steps = choose.randrange(4, 40)
    try:
        walk(thing, choose, Pretended(thing, apply, choose).perform, steps)
    except Violation:
        return True
    return False


def forgetting(kind, name):
    """What is acknowledged and not kept."""
    def apply(state, step):
        answer, then = kind.apply(state, step)
        return answer, state if step.name == name else then
    return apply


def as_own(kind, name):
    """What somebody else may do as if they were the owner."""
    def apply(state, step):
        return kind.apply(state, step._replace(stolen=False) if step.name == name else step)
    return apply


def again(kind, name, field, fresh):
    """What is spent and can be spent again."""
    def apply(state, step):
        return kind.apply(state._replace(**{field: fresh(state, step)}) if step.name == name and not step.stolen else state, step)
    return apply


def without_alarm(kind, name):
    """What comes a second time and ends nothing."""
    def apply(state, step):
        answer, then = kind.apply(state, step)
        return answer, state if step.name == name and answer == "invalid_grant" else then
    return apply


def planted():
    """Every mistake that must be found, with a name."""
    for name in ("allow", "deny", "redeem", "redeem wrongly", "refresh", "revoke refresh", "revoke access", "delete", "stop",
                 "bank"):
        yield f"{name} is forgotten", Consent, forgetting(Consent, name)
    yield "a code is redeemed again", Consent, again(
        Consent, "redeem", "code", lambda state, step: "unspent" if state.code == "spent" else state.code)
    yield "a refresh token is used again", Consent, again(Consent, "refresh", "live", lambda state, step: step.about)
    yield "a dead access token is read with", Consent, again(Consent, "read", "dead", lambda state, step: frozenset())
    yield "a code that comes again ends nothing", Consent, without_alarm(Consent, "redeem")
    yield "a refresh token that comes again ends nothing", Consent, without_alarm(Consent, "refresh")
    for name in ("redeem", "refresh", "revoke refresh", "revoke access", "introspect refresh"):
        yield f"somebody else may {name}", Consent, as_own(Consent, name)
    for name in ("use", "fetch", "use away"):
        yield f"a token of a consent: {name} is forgotten", Chain, forgetting(Chain, name)
    yield "a token of a consent is used again", Chain, again(Chain, "use", "live", lambda state, step: step.about)
    yield "uses are not counted", Chain, again(Chain, "use away", "away", lambda state, step: 0)
    for name in ("use", "fetch"):
        yield f"a token of a consent: somebody else may {name}", Chain, as_own(Chain, name)
    yield "an assertion is taken again", Assertion, forgetting(Assertion, "take")
    yield "a proof is taken again", Proof, forgetting(Proof, "take")
    yield "a key makes two consents", Registration, lambda state, step: ("another" if state else "the one", True)
    for name in ("poll", "allow", "deny"):
        yield f"{name} of a device is forgotten", Device, forgetting(Device, name)
    yield "a decision is taken back", Call, lambda state, step: Polled.apply(
        state._replace(decision=None) if step.name == "allow" else state, step)
    yield "a request that waits is given away", Call, as_own(Call, "poll")
    yield "a login ends no other", Login, lambda state, step: (
        Login.apply(state, step)[0] if step.name != "look" else "in", Login.apply(state, step)[1])
    yield "a logout is forgotten", Login, forgetting(Login, "leave")
    for name in ("register", "change", "remove"):
        yield f"a client: {name} is forgotten", Registered, forgetting(Registered, name)
    yield "an invitation is good twice", Registered, again(Registered, "register", "invitation", lambda state, step: "open")
    yield "a registration's token is good after a change", Registered, again(
        Registered, "read", "live", lambda state, step: step.about)


def check_the_machines(seeds=120):
    """Finds every planted mistake, and none where there is none."""
    for kind in KINDS:
        wrong = [seed for seed in range(seeds) if is_found(kind, kind.apply, seed)]
        assert not wrong, (kind.__name__, wrong)
    missed = [name for name, kind, apply in planted() if not any(is_found(kind, apply, seed) for seed in range(seeds))]
    assert not missed, missed
    return sum(1 for _ in planted())


if __name__ == "__main__":
    print(check_the_machines(), "planted mistakes are found")
