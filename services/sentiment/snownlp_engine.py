"""The mood as snownlp judges it, to compare with. Loaded only when a setting or a measurement asks for it."""

import importlib
from importlib.metadata import version

from services.sentiment.model.mood import Feeling
from shared.language.engine import Heard
from shared.language.normalise import Text

LONGEST = 500
"""Characters given to snownlp at most: its time grows with the square of a text without punctuation."""


class SnownlpMood:
    """snownlp's Bayes classifier over its own segmentation, as it ships."""

    slow = True

    def __init__(self) -> None:
        self.classifier = importlib.import_module("snownlp.sentiment")
        self.name = f"snownlp {version('snownlp')}"

    def judge(self, text: Text, heard: Heard) -> Feeling:
        """The probability of content as a value from −1 to 1; it names no words. Without a word that it knows, 0."""
        head = text.folded[:LONGEST].strip()
        return Feeling(round(2 * float(self.classifier.classify(head)) - 1, 4) if head else 0.0, ())
