"""How every service reads words: folding, n-grams, known words, linear heads. Plain functions of plain values; what follows from a text
is decided by the services.
"""
