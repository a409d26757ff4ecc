"""Contacts as they may lie open on a desk: enough to know somebody again, not enough to reach them."""


def mask_name(name: str) -> str:
    """The first character and a star for each other one: 王**. At most four stars."""
    return name[:1] + "*" * min(len(name) - 1, 4) if name else ""


def mask_phone(phone: str) -> str:
    """The first three and last four digits; a short number shows its last two only."""
    local = phone.removeprefix("+86")
    return local[:3] + "*" * (len(local) - 7) + local[-4:] if len(local) >= 10 else "*" * max(len(local) - 2, 0) + local[-2:]


def mask_email(email: str) -> str:
    """The first sign of the box and the whole of the domain."""
    box, _, domain = email.partition("@")
    return f"{box[:1]}***@{domain}" if domain else ""
