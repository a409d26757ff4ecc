"""Routing proposes the department for a complaint, with reasons and an honest confidence, from the city's dispatch catalogue, the trained
head and what happened to closed cases like it.

Events in: complaint.submitted, case.closed. Events out: department.proposed. Of a case it keeps only the precedent that a closed one is; a
proposal is only a proposal, tracking owns the case.
"""
