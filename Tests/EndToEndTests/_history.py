"""What a third party was told before a server died, and what it finds afterwards.

A journey is a list of operations in the order in which they were begun; each is acknowledged with what came
of it, or was still under way when the server died. What is found after the next start is a record as well.
Whether the two agree is decided by a function, so that it can be shown to find what must not be.
"""

import dataclasses


@dataclasses.dataclass
class Operation:
    """One request that changes something: `register`, `allow`, `deny`, `redeem`, `refresh`, `revoke`, `delete`."""

    name: str
    # The refresh token that it spends or revokes; for a redemption, nothing.
    spends: str | None = None
    # The refresh token that it brought, once it was acknowledged.
    brings: str | None = None
    is_acknowledged: bool = False


@dataclasses.dataclass
class Finding:
    """What was found after the start, in the order in which it was looked for."""

    # "AwaitingAuthorisation", "Authorised", "Rejected", or "gone".
    status: str
    # By introspection: which of the refresh tokens that anybody was told of are active.
    active: set = dataclasses.field(default_factory=set)
    # Which of those that were spent or revoked could be used all the same.
    refreshed: set = dataclasses.field(default_factory=set)
    # How many of two redemptions of the code brought tokens; absent where no code was given out.
    redemptions: int | None = None


def violations(journey, found):
    """Every sentence about what was promised and is not so."""
    done = [operation for operation in journey if operation.is_acknowledged]
    under_way = next((operation for operation in journey if not operation.is_acknowledged), None)
    names = {operation.name for operation in done}
    pending = under_way.name if under_way else None
    wrong = []

    # Decisions.
    if "delete" in names:
        allowed = {"gone"}
    elif "deny" in names:
        allowed = {"Rejected"}
    elif "allow" in names:
        allowed = {"Authorised"}
    elif "register" in names:
        allowed = {"AwaitingAuthorisation"}
    else:
        allowed = {"AwaitingAuthorisation", "gone"}
    allowed |= {"delete": {"gone"}, "deny": {"Rejected"}, "allow": {"Authorised"}}.get(pending, set())
    if found.status not in allowed:
        wrong.append(f"the consent is {found.status}, and was promised to be {' or '.join(sorted(allowed))}")

    # Tokens: all that were told, which of them were spent, and which is the last.
    told = [operation.brings for operation in done if operation.brings]
    spent = {operation.spends for operation in done if operation.name == "refresh"}
    is_over = bool(names & {"revoke", "delete"})
    may_be_over = is_over or pending in ("revoke", "delete")
    if found.status == "gone" and pending == "delete":
        is_over = True
    for token in told:
        is_last = token == told[-1]
        is_in_doubt = may_be_over or (pending == "refresh" and under_way.spends == token)
        if token in found.active and (token in spent or is_over):
            wrong.append("a refresh token that was spent or revoked is active")
        if is_last and token not in found.active and not is_in_doubt:
            wrong.append("the last refresh token is not active")
    if len(found.active) > 1:
        wrong.append("two refresh tokens of one family are active")
    if found.refreshed & spent or (found.refreshed and is_over):
        wrong.append("a refresh token that was spent or revoked was used")

    # Codes.
    if found.redemptions is not None:
        if "redeem" in names and found.redemptions > 0:
            wrong.append("a code that was redeemed was redeemed again")
        if found.redemptions > 1:
            wrong.append("a code was redeemed twice")
        if "allow" in names and "redeem" not in names and found.redemptions == 0 and not may_be_over:
            if pending != "redeem":
                wrong.append("a code that was given out cannot be redeemed")
        if is_over and found.redemptions > 0:
            wrong.append("a code was redeemed after its consent had ended")
    return wrong


