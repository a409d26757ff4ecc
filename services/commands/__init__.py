"""The commands that work on tables and need no running system: judge, learn, duplicates, topics, check-reply, evaluate."""
