"""A theme is tokens and a logo, and nobody's text may become unreadable by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.bundled import bundled
from ledstang.content.diagnostics import Diagnostic
from ledstang.web.contrast import PAIRS, contrast
from ledstang.web.themes import COLOURS, Theme, ThemeRefused, compile_theme, load_theme


def told(diagnostics: list[Diagnostic]) -> list[tuple[int | None, str]]:
    return [(one.line, one.sentence.format(**one.values)) for one in diagnostics]


def write(folder: Path, text: str) -> Path:
    (folder / "theme.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_reckoned_as_wcag_does(one: str, other: str, ratio: float) -> None:
    """The figures agree with those that WCAG's formula is known by, in either order."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_every_pair_is_of_known_tokens() -> None:
    """No pair is left unchecked by a misspelt token, and every colour but decoration takes part in one."""
    used = {token for front, behind, _ in PAIRS for token in (front, behind)}
    assert used == set(COLOURS) - {"line"}


def test_handrail_passes_on_its_own() -> None:
    """The shipped theme needs no other theme and has no fault."""
    theme, diagnostics = compile_theme(bundled("themes") / "handrail")
    assert diagnostics == []
    assert theme is not None
    assert theme.logo == "logo.svg"


def test_region_says_only_what_differs(theme_folder: Path, handrail: Theme) -> None:
    """A theme of one line takes all other tokens from the base, and shows in the stylesheet."""
    theme = load_theme(write(theme_folder, '[light]\nprimary = "#7a1f4b"\n'), handrail)
    assert theme.colours["light"]["primary"] == "#7a1f4b"
    assert theme.colours["light"]["text"] == handrail.colours["light"]["text"]
    assert "--primary: #7a1f4b;" in theme.stylesheet()


@pytest.mark.parametrize(
    ("token", "colour", "sentence"),
    [
        ("text", "#999999", "In [light] `text` on `background` has the contrast 2.60:1, below 4.5:1."),
        ("primary", "#9fc5bf", "In [light] `on-primary` on `primary` has the contrast 1.87:1, below 4.5:1."),
        ("border", "#bbbbbb", "In [light] `border` on `background` has the contrast 1.75:1, below 3.0:1."),
        ("focus", "#cccccc", "In [light] `focus` on `background` has the contrast 1.46:1, below 3.0:1."),
    ],
)
def test_weak_contrast_is_refused(theme_folder: Path, handrail: Theme, token: str, colour: str, sentence: str) -> None:
    """A theme that people could not read is refused in a sentence that names the pair, on the token's own line."""
    theme, diagnostics = compile_theme(
        write(theme_folder, f'title = "Region"\n[light]\n{token} = "{colour}"\n'), handrail
    )
    assert theme is None
    assert (3, sentence) in told(diagnostics)


def test_every_fault_is_told_at_once(theme_folder: Path, handrail: Theme) -> None:
    """Unknown keys, wrong values and a lost logo come together, each with its line."""
    text = 'titel = "x"\nlogo = "../logo.svg"\n[light]\nprimry = "#112233"\ntext = "black"\n[shape]\nradius = 99\n'
    theme, diagnostics = compile_theme(write(theme_folder, text), handrail)
    assert theme is None
    assert {line for line, _ in told(diagnostics)} == {1, 2, 4, 5, 7}


@pytest.mark.parametrize(
    "value", ['"red"', '"#12345"', '"#1234567"', '"#12345g"', "123456", '"#112233; } body { x: y"']
)
def test_colour_can_carry_nothing_else(theme_folder: Path, handrail: Theme, value: str) -> None:
    """Whatever is not six hexadecimal digits is refused, so no theme can write CSS of its own."""
    theme, diagnostics = compile_theme(write(theme_folder, f"[light]\ntext = {value}\n"), handrail)
    assert theme is None
    assert [one.code for one in diagnostics] == ["theme-colour"]


@pytest.mark.parametrize("name", ["page.html", "x.j2", "static/run.js", "static/more.css", "templates/layout.HTML"])
def test_code_in_a_theme_is_refused(theme_folder: Path, handrail: Theme, name: str) -> None:
    """Templates, scripts and stylesheets in a region's theme folder are refused by name."""
    file = write(theme_folder, "") / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{{ 7*7 }}", encoding="utf-8")
    with pytest.raises(ThemeRefused, match=r"holds tokens and a logo") as refused:
        load_theme(theme_folder, handrail)
    assert refused.value.diagnostics[0].values["name"] == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"title = ", "theme-toml"),
        (b"\xff", "theme-encoding"),
        (b"light = 3", "theme-value"),
        (b"shape = 3", "theme-value"),
    ],
)
def test_broken_file_is_told(theme_folder: Path, handrail: Theme, text: bytes, code: str) -> None:
    """A file that can't be read as what it should be gives a fault and no exception."""
    (theme_folder / "theme.toml").write_bytes(text)
    assert code in {one.code for one in compile_theme(theme_folder, handrail)[1]}


