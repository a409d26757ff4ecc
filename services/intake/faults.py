"""What is wrong with what somebody sent, beyond its shape: known only with the places, the uploads or the numbering plan at hand."""


class Refused(Exception):  # noqa: N818 - the house's word
    """`field` is the part of the submission, `why` a code that words.toml explains."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why
