"""The word to go ahead, and how often it was asked for."""


class Going:
    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1
