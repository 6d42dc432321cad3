"""What `ledstang check` shows: a line for each fault, for people; the same as JSON, for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ledstang.content.diagnostics import Diagnostic
from ledstang.content.texts import text
from ledstang.saying import Said


def ordered(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, line and column, and tell each fault once. What is wrong with a whole file comes first."""
    unique = {
        (fault.file, fault.line or 0, fault.column or 0, fault.code, fault.sentence, str(fault.values)): fault
        for fault in found
    }
    return [unique[key] for key in sorted(unique)]


def as_text(found: Sequence[Diagnostic], language: str, folders: Sequence[Path] = ()) -> str:
    """Return a line `file:line:col  code  sentence  tip` for each fault, and a line with their number."""
    lines = []
    for fault in found:
        where = ":".join(str(part) for part in (shown(fault.file), fault.line, fault.column) if part is not None)
        sentence, tip = filled(fault, language, folders)
        mark = text("warning", language) + ": " if fault.severity == "warning" else ""
        lines.append(f"{where}  {fault.code}  {mark}{sentence}  {tip}".rstrip())
    return "\n".join([*lines, summary(found, language)])


def as_json(found: Sequence[Diagnostic], language: str, folders: Sequence[Path] = ()) -> str:
    """Return `{"diagnostics": [{file, line, column, code, severity, sentence, tip}]}`."""
    return msgspec.json.encode({"diagnostics": [as_data(fault, language, folders) for fault in found]}).decode()


def as_data(fault: Diagnostic, language: str, folders: Sequence[Path] = ()) -> dict[str, Any]:
    """Return one fault as the JSON of `check` has it."""
    sentence, tip = filled(fault, language, folders)
    return {
        "file": shown(fault.file),
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "severity": fault.severity,
        "sentence": sentence,
        "tip": tip,
    }


def filled(fault: Diagnostic, language: str, folders: Sequence[Path] = ()) -> tuple[str, str]:
    """Return a fault's sentence and tip in a language, with their values in place."""
    values = {
        key: _said(value, language, folders) if isinstance(value, str) else value for key, value in fault.values.items()
    }
    return _fill(text(fault.sentence, language, folders), values), _fill(text(fault.tip, language, folders), values)


def _said(value: str, language: str, folders: Sequence[Path]) -> str:
    if isinstance(value, Said):
        return value.translated(lambda message: text(message, language, folders))
    return text(value, language, folders)


def summary(found: Sequence[Diagnostic], language: str) -> str:
    """Return how many errors and warnings there are."""
    errors = sum(fault.severity == "error" for fault in found)
    if not found:
        return text("No faults found.", language)
    return text("{errors} errors, {warnings} warnings.", language).format(errors=errors, warnings=len(found) - errors)


def shown(file: str) -> str:
    """Return a file's name as somebody standing in the current folder would write it."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else file


def _fill(message: str, values: dict[str, Any]) -> str:
    try:
        return message.format_map(values)
    except (KeyError, IndexError, ValueError):  # a translation with a place too many must not hide the fault
        return message
