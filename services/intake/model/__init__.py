"""Intake's rules: numbers, query codes, what a complaint may look like, what the complainant sees and may do."""
