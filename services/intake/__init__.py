"""Intake: the citizens' door. It alone knows who the complainants are.

Owns complaints as they were said, with sealed contacts, photos and what the complainant sees of the case; the ways in (online, calls,
mails, other apps, imports), and the notices that go out.
Events out: complaint.submitted, .supplemented, .urged, .withdrawn, .rated, .joined; notice.queued, .settled. Events in: everything
tracking says of a case, and its own notice.queued.
"""
