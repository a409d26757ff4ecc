"""People in: what officers do to cases and accounts."""
