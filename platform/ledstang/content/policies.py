"""Policy tables: who may do what for whom, from which age to which, read from a Markdown table row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
from markdown_it.token import Token

from ledstang.access.policies import NOBODY, PolicyRow
from ledstang.content import source
from ledstang.content.agreeing import Placed, disagreements, gaps
from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.front import unknown_keys
from ledstang.content.kinds import Compiled, ContentKind, Library, content_hash
from ledstang.content.markdown import tokens_of
from ledstang.content.nodes import Document, Place
from ledstang.content.parsing import parse
from ledstang.content.prose import plain
from ledstang.content.words import Words, load_words, nearest

FRONT = frozenset({"title", "valid from", "valid to", "source", "owner", "version", "language", "description"})
COLUMNS = (
    "service", "action", "relation", "from age", "to age", "region", "unit", "valid from", "valid to", "objection", "basis",
)  # fmt: skip
DEMANDED = ("service", "action", "relation", "from age", "basis")
AGE = re.compile(r"\d{1,3}", re.ASCII)


class Policy(msgspec.Struct, frozen=True):
    """One policy table. Rows stand in the order they were written in, `lines` says where.

    `meant` are the rows for nobody, which say that a gap is meant: nothing is decided by them.
    """

    key: str
    title: str
    rows: tuple[PolicyRow, ...]
    lines: tuple[int, ...] = ()
    meant: tuple[PolicyRow, ...] = ()


def compile_policy(path: Path) -> tuple[tuple[PolicyRow, ...], list[Diagnostic]]:
    """Compile one file of policy tables. A row with a fault is left out, so that it can admit nobody."""
    policy, found = _compile(path, load_words())
    return policy.rows, found


def read_policy(path: Path, words: Words | None = None) -> Policy:
    """Read one file of policy tables, without its faults and the rows that have them."""
    return _compile(path, words or load_words())[0]


def compile_policy_file(path: Path, library: Library) -> Compiled:
    """Compile one file of policy tables as a kind of content."""
    policy, found = _compile(path, library.words)
    return Compiled("policies", policy.key, policy, tuple(found), content_hash(policy), path)


POLICIES = ContentKind(name="policies", word="policy", compile=compile_policy_file, document=Policy)


def _compile(path: Path, words: Words) -> tuple[Policy, list[Diagnostic]]:
    text, found = source.read(path)
    if text is None:
        return Policy(path.stem, "", ()), found
    document, more = parse(text, str(path), words)
    found += [*more, *unknown_keys(document, FRONT, words)]
    days: dict[str, date | None] = {}
    for name in ("valid from", "valid to"):
        days[name], faults = _day(document, name)
        found += faults
    found += _sources(document, words)
    placed: list[Placed] = []
    for cells in _rows(tokens_of(text), str(path), words, found):
        row = _row(cells, days, words, found)
        if row is not None:
            placed.append((row, next(place for _, place in cells.values())))
    found += [*disagreements(placed), *gaps(placed, words)]
    told = [(row, place.line) for row, place in placed if row.relation != NOBODY]
    rows, lines = tuple(row for row, _ in told), tuple(line for _, line in told)
    if not rows and not any(fault.severity == "error" for fault in found):
        tip = "Write a table with the columns {known}."
        known = ", ".join(words.written("columns", column) for column in COLUMNS)
        found.append(error(Place(str(path), 1), "policy-empty", "The file has no table of policies.", tip, known=known))
    title = document.front["title"].value if "title" in document.front else document.key
    meant = tuple(row for row, _ in placed if row.relation == NOBODY)
    return Policy(document.key or path.stem, title, rows, lines, meant), found


Cells = Mapping[str, tuple[str, Place]]


def _rows(tokens: list[Token], file: str, words: Words, found: list[Diagnostic]) -> Iterator[Cells]:
    """Yield the rows of all tables as cells by column."""
    columns: list[str | None] = []
    for index, token in enumerate(tokens):
        if token.type != "tr_open":
            continue
        place = Place(file, (token.map or [0])[0] + 1)
        cells = list(_cells(tokens, index))
        if tokens[index - 1].type == "thead_open":
            columns = _columns(cells, place, words, found)
        else:
            yield {column: (cell, place) for column, cell in zip(columns, cells, strict=False) if column}


def _cells(tokens: list[Token], row: int) -> Iterator[str]:
    for index in range(row + 1, len(tokens)):
        if tokens[index].type == "tr_close":
            return
        if tokens[index].type == "inline":
            yield plain(tokens[index].children or [])


def _columns(cells: list[str], place: Place, words: Words, found: list[Diagnostic]) -> list[str | None]:
    """Return what each column means, and report those that mean nothing and those that are missing."""
    columns = [words.canonical("columns", cell) for cell in cells]
    for cell, column in zip(cells, columns, strict=True):
        if column is None:
            found.append(_unknown(place, "policy-column", "There is no column “{word}”.", cell, words, "columns"))
    for column in DEMANDED:
        if column not in columns:
            sentence, tip = "The column “{word}” is missing.", "Add it to the table."
            found.append(error(place, "policy-column-missing", sentence, tip, word=words.written("columns", column)))
    return columns


def _row(cells: Cells, days: Mapping[str, date | None], words: Words, found: list[Diagnostic]) -> PolicyRow | None:
    """Make one row, or report why it cannot be made."""
    before = len(found)
    values = {column: cells.get(column, ("", Place("", 1)))[0] for column in COLUMNS}
    place = next((place for _, place in cells.values()), Place("", 1))
    since, until = (_date(values[name], place, found) or days[name] for name in ("valid from", "valid to"))
    found += _backwards(since, until, place)
    relation = words.canonical("relations", values["relation"])
    if relation is None:
        sentence = "There is no relation “{word}”."
        found.append(_unknown(place, "policy-relation", sentence, values["relation"], words, "relations"))
    ages = [_age(values[name], place, found) for name in ("from age", "to age")]
    if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
        sentence, tip = "No age is from {low} to {high}.", "Both ages are inclusive; write the lower one first."
        found.append(error(place, "ages-backwards", sentence, tip, low=ages[0], high=ages[1]))
    for column in ("service", "action", "basis"):
        if not values[column]:
            sentence, tip = "“{word}” is empty.", "Fill it in; * means all of them."
            found.append(error(place, "policy-cell-empty", sentence, tip, word=words.written("columns", column)))
    objection = values["objection"] != "" and words.canonical("truth", values["objection"]) == "yes"
    if values["objection"] and words.canonical("truth", values["objection"]) is None:
        sentence = "“{word}” is neither yes nor no."
        found.append(_unknown(place, "policy-objection", sentence, values["objection"], words, "truth"))
    if len(found) > before or relation is None:
        return None
    service = words.canonical("services", values["service"]) or values["service"]
    action = words.canonical("actions", values["action"]) or values["action"]
    region, unit = values["region"] or None, values["unit"].upper() or None
    return PolicyRow(
        service, action, relation, ages[0], ages[1], values["basis"], since, until, region, unit, None, objection
    )


def _backwards(since: date | None, until: date | None, place: Place) -> Iterator[Diagnostic]:
    """Yield that a row ends before it begins."""
    if since is not None and until is not None and until < since:
        sentence, tip = "No day is from {first} to {last}.", "Both days are inclusive; write the earlier one first."
        yield error(place, "policy-days-backwards", sentence, tip, first=since.isoformat(), last=until.isoformat())


def _age(written: str, place: Place, found: list[Diagnostic]) -> int | None:
    if not written:
        return None
    if not AGE.fullmatch(written):
        sentence, tip = "“{text}” is not an age.", "Write it in whole years, or leave it empty."
        found.append(error(place, "policy-age", sentence, tip, text=written[:40]))
        return None
    return int(written)


def _day(document: Document, name: str) -> tuple[date | None, list[Diagnostic]]:
    setting = document.front.get(name)
    if setting is None:
        return None, []
    found: list[Diagnostic] = []
    return _date(setting.value, setting.place, found), found


def _date(written: str, place: Place, found: list[Diagnostic]) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        sentence, tip = "“{text}” is not a day of the calendar.", "Write it as year-month-day."
        found.append(error(place, "policy-day", sentence, tip, text=written[:40]))
        return None


def _sources(document: Document, words: Words) -> Iterator[Diagnostic]:
    for name in ("valid from", "source"):
        if not (name in document.front and document.front[name].value):
            sentence, tip = "“{key}” is missing.", "A rule for who may act has to say since when, and on what ground."
            key = words.written("front", name)
            yield warning(Place(document.file, 1), "missing-" + name.replace(" ", "-"), sentence, tip, key=key)


def _unknown(place: Place, code: str, sentence: str, word: str, words: Words, table: str) -> Diagnostic:
    known = words.of(table)
    suggestion = nearest(word, known)
    tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
    return error(place, code, sentence, tip, word=word[:60], suggestion=suggestion, known=", ".join(known))
