"""What `check PATH` looks at: which files of a folder are the main ones of what kind, and whose faults are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.front import SETTING
from ledstang.content.kinds import ContentKind, Library
from ledstang.content.nodes import Place
from ledstang.content.parsing import read_document
from ledstang.content.words import Words

PASSED_OVER = ("README.md", "CHANGELOG.md")


def check_path(path: Path, kinds: Sequence[ContentKind], library: Library) -> list[Diagnostic]:
    """Return every fault of one file of Markdown, or of everything in a folder."""
    if path.is_file():
        return _file(path, kinds, library)
    found: list[Diagnostic] = []
    covered: set[Path] = set()
    files = {file: kind_word(file, library.words) for file in _files(path)}
    for file, word in files.items():
        kind = next((kind for kind in kinds if kind.word == word and "/" in kind.entry), None)
        if kind and file.name == kind.entry.rpartition("/")[2]:
            found += kind.compile(file, library).diagnostics
            covered |= {other for other in files if other.is_relative_to(file.parent)}
    for file in files:
        if file not in covered:
            found += _file(file, kinds, library)
    return found


def kind_word(path: Path, words: Words) -> str | None:
    """Return the canonical word that a file's front matter begins with, reading no more; None when it has none."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            first, second = file.readline(200), file.readline(200)
    except OSError:
        return None
    match = SETTING.match(second.strip()) if first.strip() == "---" else None
    return words.canonical("kinds", match["key"]) if match else None


def _file(path: Path, kinds: Sequence[ContentKind], library: Library) -> list[Diagnostic]:
    """Check one file: as what its first key says it is, or as part of what lies beside it."""
    word = kind_word(path, library.words)
    whole = next((kind for kind in kinds if word == kind.word), None)
    if whole:
        return list(whole.compile(path, library).diagnostics)
    part = next((kind for kind in kinds if word in kind.parts), None)
    main = _main(path, part) if part else None
    if part and main:
        compiled = part.compile(main, library)
        return [fault for fault in compiled.diagnostics if fault.file == str(path)]
    if part:
        return list(part.compile(path, library).diagnostics)
    return _unclaimed(path, word, library)


def _main(path: Path, kind: ContentKind) -> Path | None:
    """Return the main file beside a part, if there is one."""
    main = path.parent / kind.entry.rpartition("/")[2]
    return main if main.is_file() and main != path else None


def _unclaimed(path: Path, word: str | None, library: Library) -> list[Diagnostic]:
    """Report what can be said of a file of no kind that is compiled here."""
    document, found = read_document(path, library.words, blocks=library.blocks.values())
    if word is None or any(fault.severity == "error" for fault in found):
        return found
    sentence, tip = (
        "Nothing that is installed here compiles files of the kind “{kind}”.",
        "Install the plugin that does.",
    )
    return [
        *found,
        error(Place(document.file, 2), "kind-unserved", sentence, tip, kind=library.words.written("kinds", word)),
    ]


def _files(folder: Path) -> Iterable[Path]:
    """Return the Markdown of a folder, in order. Hidden folders and what is written for people are passed over."""
    for path in sorted(folder.rglob("*.md")):
        hidden = any(part.startswith((".", "_")) or part == "node_modules" for part in path.relative_to(folder).parts)
        if not hidden and path.name not in PASSED_OVER and path.is_file():
            yield path
