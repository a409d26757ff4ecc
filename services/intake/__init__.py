"""Intake: the citizens' door. It alone knows who the complainants are.

Owns complaints as they were said, with sealed contacts, photos and what the complainant sees of the case.
Events out: complaint.submitted, .supplemented, .urged, .withdrawn, .rated. Events in: everything tracking says of a case.
"""
