"""Logs: one JSON line an event where a machine reads, words where a person does, and nothing of anybody in either.

What a line may hold is a list of fields. Of what others log only the words of the code are kept, not what was filled in;
of an exception its type and its places, never its message, for both may hold what a person wrote.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

FIELDS = ("request", "method", "route", "status", "ms", "plugin", "hook", "job", "error", "where", "traceback")
"""What a line may say beside its words."""

LONGEST, DEEPEST = 200, 40
REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that is being answered: stands on every line, and on the error page to be quoted."""

requests = logging.getLogger("ledstang.requests")


class Lines(logging.Formatter):
    """An event as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "logger": record.name, "event": said(record)}
        return msgspec.json.encode(line | fields(record)).decode()


class Words(logging.Formatter):
    """An event for somebody at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line, and the places of a traceback below it."""
        about = fields(record)
        request = f" [{about['request']}]" if "request" in about else ""
        return "\n    ".join([f"{record.levelname}: {said(record)}{request}", *about.get("traceback", ())])


def configure(stream: TextIO = sys.stderr) -> None:
    """Send all that is logged in this process to a stream. A terminal is spared the line of each request."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Words() if stream.isatty() else Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("ledstang").setLevel(logging.INFO)
    requests.setLevel(logging.WARNING if stream.isatty() else logging.INFO)


def said(record: logging.LogRecord) -> str:
    """Return an event's words: ours whole, others' only as they stand in their code, and their first line."""
    ours = record.name.partition(".")[0] == "ledstang"
    return record.getMessage() if ours else str(record.msg).partition("\n")[0][:LONGEST]


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record says of what may be said."""
    told = {name: vars(record)[name] for name in FIELDS if name in vars(record)}
    if request := REQUEST.get():
        told.setdefault("request", request)
    if record.exc_info and record.exc_info[1]:
        told.setdefault("error", type(record.exc_info[1]).__name__)
        told.setdefault("traceback", places(record.exc_info[1]))
    return told


def places(fault: BaseException) -> list[str]:
    """Return an exception's traceback without a message or a value in it, the innermost last."""
    return [place for one in _chain(fault) for place in (f"{type(one).__name__}:", *_frames(one))]


def _chain(fault: BaseException) -> list[BaseException]:
    chain = [fault]
    while len(chain) < 5:
        before = chain[0].__cause__ or (None if chain[0].__suppress_context__ else chain[0].__context__)
        if before is None or before in chain:
            break
        chain.insert(0, before)
    return chain


def _frames(fault: BaseException) -> Iterator[str]:
    found = []
    trace = fault.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    yield from found[-DEEPEST:]
