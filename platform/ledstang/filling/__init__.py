"""Filling a form in, page by page: for every plugin that asks people something."""
