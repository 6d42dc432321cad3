"""What reaches a person: the one inbox of all services."""
