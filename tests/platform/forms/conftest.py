"""Fixtures in pairs of Markdown and what becomes of it, and a form from a few lines of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from ledstang.content.diagnostics import Diagnostic
from ledstang.content.forms.compiling import compile_questions
from ledstang.content.forms.document import Form
from ledstang.content.parsing import parse
from ledstang.content.words import load_words

FIXTURES = Path(__file__).parents[2] / "fixtures" / "forms"
HEADER = "---\nformulär: prov\ntitel: Prov\n---\n"


def cases(name: str, parts: int) -> list[tuple[str, ...]]:
    """Return the cases of a fixture file: a title and its parts."""
    blocks: list[list[str]] = [[]]
    for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines():
        if line == ".":
            blocks.append([])
        else:
            blocks[-1].append(line)
    texts = ["\n".join(block).strip("\n") for block in blocks]
    titles = [text.split("\n\n")[-1] for text in texts[:: parts + 1]]
    return [
        (title, *texts[at * (parts + 1) + 1 : (at + 1) * (parts + 1)])
        for at, title in enumerate(titles)
        if title.strip()
    ]


PAIRS = {"broken": ("faults.md", 2), "outcome": ("outcomes.md", 3)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `broken` or `outcome` every case of that file."""
    for name, (file, parts) in PAIRS.items():
        if name in metafunc.fixturenames:
            found = cases(file, parts)
            metafunc.parametrize(name, [case[1:] for case in found], ids=[case[0] for case in found])


def compiled(source: str, forms: Mapping[str, Form] | None = None) -> tuple[Form, list[Diagnostic]]:
    """Compile the body of a form; lines are counted from the body's first."""
    document, found = parse(HEADER + source, "prov.md", load_words())
    form, more = compile_questions(document.body, key="prov", title="Prov", file="prov.md", forms=forms)
    shift = HEADER.count("\n")
    return form, [
        msgspec.structs.replace(fault, line=None if fault.line is None else fault.line - shift)
        for fault in (*found, *more)
    ]


def clean(source: str, forms: Mapping[str, Form] | None = None) -> Form:
    """Compile a form that has no faults."""
    form, found = compiled(source, forms)
    assert [(fault.line, fault.code) for fault in found] == []
    return form


@pytest.fixture
def make() -> Callable[..., Form]:
    """Compile a form that has no faults."""
    return clean


@pytest.fixture
def read() -> Callable[..., tuple[Form, list[Diagnostic]]]:
    """Compile a form and tell its faults."""
    return compiled
