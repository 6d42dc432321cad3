"""The database: a pooled SQLite engine for Piccolo, prepared queries, sealed columns and migrations."""

from __future__ import annotations

from ledstang.database.blanks import PreparedFault
from ledstang.database.database import Database, create_tables
from ledstang.database.engine import PooledSQLiteEngine
from ledstang.database.faults import DatabaseFault, WriterBusy
from ledstang.database.prepared import Bound, Prepared, prepared
from ledstang.database.schema import App, migrate
from ledstang.database.sealed import Keys, SealBroken

__all__ = [
    "App",
    "Bound",
    "Database",
    "DatabaseFault",
    "Keys",
    "PooledSQLiteEngine",
    "Prepared",
    "PreparedFault",
    "SealBroken",
    "WriterBusy",
    "create_tables",
    "migrate",
    "prepared",
]
