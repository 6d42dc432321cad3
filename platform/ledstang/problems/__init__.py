"""Something is wrong: what people report of pages, for a human to read."""
