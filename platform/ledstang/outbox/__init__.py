"""The outbox: every effect is written down with the data it belongs to, and carried out afterwards, once."""
