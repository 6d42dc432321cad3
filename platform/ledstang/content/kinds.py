"""Kinds of content: what a folder of Markdown is, how it is compiled, and the shelf that all of it ends on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from ledstang.content.blocks import Block, words_of
from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.forms.document import Form
from ledstang.content.nodes import Document, Place
from ledstang.content.parsing import read_document
from ledstang.content.prose import Media
from ledstang.content.static import HOST_BLOCKS
from ledstang.content.words import Words, load_words
from ledstang.isolation import where, within
from ledstang.patience import USUAL, Patience
from ledstang.shapes import misfit

log = logging.getLogger("ledstang")


class Compiled(msgspec.Struct, frozen=True):
    """One thing that was compiled. `document` is None when too little was right to make one; `path` is its main file.

    `hash` names the content: the same text gives the same hash on every machine.
    """

    kind: str
    key: str
    document: Any
    diagnostics: tuple[Diagnostic, ...]
    hash: str
    path: Path

    @property
    def clean(self) -> bool:
        """Whether nothing in it blocks publishing for a reason of its own; warnings don't."""
        return self.document is not None and all(fault.severity == "warning" for fault in self.diagnostics)


class ContentKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of content: `name` is the folder it lies in, `word` the first key of its main files' front matter.

    `compile` is given a main file and never raises for what an author wrote. `document` is the type it makes, for
    reading back what was stored. `entry` is a pattern that finds the main files in a folder; `parts` are the words of
    files that belong to a main file beside them. `words` go from a language to how the kind is written in it, where the
    host's own table has no word for it: `{"sv": "anteckning"}`.
    """

    name: str
    word: str
    compile: Callable[[Path, Library], Compiled]
    document: type
    entry: str = "*.md"
    parts: tuple[str, ...] = ()
    words: dict[str, str] = {}


class ContentFolder(msgspec.Struct, frozen=True):
    """A folder with content of a kind: an instance's own, or what a plugin brings along."""

    kind: str
    path: Path