def test_lost_file_is_told(theme_folder: Path) -> None:
    """A folder without theme.toml is told as such."""
    assert [one.code for one in compile_theme(theme_folder)[1]] == ["theme-missing"]


def test_without_a_base_every_token_is_asked_for(theme_folder: Path) -> None:
    """A theme that stands alone must name every colour, light and dark."""
    diagnostics = compile_theme(write(theme_folder, ""))[1]
    assert len([one for one in diagnostics if one.code == "theme-token-missing"]) == 2 * len(COLOURS)


@pytest.mark.parametrize(
    ("text", "line", "near"),
    [
        ('[light]\nprimry = "#112233"\n', 2, "primary"),
        ('titel = "x"\n', 1, "title"),
        ("[shape]\n\nradios = 3\n", 3, "radius"),
        ('[texts.sv]\nfront_titel = "x"\n', 2, "front_title"),
    ],
)
def test_unknown_token_is_named_with_the_nearest(
    theme_folder: Path, handrail: Theme, text: str, line: int, near: str
) -> None:
    """A misspelt key is told on its line, with the one that was perhaps meant."""
    (told_of,) = compile_theme(write(theme_folder, text), handrail)[1]
    assert (told_of.line, told_of.code) == (line, "theme-key")
    assert told_of.tip.format(**told_of.values) == f"Did you mean “{near}”?"


def test_region_speaks_in_its_own_words(theme_folder: Path, handrail: Theme) -> None:
    """Texts are kept by language; what is left out is empty, and the host says its own."""
    theme = load_theme(write(theme_folder, '[texts.sv]\nfooter = " Region Norra "\n'), handrail)
    assert theme.texts["sv"] == {"front_title": "", "front_lead": "", "footer": "Region Norra"}
    assert theme.texts["en"]["footer"] == ""


@pytest.mark.parametrize(
    "text", ["texts = 3", "[texts]\nsv = 3", "[texts.sv]\nfooter = 3", f"[texts.sv]\nfooter = '{301 * 'x'}'"]
)
def test_text_that_is_none_is_told(theme_folder: Path, handrail: Theme, text: str) -> None:
    """What is no text, or would fill the page, is refused."""
    assert {one.code for one in compile_theme(write(theme_folder, text), handrail)[1]} == {"theme-value"}


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect width="9" height="9" onload="alert(1)"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml,x"/>',
        '<image href="#a"/>',
        '<rect fill="url(https://example.org/a)"/>',
        '<rect style="fill: u\\72l(//example.org)"/>',
        "<style>* { fill: red }</style>",
        "<foreignObject><p/></foreignObject>",
        '<a href="#x"><path d="M0 0"/></a>',
        '<animate attributeName="href" to="x"/>',
    ],
)
def test_logo_that_does_more_than_draw_is_refused(theme_folder: Path, handrail: Theme, inside: str) -> None:
    """Scripts, events, links, foreign pictures and styles are told, and the theme is not used."""
    assert logo_faults(theme_folder, handrail, SVG.format(inside).encode()) == ["theme-logo"]


@pytest.mark.parametrize(
    "content",
    [
        b"no picture",
        b"",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml version="1.0" encoding="klingon"?><svg/>',
        b"<html/>",
        SVG.format("<path/>" * 10_000).encode(),
    ],
)
def test_logo_that_is_no_small_drawing_is_refused(theme_folder: Path, handrail: Theme, content: bytes) -> None:
    """Broken, huge and foreign files are told in a sentence, never as an exception."""
    assert logo_faults(theme_folder, handrail, content) == ["theme-logo"]


def test_plain_logo_is_taken(theme_folder: Path, handrail: Theme) -> None:
    """A drawing with a gradient of its own and a part used twice is fine."""
    inside = '<defs><linearGradient id="g"><stop offset="0"/></linearGradient><path id="p" d="M0 0"/></defs>'
    inside += '<use href="#p"/><rect fill="url(#g)" style="stroke: none"/>'
    assert logo_faults(theme_folder, handrail, SVG.format(inside).encode()) == []


def test_logo_of_another_kind_than_its_name_is_refused(theme_folder: Path, handrail: Theme) -> None:
    """A picture that is really a page cannot hide behind a name."""
    assert logo_faults(theme_folder, handrail, b"<html>", "logo.png") == ["theme-logo"]
    assert logo_faults(theme_folder, handrail, b"\x89PNG\r\n\x1a\n....", "logo.png") == []


def logo_faults(folder: Path, base: Theme, content: bytes, name: str = "logo.svg") -> list[str]:
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / name).write_bytes(content)
    return [one.code for one in compile_theme(write(folder, f'logo = "{name}"\n'), base)[1]]
