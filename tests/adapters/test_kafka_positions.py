"""What a reader of Kafka owes the brokers, against a model that keeps plain lists."""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.adapters.kafka_positions import Fetched, Position, Positions
from shared.ports import Delivery

PARTS = range(3)


@dataclass
class Part:
    """A part of the topic as the brokers have it: how far it was acknowledged, and how far its client has read."""

    acknowledged: int = 0
    read: int = 0
    ours: bool = True
    waiting: list[int] = field(default_factory=list)
    out: list[int] = field(default_factory=list)


class Reading(RuleBasedStateMachine):
    """Fetching, handing out, acknowledging, reading again and losing parts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = Positions()
        self.parts = {number: Part() for number in PARTS}
        self.handed: list[Delivery] = []

    @rule(number=st.sampled_from(PARTS), count=st.integers(1, 4), gap=st.integers(0, 2))
    def fetch(self, number: int, count: int, gap: int) -> None:
        part = self.parts[number]
        if part.ours:
            offsets = range(part.read + gap, part.read + gap + count)
            self.positions.put([Fetched(number, offset, f"case-{number}", b"") for offset in offsets])
            part.waiting.extend(offsets)
            part.read = offsets[-1] + 1

    @rule(limit=st.integers(1, 5))
    def take(self, limit: int) -> None:
        taken = self.positions.take(limit)
        assert len(taken) == min(limit, sum(len(part.waiting) for part in self.parts.values()))
        for delivery in taken:
            assert isinstance(delivery.position, Position)
            part = self.parts[delivery.position.partition]
            assert delivery.position.offset == part.waiting.pop(0), "each part in its order, nothing passed over, nothing that was lost"
            part.out.append(delivery.position.offset)
        self.handed += taken

    @precondition(lambda self: self.handed)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        upto = data.draw(st.sampled_from(self.handed)).position
        assert isinstance(upto, Position)
        before = {number: part.acknowledged for number, part in self.parts.items()}
        for number, place in self.positions.next_after(upto.turn).items():
            part = self.parts[number]
            assert part.ours, "what somebody else reads is not ours to acknowledge"
            assert place > before[number], "an acknowledgement takes nothing back"
            assert all(offset < place for offset in part.out if self._turn(number, offset) <= upto.turn), "everything up to it is covered"
            assert all(offset >= place for offset in part.out if self._turn(number, offset) > upto.turn), "and nothing behind it"
            assert not [offset for offset in part.waiting if offset < place], "nor what was never handed out"
            part.acknowledged = place
        self.positions.forget(upto.turn)
        for number, part in self.parts.items():
            part.out = [offset for offset in part.out if self._turn(number, offset) > upto.turn]

    @rule(number=st.sampled_from(PARTS))
    def lose(self, number: int) -> None:
        self.positions.lose({number})
        self.parts[number] = Part(self.parts[number].acknowledged, ours=False)

    @rule(number=st.sampled_from(PARTS))
    def get(self, number: int) -> None:
        if not self.parts[number].ours:
            acknowledged = self.parts[number].acknowledged
            self.parts[number] = Part(acknowledged, acknowledged)

    @rule()
    def read_again(self) -> None:
        back = self.positions.put_back()
        for number, part in self.parts.items():
            if part.out or part.waiting:
                assert back.pop(number) == (part.out + part.waiting)[0], "from the first that is not acknowledged"
                part.read = (part.out + part.waiting)[0]
            part.out, part.waiting = [], []
        assert not back

    @invariant()
    def nothing_is_passed_over(self) -> None:
        for part in self.parts.values():
            assert part.out + part.waiting == sorted(part.out + part.waiting)
            assert all(offset >= part.acknowledged for offset in part.out + part.waiting)

    def _turn(self, number: int, offset: int) -> int:
        """The last turn in which it was handed out."""
        places = [one.position for one in self.handed if isinstance(one.position, Position)]
        return max(place.turn for place in places if (place.partition, place.offset) == (number, offset))


TestReading = Reading.TestCase
