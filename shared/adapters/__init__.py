"""The only code that knows a technology: one file for each port and technology, imported by nobody but the wiring."""