class Library:
    """What a compile function is handed: the words and blocks of the instance, and the forms that anybody may embed."""

    def __init__(
        self,
        blocks: Iterable[Block] = (),
        forms: Mapping[str, Form] | None = None,
        language: str = "sv",
        kinds: Iterable[ContentKind] = (),
        words: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.blocks: dict[str, Block] = {block.name: block for block in (*HOST_BLOCKS, *blocks)}
        named = {kind.words.get(language, kind.word): kind.word for kind in kinds}
        self.words: Words = load_words(language).adding({**words_of(blocks, language), "kinds": named, **(words or {})})
        self.forms: dict[str, Form] = dict(forms or {})
        self.media: Media | None = None

    def parse(self, path: Path) -> tuple[Document, list[Diagnostic]]:
        """Read a file. Its pictures are looked for in the library's `media`, when it has one."""
        return read_document(path, self.words, blocks=self.blocks.values(), media=self.media)

    def form(self, key: str) -> Form | None:
        """Return the form or instrument of a key."""
        return self.forms.get(key)

    def holding(self, forms: Mapping[str, Form] | None = None, media: Media | None = None) -> Library:
        """Return a library with these forms before its own, and with the media of one folder."""
        inner = copy(self)
        inner.forms = {**self.forms, **(forms or {})}
        inner.media = media or self.media
        return inner


class Shelf:
    """All that was compiled, by kind and key. Of two with the same key in two folders, the first folder's stands."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.all: list[Compiled] = []
        self._by_key: dict[tuple[str, str], Compiled] = {}

    def put(self, compiled: Compiled) -> None:
        """Add one thing."""
        self.all.append(compiled)
        if compiled.key:
            self._by_key.setdefault((compiled.kind, compiled.key), compiled)

    def find(self, kind: str, key: str) -> Compiled | None:
        """Return one thing, or None."""
        return self._by_key.get((kind, key))

    def of(self, kind: str) -> dict[str, Compiled]:
        """Return the things of a kind by key, in the order they were found."""
        return {key: compiled for (known, key), compiled in self._by_key.items() if known == kind}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All faults of all things."""
        return [fault for compiled in self.all for fault in compiled.diagnostics]


def compile_all(
    kinds: Iterable[ContentKind],
    folders: Iterable[ContentFolder],
    blocks: Iterable[Block] = (),
    language: str = "sv",
    patience: Patience = USUAL,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Shelf:
    """Compile every folder. Forms are compiled first, so that everything else may embed them.

    Pure reading and reckoning: run it in a worker thread. A kind whose compiler raises or hangs costs its own files.
    """
    known = {kind.name: kind for kind in kinds}
    shelf = Shelf(Library(tuple(blocks), language=language, kinds=known.values(), words=words))
    for folder in sorted(folders, key=lambda folder: folder.kind != "forms"):
        kind = known.get(folder.kind)
        if kind is None:
            continue  # its plugin is not here, or was refused and told
        taken: dict[str, Path] = {}
        compiler = Compiler(kind, shelf.library, patience.asked_ms)
        for path in entries(kind, folder.path):
            compiled = compiler.compile(path)
            first = taken.setdefault(compiled.key, path) if compiled.key else path
            shelf.put(compiled if first == path else _twice(compiled, path, first))
            if isinstance(compiled.document, Form):
                shelf.library.forms.setdefault(compiled.key, compiled.document)
    return shelf


class Compiler:
    """Compiles the files of one kind, each alone. After one that never came to an end, the kind's others are not tried."""

    def __init__(self, kind: ContentKind, library: Library, milliseconds: int) -> None:
        self._kind, self._library, self._milliseconds = kind, library, milliseconds
        self._hung = False

    def compile(self, path: Path) -> Compiled:
        """Return what became of a file. What the compiler raised is a fault of the file's, told with its type."""
        if self._hung:
            return self._failed(path, TimeoutError())
        compiled, fault = within(self._milliseconds, self._compiled, path)
        self._hung = isinstance(fault, TimeoutError) and fault.__traceback__ is None
        return compiled if compiled is not None else self._failed(path, fault)

    def _compiled(self, path: Path) -> Compiled:
        compiled = self._kind.compile(path, self._library)
        if not isinstance(compiled, Compiled) or misfit(compiled, Compiled):
            raise TypeError("a compiler returns what it has compiled")
        if not isinstance(compiled.document, self._kind.document | None):
            raise TypeError("a document is of the type that its kind says")
        return compiled

    def _failed(self, path: Path, fault: BaseException | None) -> Compiled:
        about = {"kind": self._kind.name, "fault": type(fault).__name__, "where": where(fault, self._kind.compile)}
        log.error("the compiler of `%s` failed: %s at %s", *about.values())
        sentence = "The compiler of “{kind}” failed on this file: {fault} at {where}."
        tip = "Tell those who made the plugin; the file may be fine."
        told = error(Place(str(path), 1), "compiler-failed", sentence, tip, **about)
        return Compiled(self._kind.name, "", None, (told,), "", path)


def _twice(compiled: Compiled, path: Path, first: Path) -> Compiled:
    """Return something compiled with the fault that its key is another's in the same folder."""
    sentence, tip = "“{key}” is already taken.", "Choose another; the first is in {file}."
    names = {"key": compiled.key, "file": str(Path(*first.parts[-2:]))}
    fault = error(Place(str(path), 2), "key-twice", sentence, tip, **names)
    return msgspec.structs.replace(compiled, diagnostics=(*compiled.diagnostics, fault))


def entries(kind: ContentKind, folder: Path) -> list[Path]:
    """Return a folder's main files of a kind, in the order of their names. READMEs are for people."""
    return [path for path in sorted(folder.glob(kind.entry)) if path.name != "README.md"]


def at_publishing(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics as publishing sees them: what may be missing in a draft is an error then."""
    return [
        msgspec.structs.replace(fault, severity="error") if fault.code.startswith("missing-") else fault
        for fault in found
    ]


def content_hash(document: Any) -> str:
    """Return the name of a document by its content."""
    return sha256(msgspec.msgpack.encode(document)).hexdigest()
