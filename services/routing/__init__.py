"""Routing proposes the department for a complaint, with reasons and an honest confidence, from the city's dispatch catalogue.

Events in: complaint.submitted. Events out: department.proposed. It keeps no document: a proposal is only a proposal, tracking owns
the case.
"""
