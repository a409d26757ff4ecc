"""The services: each owns its rooms and its data; none imports another."""
