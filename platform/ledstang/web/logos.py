"""A theme's logo: a picture and nothing more. What could run, fetch or restyle something is refused, not cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

LARGEST = 50_000
"""The most bytes of a logo: it comes with the first page that somebody opens on a phone."""

DRAWING = frozenset(
    {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "defs", "title", "desc", "use"}
    | {"linearGradient", "radialGradient", "stop", "clipPath", "mask", "symbol", "text", "tspan"}
)
"""The elements of SVG that draw."""

MAGIC = {".png": (b"\x89PNG\r\n\x1a\n", 0), ".webp": (b"WEBP", 8)}


def faults_of(logo: Path) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a logo: a sentence and a tip, English message ids without places. Raises OSError."""
    content = logo.read_bytes()
    if len(content) > LARGEST:
        yield "The logo is larger than 50 kB.", "Make it smaller: every visitor's phone fetches it."
    elif logo.suffix == ".svg":
        yield from _of_drawing(content)
    else:
        magic, at = MAGIC[logo.suffix]
        if content[at : at + len(magic)] != magic:
            yield "The logo is not of the kind that its name says.", "Save it again as SVG, PNG or WebP."


def _of_drawing(content: bytes) -> Iterator[tuple[str, str]]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        yield "The logo declares a document type.", "Remove the line that begins with <!DOCTYPE."
        return
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without a DOCTYPE there are no entities to expand
    except (ElementTree.ParseError, ValueError, LookupError):  # an encoding that nobody knows
        yield "The logo is not a valid SVG.", "Export it again from the drawing programme."
        return
    elements = list(root.iter())
    if root.tag.rpartition("}")[2] != "svg" or any(one.tag.rpartition("}")[2] not in DRAWING for one in elements):
        yield (
            "The logo holds more than a drawing, such as a script, a style sheet or another picture.",
            "Export it again as a plain SVG.",
        )
    elif any(_reaches_out(name, value) for one in elements for name, value in one.attrib.items()):
        yield (
            "The logo runs something or points at something outside itself.",
            "Export it again as a plain SVG, without links and events.",
        )


def _reaches_out(name: str, value: str) -> bool:
    """Say whether an attribute does more than describe a shape."""
    bare, said = name.rpartition("}")[2].lower(), value.lower().replace(" ", "")
    if bare.startswith("on") or "\\" in said or "javascript:" in said:
        return True
    if bare == "href":
        return not said.startswith("#")
    return any(not part.startswith(("#", "'#", '"#')) for part in said.split("url(")[1:])
