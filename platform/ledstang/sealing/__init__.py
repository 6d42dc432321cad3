"""Replacing keys while people are served: which key seals, who knows it, and what is still sealed with an older one."""
