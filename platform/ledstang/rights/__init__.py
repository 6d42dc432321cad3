"""What persons may ask of what is kept about them: a copy, to have it erased; and what is removed when its time is over."""
