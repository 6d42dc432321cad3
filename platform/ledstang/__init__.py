"""The front door: all that a plugin may import."""
