"""The page that is compared: our own answer, taken apart into a flat template and the holes in it.

The template is what Jinja and Django write alike, so that both peers give the same bytes without our macros, inheritance,
translations and walks through the form. Whatever they leave out counts against us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

FILE = "page.json"
CHOICE = re.compile(r'(<input type="(radio|checkbox)" name="([^"]+)" value="([^"]*)" id="[^"]*")(?: checked)?>')
REVISION = re.compile(r'<input type="hidden" name="_revision\.([^"]+)" value="\d+">')
WRITTEN = re.compile(r'(<input class="input[^"]*"[^>]* name="([^"]+)" type="text" value=")[^"]*(")')
LINES = re.compile(r'(<textarea [^>]*name="([^"]+)"[^>]*>\n).*?(</textarea>)', re.DOTALL)
STEP = re.compile(r'(<li><a href="[^"?]*/module/[^/"]+/([^"]+)"[^>]*>[^<]*</a>)( \([^)]+\))?</li>')
EARLIER = re.compile(r'<span class="answered">([^<]*)</span>')
ONCE = re.compile(r'(nonce=|name="_csrf" value=|data-csrf=)"[^"]*"')
UNTIL = re.compile(r"(<noscript>[^:]*)\d\d:\d\d")

Given = Mapping[str, tuple[Any, int]]
"""Answers and their revisions by `place.question`."""


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who reads the page: where it is for them, and the token of their session."""

    id: str
    name: str
    path: str
    token: str


class Page(msgspec.Struct, frozen=True):
    """The flat template, and what fills it: `fields` and `earlier` are names of answers, `steps` the module's step ids."""

    template: str
    module: str
    fields: list[str]
    earlier: list[str]
    steps: list[str]
    visitors: list[Visitor]
    cookie: str

    def shows(self, name: str) -> bool:
        """Say whether an answer stands on the page: only these need unsealing, and ours unseals no others."""
        return name in self.fields or name in self.earlier

    def holes(self, visitor: str, name: str, done: Iterable[str], given: Given) -> dict[str, Any]:
        """Return what fills the template for one person; `csrf` and `nonce` are the framework's to add."""
        done = set(done)
        filled: dict[str, Any] = {"id": visitor, "name": name}
        filled |= {f"done{number}": step in done for number, step in enumerate(self.steps)}
        for number, field in enumerate(self.fields):
            filled[f"value{number}"], filled[f"revision{number}"] = given.get(field, ("", 0))
        filled |= {f"earlier{number}": given[field][0] for number, field in enumerate(self.earlier)}
        return filled

    def keep(self, folder: Path) -> None:
        """Write the page where the contenders find it."""
        (folder / FILE).write_bytes(msgspec.json.encode(self))


def read_page(folder: Path) -> Page:
    """Read what `keep` wrote."""
    return msgspec.json.decode((folder / FILE).read_bytes(), type=Page)


def take_apart(html: str, module: str, visitors: list[Visitor], cookie: str, texts: Mapping[str, str]) -> Page:
    """Make the page of one answer of ours, to the first visitor. `texts` are the names of their written answers by text."""
    if re.search(r"\{[{%#]", html):
        raise ValueError("the page holds what a template would read as its own")
    fields: list[str] = []
    earlier = [texts[found] for found in EARLIER.findall(html)]
    steps = [found[2] for found in STEP.finditer(html)]
    done = next(found[3] for found in STEP.finditer(html) if found[3])

    def number(name: str) -> int:
        if name not in fields:
            fields.append(name)
        return fields.index(name)

    def choice(found: re.Match[str]) -> str:
        test = "==" if found[2] == "radio" else "in"
        return f'{found[1]}{{% if "{found[4]}" {test} value{number(found[3])} %}} checked{{% endif %}}>'

    def revision(found: re.Match[str]) -> str:
        hole = f"revision{number(found[1])}"
        tag = re.sub(r'value="\d+"', f'value="{{{{ {hole} }}}}"', found[0])
        return f"{{% if {hole} %}}{tag}{{% endif %}}"

    def step(found: re.Match[str]) -> str:
        return f"{found[1]}{{% if done{steps.index(found[2])} %}}{done}{{% endif %}}</li>"

    count = iter(range(len(earlier)))
    html = STEP.sub(step, CHOICE.sub(choice, REVISION.sub(revision, html)))
    html = EARLIER.sub(lambda _: f'<span class="answered">{{{{ earlier{next(count)} }}}}</span>', html)
    for one in (WRITTEN, LINES):
        html = one.sub(lambda found: f"{found[1]}{{{{ value{number(found[2])} }}}}{found[3]}", html)
    html = ONCE.sub(lambda found: f'{found[1]}"{{{{ {"nonce" if "nonce" in found[1] else "csrf"} }}}}"', html)
    first = visitors[0]
    html = html.replace(first.id, "{{ id }}").replace(first.name, "{{ name }}")
    return Page(html, module, fields, earlier, steps, visitors, cookie)


def plain(html: bytes) -> str:
    """Return a page without what is new each time."""
    return UNTIL.sub(r"\1", ONCE.sub(r'\1""', html.decode()))
