"""People in: what complainants send and do, and what officers look at."""
