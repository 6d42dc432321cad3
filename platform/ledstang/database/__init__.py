"""The database: a pooled SQLite engine for Piccolo, prepared queries, sealed columns and migrations."""

from __future__ import annotations

from ledstang.database.blanks import PreparedFault
from ledstang.database.database import Database, create_tables
from ledstang.database.engine import PooledSQLiteEngine
from ledstang.database.faults import DatabaseFault, WriterBusy
from ledstang.database.prepared import Bound, Prepared, prepared

__all__ = [
    "Bound",
    "Database",
    "DatabaseFault",
    "PooledSQLiteEngine",
    "Prepared",
    "PreparedFault",
    "WriterBusy",
    "create_tables",
    "prepared",
]
