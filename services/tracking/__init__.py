"""Tracking: the officials' desk. It owns the state of every case and its clocks."""
