"""From a module's nodes to sections and steps: where each begins, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledstang import Box, Diagnostic, Heading, Node, Rule, html_of, warning

from ledstang_programmes.document import BoxPart, FormPart, HtmlPart, Part, Section, Step
from ledstang_programmes.identity import Ids, slug

SHIFT = -1
"""A step's title is its page's first heading, so a `###` of the author's is the second level there."""

Make = Callable[[Box, str], Part | None]


@dataclass(slots=True)
class _Step:
    title: str
    heading: Heading | None = None
    nodes: list[Node] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.nodes and not self.parts

    def flush(self) -> None:
        """Turn the nodes gathered so far into one part."""
        html = html_of(self.nodes, SHIFT)
        if html.strip():
            self.parts.append(HtmlPart(html))
        self.nodes = []


class Structure:
    """Builds the sections of one module. `make` turns a box into a part; it is given the title of where it stands."""

    def __init__(self, title: str, make: Make, stepping: Callable[[Box], bool]) -> None:
        self.title, self._make, self._stepping = title, make, stepping
        self.intro: list[Node] = []
        self.sections: list[tuple[str, list[_Step]]] = []
        self._step: _Step | None = None
        self._ids, self._section_ids = Ids(), Ids()
        self.diagnostics: list[Diagnostic] = []

    def read(self, nodes: Iterable[Node]) -> tuple[Section, ...]:
        """Read all nodes. What stands before the first section or step is left in `intro`."""
        for node in nodes:
            if isinstance(node, Heading) and node.level <= 2:
                self._heading(node)
            elif isinstance(node, Rule):
                self._begin(self._title())
            elif isinstance(node, Box):
                self._box(node)
            elif self._step is None and not self.sections:
                self.intro.append(node)
            else:
                self._here().nodes.append(node)
        made = (self._section(title, steps) for title, steps in self.sections)
        return tuple(section for section in made if section.steps)

    def _heading(self, node: Heading) -> None:
        if node.level == 1:
            self.sections.append((node.text, []))
            self._step = None
        else:
            self._begin(node.text, node)

    def _begin(self, title: str, heading: Heading | None = None) -> _Step:
        if not self.sections:
            self.sections.append((self.title, []))
        self._step = _Step(title, heading)
        self.sections[-1][1].append(self._step)
        return self._step

    def _here(self) -> _Step:
        return self._step or self._begin(self._title())

    def _title(self) -> str:
        """Return what a step without a heading is called: as the one before it, its section, or its module."""
        if self._step:
            return self._step.title
        return self.sections[-1][0] if self.sections else self.title

    def _box(self, box: Box) -> None:
        if self._stepping(box):
            here = self._step
            step = here if here and here.empty else self._begin(self._title())
        else:
            step = self._here()
        step.flush()
        part = self._make(box, step.title)
        if part is None:
            return
        step.parts.append(part)
        if not step.heading and isinstance(part, FormPart):
            step.title = part.title

    def _section(self, title: str, steps: list[_Step]) -> Section:
        made = []
        for step in steps:
            step.flush()
            if step.parts:
                made.append(Step(self._id(step), step.title, tuple(step.parts)))
            elif step.heading:
                sentence, tip = "Nothing stands under the heading “{title}”.", "Write its text, or remove it."
                self.diagnostics.append(
                    warning(step.heading.place, "step-empty", sentence, tip, title=step.heading.text)
                )
        return Section(self._section_ids.take(slug(title, "section")), title, tuple(made))

    def _id(self, step: _Step) -> str:
        first = step.parts[0]
        if isinstance(first, FormPart):
            return self._ids.take(first.id)
        if isinstance(first, BoxPart) and first.box.id:
            return self._ids.take(first.box.id)
        return self._ids.take(slug(step.title, "step"))
