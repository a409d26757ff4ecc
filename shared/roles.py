"""The officers' roles and the circles they form: names, no decisions. Sessions, rules and pages of every service mean the same by them."""

ROLES: tuple[str, ...] = (
    "agent", "clerk", "dispatcher", "liaison", "handler", "approver", "co_handler", "reviewer", "callback_clerk", "supervisor",
    "administrator", "auditor",
)  # fmt: skip
DEPARTMENT_ROLES = frozenset({"liaison", "handler", "approver", "co_handler"})
"""Roles that mean nothing without a department."""
CENTRE_ROLES = frozenset(ROLES) - DEPARTMENT_ROLES
"""Those who see the cases of all departments."""
SEES_RESTRICTED = frozenset({"dispatcher", "reviewer", "supervisor", "auditor"})
"""Roles of the centre that need to see restricted matters."""
HANDLES_RESTRICTED = frozenset({"handler", "approver"})
"""Roles of the lead department that handle restricted matters."""
