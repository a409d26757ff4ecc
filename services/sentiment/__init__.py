"""Sentiment reads what a complaint says: mood, urgency, sensitivity and type, each with the words that made it.

Events in: complaint.submitted, complaint.supplemented. Events out: complaint.read. It keeps no document: a reading is only a proposal,
tracking owns the case.
Rules and models are files in `knowledge`; `train` makes the mood head, `characters` the table of traditional characters.
"""
