"""Tracking's rules: pure functions of plain values."""
