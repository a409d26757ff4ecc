"""What the mailbox learns of notices that went out: that one came back, or that it has arrived. Told twice, it is the same."""

from functools import partial

from services.intake.actions.notices import revise
from services.intake.documents.notice import ADDRESS, Address
from services.intake.door import Door
from services.intake.model.notice import Notice
from services.intake.model.sending import bounce, deliver
from services.intake.numbering import MACHINE
from shared.runtime.work import Action, until_written


async def note_bounce(door: Door, notice_id: str, *, permanent: bool, why: str) -> Notice | None:
    """The notice after its mail came back; None when there is none. `why` is what the mail system said; addresses in it are not kept.

    When that is for good, nothing is sent to the address until somebody gives it anew. A delay (not `permanent`) is still on its way
    and changes nothing. Raises Unavailable.
    """
    now = door.clock.now()
    notice = await revise(door, notice_id, lambda current: bounce(current, now, why) if permanent else current)
    if permanent and notice and notice.state == "bounced" and notice.address:
        await until_written(partial(_close_address, door, notice.address, notice.id))
    return notice


async def note_delivered(door: Door, notice_id: str) -> Notice | None:
    """The notice after the receiver's mail system said that it has arrived; None when there is none. Raises Unavailable."""
    now = door.clock.now()
    return await revise(door, notice_id, lambda current: deliver(current, now))


async def _close_address(door: Door, address: str, notice_id: str) -> None:
    action = Action(door.store, door.clock.now(), MACHINE)
    known = await action.load(ADDRESS, address)
    if known is None or known.notice != notice_id:
        action.apply(ADDRESS, address, Address(bounced_at=action.now, notice=notice_id))
        await action.commit()
