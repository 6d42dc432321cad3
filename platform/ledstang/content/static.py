"""The host's own boxes, all of them only text and media: one function a box."""

from __future__ import annotations

from markupsafe import Markup, escape

from ledstang.content.blocks import Block, Still, setting
from ledstang.content.nodes import Box

N_ = str
"""Marks a message id that `Still.text` translates."""


def note(title: str, name: str) -> Block:
    """Make a box of text with a name in its corner: its own title when it has one, else `title`."""

    def static(box: Box, still: Still) -> str:
        named = escape(box.args or still.text(title))
        return Markup('<div role="note" data-box="{}" aria-label="{}"><p data-title>{}</p>\n{}</div>\n').format(
            name, named, named, still.html
        )

    return Block(name=name, words={}, step=False, static=static)


def quote(box: Box, still: Still) -> str:
    """Render what somebody has said; what stands after the name is who."""
    by = Markup("<figcaption>{}</figcaption>\n").format(box.args) if box.args else ""
    return Markup('<figure data-box="quote"><blockquote>\n{}</blockquote>\n{}</figure>\n').format(still.html, by)


def image(box: Box, still: Still) -> str:
    """Render a picture with its caption. Without an alternative text it is an error."""
    alt = setting(box, "alt")
    if not alt:
        still.report(
            box, "image-alt", "The picture has no alternative text.", "Add a line `alt:` that says what it shows."
        )
    url = _file(box, still, "image")
    picture = Markup('<img src="{}" alt="{}">').format(url, alt.value if alt else "") if url else ""
    return Markup('<figure data-box="image">{}\n{}</figure>\n').format(picture, _caption(still.html))


def film(box: Box, still: Still) -> str:
    """Render a film: with captions, or with what is said in it as the body of the box, or both."""
    return _played("video", "film", box, still)


def sound(box: Box, still: Still) -> str:
    """Render a recording: with captions, or with what is said in it as the body of the box, or both."""
    return _played("audio", "sound", box, still)


def _played(element: str, want: str, box: Box, still: Still) -> str:
    captions = setting(box, "captions")
    if not captions and not still.html.strip():
        still.report(
            box,
            "transcript",
            "“{word}” has neither captions nor a transcript.",
            "Add a line `{setting}: media/….vtt`, or write in the box what is said.",
            word=box.word,
            setting=still.reading.words.written("settings", "captions"),
        )
    url = _file(box, still, want)
    track = still.use(box, captions.value, "captions") if captions else None
    title = setting(box, "title")
    return Markup('<figure data-box="{}"><{} controls preload="metadata"{}>{}</{}>\n{}{}</figure>\n').format(
        "video" if element == "video" else "audio",
        element,
        Markup(' src="{}"').format(url) if url else "",
        _track(track, still),
        element,
        _caption(escape(title.value)) if title else "",
        _transcript(still),
    )


def _track(url: str | None, still: Still) -> str:
    if not url:
        return ""
    label = still.text("Captions")
    return Markup('<track kind="captions" src="{}" srclang="{}" label="{}" default>').format(url, still.language, label)


def _transcript(still: Still) -> str:
    if not still.html.strip():
        return ""
    summary = still.text("What is said, as text")
    return Markup("<details><summary>{}</summary>\n{}</details>\n").format(summary, still.html)


def _caption(html: Markup) -> str:
    return Markup("<figcaption>{}</figcaption>\n").format(html) if html.strip() else ""


def _file(box: Box, still: Still, want: str) -> str | None:
    named = setting(box, "file")
    name = named.value if named else box.args
    if not name:
        still.report(
            box, "media-unnamed", "“{word}” names no file.", "Write the file after it: `media/…`.", word=box.word
        )
        return None
    return still.use(box, name, want)


_FILE = {"file": {"sv": "fil"}}
_PLAYED = {**_FILE, "captions": {"sv": "textning"}, "title": {"sv": "titel"}}

HOST_BLOCKS = (
    note(N_("Important"), "important"),
    note(N_("Facts"), "facts"),
    note(N_("Example"), "example"),
    Block(name="quote", words={}, step=False, static=quote),
    Block(name="image", words={}, step=False, static=image, settings={**_FILE, "alt": {}}),
    Block(name="video", words={}, step=False, static=film, settings=_PLAYED),
    Block(name="audio", words={}, step=False, static=sound, settings=_PLAYED),
)
