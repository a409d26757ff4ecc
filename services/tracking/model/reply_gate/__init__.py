"""What the reply gate looks at in a reply: its clauses, what is left of them, which demands it speaks to, what it gives away."""
