"""The rules of reading: pure functions from a text and what a reader knows to a judgement with its evidence."""
