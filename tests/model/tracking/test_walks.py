"""A case over time: replay equals document, and the laws that hold on every way that people, sweep and readings may take."""

from datetime import timedelta

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.tracking.model import callbacks, dispatching, raising
from services.tracking.model.case import Case
from services.tracking.model.clocks import next_mark_at
from services.tracking.model.deadlines import is_paused
from services.tracking.model.decisions import POSSIBLE, apply, perform, scheduled
from services.tracking.model.evolving import begin, evolve
from services.tracking.model.life import TABLE
from services.tracking.model.standing import standing
from services.tracking.model.sweeping import due_marks
from shared.refusals import NotAllowed
from tests.builders import MACHINE, MONDAY, complaint, given, person, proposal, reading, the_rules

FOLLOWS = ("redo", "supervise", "resume", "queue", "archive")
"""Steps that nobody takes here: they follow by themselves."""
LAST = ("withdraw", "answer", "decline", "transfer")
"""Steps that end a case before anything has happened on it, taken seldom."""
ONWARD = (
    "dispatch", "accept", "contact", "ask", "request_extension", "grant_extension", "reply", "pass_review", "try_callback", "rate", "order",
)  # fmt: skip
"""Steps that bring a case on, taken often."""
CHOICE = st.tuples(st.integers(0, 999), st.integers(1, 60 * 30), st.sampled_from(["yes", "partly", "no", "no"]))
WALK = st.lists(CHOICE, min_size=8, max_size=40)
WORSE = reading(urgency="U2", sensitivity="S1", of="supplement")


class Walk:
    """The case after those of the steps that were allowed, with everything that happened: (event, at, by)."""

    def __init__(self, read, steps):
        self.at, self.rules, self.happened = MONDAY, the_rules(), []
        self.case = begin("2603020000017", complaint(), self.at)
        self.apply(dispatching.opened(self.case, self.at, self.rules))
        for foreign in (read, proposal()):
            self.evolve(foreign)
        self.apply(dispatching.settled(self.case, self.at, self.rules))
        for number, minutes, solved in steps:
            self.at += timedelta(minutes=minutes)
            self.go(self.step(number), solved)

    def step(self, number):
        """One of those that may be taken from here, or the sweep, or a reading that is worse."""
        seldom = LAST if number % 11 else ()
        steps = [step for state, step in TABLE if state == self.case.state and step not in (*FOLLOWS, *seldom)]
        possible = [step for step in steps if step not in POSSIBLE or POSSIBLE[step](self.case, person(step, self.case)[0])]
        onward = [step for step in possible if step in ONWARD and not (step == "contact" and self.case.contacted_at)]
        choice = onward if onward and number % 4 else [*possible, "sweep", "sweep", "worse"]
        return choice[number // 4 % len(choice)]

    def go(self, step, solved):
        if step == "sweep":
            self.apply(due_marks(self.case, self.at, self.rules))
        elif step == "worse":
            if raising.raises(self.case, WORSE):
                self.evolve(WORSE)
                self.apply(raising.raised(self.case, self.at, self.rules))
        else:
            who, by = person(step, self.case)
            what = given(step, **({"solved": solved} if step == "rate" else {}))
            try:
                self.keep(*perform(self.case, step, what, self.at, who, by, self.rules), by)
            except NotAllowed:
                return

    def apply(self, events):
        self.keep(*apply(self.case, events, self.at, MACHINE, self.rules), MACHINE)

    def evolve(self, event):
        self.case = evolve(self.case, event, self.at, MACHINE)
        self.happened.append((event, self.at, MACHINE))

    def keep(self, case, events, by):
        self.case = case
        self.happened.extend((event, self.at, by) for event in events)


@settings(max_examples=200, deadline=None)
@for_all(WALK, st.sampled_from(["U1", "U3", "U4"]), st.sampled_from(["S0", "S2"]))
def test_replaying_the_events_gives_the_document(steps, urgency, sensitivity):
    walk = Walk(reading(urgency=urgency, sensitivity=sensitivity), steps)
    again = begin("2603020000017", complaint(), MONDAY)
    for event, at, by in walk.happened:
        again = evolve(again, event, at, by)
    again = again.model_copy(update={"next_mark_at": next_mark_at(again, walk.rules)})
    assert scheduled(again, walk.rules) == walk.case
    assert Case.model_validate_json(walk.case.model_dump_json()) == walk.case


@settings(max_examples=200, deadline=None)
@for_all(WALK, st.sampled_from(["U1", "U3", "U4"]))
def test_laws_of_every_walk(steps, urgency):
    walk = Walk(reading(urgency=urgency), steps)
    case, policy = walk.case, walk.rules.policy
    stood = [event.standing for event, _, _ in walk.happened if getattr(event, "standing", None)]
    assert len({one.promised_at for one in stood} - {None}) <= 1, "the promise to the complainant never changes"
    assert case.hand_backs <= policy.max_hand_backs
    assert case.redos <= policy.max_redos
    assert len({one.clock for one in case.running}) == len(case.running), "one running deadline for each clock"
    if not case.open:
        assert case.running == ()
        assert (case.next_mark_at, case.errand_at, case.asked, case.extension) == (None, None, None, None)
    else:
        assert case.running, "somebody always has a limit while a case is open"
    if case.outcome in ("solved", "partly"):
        assert case.ratings[-1].solved in ("yes", "partly"), "only the complainant says that it is solved"


@settings(max_examples=200, deadline=None)
@for_all(WALK, st.sampled_from(["U3", "U4"]))
def test_laws_of_the_clocks_on_every_walk(steps, urgency):
    walk = Walk(reading(urgency=urgency), steps)
    case, policy = walk.case, walk.rules.policy
    still = [one for one in case.running if is_paused(one)]
    assert bool(case.asked) == bool(still), "a clock stands still while, and only while, something is waited for"
    if case.asked:
        assert (case.state, standing(case).turn) == ("in_hand", "complainant")
        assert case.next_mark_at <= case.asked.until, "the sweep comes back at the cap"
    assert case.asks <= policy.max_pauses
    for one in case.deadlines:
        shares = [mark.at_share for mark in one.marks]
        assert shares == ["50", "80", "100", "after"][: len(shares)]
        assert len(one.extensions) <= policy.max_extensions
        assert one.promised_at >= one.started_at
        for pause in one.pauses:
            assert pause.until is None or walk.rules.calendar.add(pause.since, policy.longest_pause)[0] >= pause.until
    calls = [(one.at.astimezone(walk.rules.calendar.zone).date(), callbacks.time_of_day(one.at, walk.rules)) for one in case.tries]
    assert len(set(calls)) == len(calls) <= policy.callback_tries
    assert (case.errand_at is not None) == (case.errand is not None)
