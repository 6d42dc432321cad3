"""What somebody with a pen that bites might write: none of it reaches a page alive."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ledstang.content.blocks import html_of
from ledstang.content.parsing import parse
from ledstang.content.sanitising import sanitise
from ledstang.content.words import load_words

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<body onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import '//ond.se/a.css'</style>",
    "<base href=//ond.se>",
    "<meta http-equiv=refresh content=0;url=//ond.se>",
    "<form action=//ond.se><button>x</button></form>",
    "<object data=//ond.se></object>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<scr<script>ipt>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](//ond.se)",
    "[x](/\\ond.se)",
    "[x](\\\\ond.se)",
    "[x](file:///etc/passwd)",
    "[x](https:ond.se)",
    "<javascript:alert(1)>",
    "![x](//ond.se/spion.png)",
    "![x](https://ond.se/spion.png)",
    "![x](javascript:alert(1))",
    "![x](media/../../../hemligt)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '[x](https://a.se "onmouseover=alert(1) \\"x")',
    '![" onerror="alert(1)](media/a.png)',
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "::: citat <script>alert(1)</script>\nHej\n:::",
    '::: viktigt " onmouseover="alert(1)\nHej\n:::',
    '::: fakta #a" onmouseover="alert(1)\nHej\n:::',
    '::: fakta #`a" onmouseover="alert(1)`\nHej\n:::',
    '::: bild media/a.png" onerror="alert(1)\nalt: x\n:::',
    '::: bild media/a.png\nalt: x" onerror="alert(1)\n:::',
    "::: bild //ond.se/a.png\nalt: x\n:::",
    "::: film media/a.mp4\ntextning: javascript:alert(1)\n:::",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "{{constructor.constructor('alert(1)')()}}",
    "{% import os %}{{7*7}}${7*7}",
    "\x00<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
ATTRIBUTES = {
    "href", "title", "src", "alt", "start", "rel", "role", "data-box", "aria-label", "data-title", "id", "controls",
    "preload", "kind", "srclang", "label", "default",
}  # fmt: skip


class Watch(HTMLParser):
    """Reads HTML as a browser does and keeps what could act or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object", "embed", "form", "base", "meta", "svg", "math", "link"):
            self.dangers.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.dangers.append(name)
            if name in ("href", "src") and not re.match(
                r"https://|mailto:|tel:|/(?![/\\])|#|media/(?!.*\.\.)", value or ""
            ):
                self.dangers.append(f"{name}={value}")
            if name == "src" and not (value or "").startswith("media/"):
                self.dangers.append(f"{name}={value}")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        self.dangers.append(f"<!--{data}")


def dangers(html: str) -> list[str]:
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch.dangers


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "Text {} mer", "- {}", "> {}", "::: viktigt\n{}\n:::", "## {}"])
def test_no_payload_survives(payload: str, around: str) -> None:
    """Wherever it stands, a payload becomes text or nothing."""
    document, _ = parse("---\nmodul: a\n---\n\n" + around.format(payload), "prov.md", load_words())
    assert dangers(html_of(document.body)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_the_last_gate_alone(payload: str) -> None:
    """Even if the parser let raw HTML through, what comes after it would not."""
    assert dangers(sanitise(payload)) == []


def test_the_watch_sees_what_it_should() -> None:
    """The measure itself goes red on what is dangerous."""
    assert dangers("<img src=x onerror=alert(1)>") == ["src=x", "src=x", "onerror"]
    assert dangers('<a href="javascript:alert(1)">x</a>') == ["href=javascript:alert(1)"]
    assert dangers("<script>x</script>") == ["script"]
