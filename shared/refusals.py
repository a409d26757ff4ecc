"""The refusal that rules raise: a code that words.toml explains, and the facts its words need."""

from typing import Any


class NotAllowed(Exception):  # noqa: N818 - the house's word
    """A step that the rules do not allow. `why` is a code such as 'reply.no_first_contact'; the words are `refusal.<why>`."""

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts


class NotYours(NotAllowed):
    """The step is there, but not for this person's role or department."""
