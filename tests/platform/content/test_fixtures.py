"""What the fixtures in tests/fixtures/content claim, case by case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledstang.content.blocks import html_of
from ledstang.content.diagnostics import Diagnostic
from ledstang.content.nodes import Box, Code, Document, Heading, Items, Node, Prose, Rule
from ledstang.content.parsing import parse
from ledstang.content.words import load_words

HEADER = "---\nmodul: prov\n---\n"
SHIFT = HEADER.count("\n")


def read(source: str) -> tuple[Document, list[Diagnostic]]:
    """Read a body below a header that lines are not counted in."""
    return parse(HEADER + source, "prov.md", load_words())


def told(found: Iterable[Diagnostic], shift: int = 0) -> list[str]:
    return [f"{(fault.line or 0) - shift}:{fault.column} {fault.code}" for fault in found]


def outline(nodes: Iterable[Node], depth: int = 0) -> Iterator[str]:
    """Write nodes as the cases do: a line each, with the line of the source they stand on."""
    for node in nodes:
        yield f"{'  ' * depth}{node.place.line - SHIFT} {summary(node)}".rstrip()
        if isinstance(node, Box):
            for key, setting in node.settings.items():
                yield f"{'  ' * (depth + 1)}{setting.place.line - SHIFT} {key}: {setting.value}"
            yield from outline(node.body, depth + 1)


def summary(node: Node) -> str:
    """Say in a few words what a node is."""
    match node:
        case Box():
            return f"{node.name} {f'#{node.id} ' if node.id else ''}{node.args}"
        case Items():
            return f"<{'ol' if node.ordered else 'ul'}> {' | '.join(item.source for item in node.items)}"
        case Heading():
            return f"h{node.level} {node.text}"
        case Prose():
            return " ".join(node.html.split())
        case Rule():
            return f"rule {node.markup}"
        case Code():
            return "code"


def test_boxes_are_read_as_the_case_says(boxes_case: tuple[str, str]) -> None:
    """Boxes nest, close, take their settings and report their faults as the cases show."""
    source, expected = boxes_case
    document, found = read(source)
    assert "\n".join([*outline(document.body), *told(found, SHIFT)]) == expected


def test_prose_becomes_what_the_case_says(prose_case: tuple[str, str]) -> None:
    """Text becomes safe HTML, and what is wrong with it is told where it stands."""
    source, expected = prose_case
    document, found = read(source)
    assert "\n".join([html_of(document.body).strip("\n"), *told(found, SHIFT)]) == expected


def test_front_matter_is_read_as_the_case_says(front_case: tuple[str, str]) -> None:
    """Every value is text with its place; what cannot be read is told."""
    source, expected = front_case
    document, found = parse(source, "prov.md", load_words())
    lines = [f"{document.kind} {document.key}"] if document.kind else []
    for key, setting in document.front.items():
        if key != document.kind:
            items = f" → {', '.join(setting.items)}" if setting.items else ""
            lines.append(f"{key} = {setting.value}{items}")
    assert "\n".join([*lines, *told(found)]) == expected


def test_a_fault_of_a_box_says_what_to_do(boxes_case: tuple[str, str]) -> None:
    """Sentences and tips are whole: their values fill every place in them."""
    assert_whole(read(boxes_case[0])[1])


def test_a_fault_of_prose_says_what_to_do(prose_case: tuple[str, str]) -> None:
    """Sentences and tips are whole: their values fill every place in them."""
    assert_whole(read(prose_case[0])[1])


def assert_whole(found: list[Diagnostic]) -> None:
    for fault in found:
        for text in (fault.sentence.format_map(fault.values), fault.tip.format_map(fault.values)):
            assert text
            assert "None" not in text
