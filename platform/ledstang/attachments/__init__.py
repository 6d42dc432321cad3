"""Files that people and services attach to things: taken in pieces, looked through, sealed, and only ever handed out as files."""
