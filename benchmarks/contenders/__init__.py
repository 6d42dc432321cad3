"""One page, made three ways: by us, by the barest code there can be, and by Django as its users would write it."""
