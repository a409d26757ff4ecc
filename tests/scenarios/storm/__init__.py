"""What a storm across processes is made of: those who send, what goes wrong, what is said meanwhile, and the comparison at the end."""