def check_the_checker():
    """Holds the function against histories in which it must find something, and against some in which it must not."""
    register = Operation("register", is_acknowledged=True)
    allow = Operation("allow", is_acknowledged=True)
    redeem = Operation("redeem", brings="1", is_acknowledged=True)
    refresh = Operation("refresh", spends="1", brings="2", is_acknowledged=True)
    revoke = Operation("revoke", spends="2", is_acknowledged=True)
    delete = Operation("delete", is_acknowledged=True)
    deny = Operation("deny", is_acknowledged=True)
    whole = [register, allow, redeem, refresh]

    def under_way(operation):
        return dataclasses.replace(operation, is_acknowledged=False, brings=None)

    good = [
        ([under_way(register)], Finding("gone")),
        ([register], Finding("AwaitingAuthorisation")),
        ([register, under_way(allow)], Finding("Authorised")),
        ([register, under_way(allow)], Finding("AwaitingAuthorisation")),
        ([register, deny], Finding("Rejected")),
        ([register, allow], Finding("Authorised", redemptions=1)),
        ([register, allow, under_way(redeem)], Finding("Authorised", redemptions=0)),
        ([register, allow, under_way(redeem)], Finding("Authorised", redemptions=1)),
        (whole, Finding("Authorised", {"2"}, redemptions=0)),
        (whole[:3] + [under_way(refresh)], Finding("Authorised", {"1"}, redemptions=0)),
        (whole[:3] + [under_way(refresh)], Finding("Authorised", set(), redemptions=0)),
        (whole + [revoke], Finding("Authorised", set(), redemptions=0)),
        (whole + [under_way(revoke)], Finding("Authorised", {"2"}, redemptions=0)),
        (whole + [delete], Finding("gone", set(), redemptions=0)),
        (whole + [under_way(delete)], Finding("gone", set(), redemptions=0)),
        (whole + [under_way(delete)], Finding("Authorised", {"2"}, redemptions=0)),
    ]
    planted = [
        ([register], Finding("gone")),
        ([register], Finding("Authorised")),
        ([register, allow], Finding("AwaitingAuthorisation", redemptions=1)),
        ([register, deny], Finding("AwaitingAuthorisation")),
        ([register, deny], Finding("Authorised")),
        ([register, allow], Finding("Authorised", redemptions=0)),
        ([register, allow], Finding("Authorised", redemptions=2)),
        ([register, allow, under_way(redeem)], Finding("Authorised", redemptions=2)),
        ([register, allow, redeem], Finding("Authorised", {"1"}, redemptions=1)),
        ([register, allow, redeem], Finding("Authorised", set(), redemptions=0)),
        (whole, Finding("Authorised", {"1"}, redemptions=0)),
        (whole, Finding("Authorised", {"1", "2"}, redemptions=0)),
        (whole, Finding("Authorised", set(), redemptions=0)),
        (whole, Finding("Authorised", {"2"}, {"1"}, redemptions=0)),
        (whole + [revoke], Finding("Authorised", {"2"}, redemptions=0)),
        (whole + [revoke], Finding("Authorised", set(), {"2"}, redemptions=0)),
        (whole + [delete], Finding("Authorised", set(), redemptions=0)),
        (whole + [delete], Finding("gone", {"2"}, redemptions=0)),
        ([register, allow, delete], Finding("gone", redemptions=1)),
        (whole + [under_way(delete)], Finding("gone", {"2"}, redemptions=0)),
    ]
    for journey, found in good:
        assert violations(journey, found) == [], (journey, found, violations(journey, found))
    for journey, found in planted:
        assert violations(journey, found), (journey, found)


class Journey:
    """A journey under way: it writes down what it begins before it begins, and what it was told."""

    def __init__(self):
        self.operations, self.consent, self.code, self.verifier = [], None, None, None
        # Every access token that was told; none may work where the refresh tokens do not.
        self.access = []

    def begin(self, name, spends=None):
        self.operations.append(Operation(name, spends))

    def acknowledge(self, brings=None):
        self.operations[-1].brings, self.operations[-1].is_acknowledged = brings, True

    @property
    def told(self):
        return [operation.brings for operation in self.operations if operation.brings]

    def walk(self, tpp, token, ask, choose):
        """Goes on until it is over; `ask` gets a decision from a person, `choose` picks what happens."""
        self.begin("register")
        self.consent = tpp.register(token)
        self.acknowledge()
        if choose(10) == 0:
            self.begin("deny")
            ask(self.consent, "deny")
            self.acknowledge()
            return
        self.begin("allow")
        self.code, self.verifier = ask(self.consent, "allow")
        self.acknowledge()
        if choose(10) == 0:
            return
        self.begin("redeem")
        self.take(tpp.redeem(self.code, self.verifier))
        for _ in range(choose(4)):
            self.begin("refresh", self.told[-1])
            self.take(tpp.refresh(self.told[-1]))
        end = choose(4)
        if end == 0:
            self.begin("revoke", self.told[-1])
            answer = tpp.post("/revoke", {"token": self.told[-1]})
            assert answer.status == 200, answer.text
            self.acknowledge()
        elif end == 1:
            self.begin("delete")
            answer = tpp.call("DELETE", f"/account-access-consents/{self.consent}", token)
            assert answer.status == 204, answer.text
            self.acknowledge()

    def take(self, answer):
        assert answer.status == 200, answer.text
        self.access.append(answer.json["access_token"])
        self.acknowledge(answer.json["refresh_token"])

    def find(self, tpp, token):
        """Looks at what is left; afterwards nothing of it works any more."""
        if self.consent is None:
            # Nobody knows the name under which it may have been registered.
            return Finding("gone")
        answer = tpp.call("GET", f"/account-access-consents/{self.consent}", token)
        assert answer.status in (200, 400), answer.text
        found = Finding(answer.json["Data"]["Status"] if answer.status == 200 else "gone")
        found.active = {told for told in self.told if tpp.introspect(told)["active"]}
        dead = [told for told in self.told if told not in found.active]
        for told in dead:
            answer = tpp.refresh(told)
            assert answer.status in (200, 400), answer.text
            if answer.status == 200:
                found.refreshed.add(told)
        if self.code is not None:
            statuses = [tpp.redeem(self.code, self.verifier).status for _ in range(2)]
            assert set(statuses) <= {200, 400}, statuses
            found.redemptions = statuses.count(200)
            # A code that comes again ends whatever came of it.
            for it in [*self.told, *self.access]:
                assert tpp.introspect(it) == {"active": False}
        return found
