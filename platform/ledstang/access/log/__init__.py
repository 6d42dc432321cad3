"""The access log: who has looked at whose things, why and on what ground, in chains that nobody can change unseen."""
