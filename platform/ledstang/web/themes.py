"""Themes: a `theme.toml` of tokens becomes a stylesheet, once its contrast has been reckoned and found enough.

A region's theme is tokens, a logo and texts, never templates: those are code and come with a package that somebody
installs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.nodes import Place
from ledstang.content.words import nearest
from ledstang.faults import Told
from ledstang.fitting import locate
from ledstang.web.context import LANGUAGES
from ledstang.web.contrast import PAIRS, contrast
from ledstang.web.logos import faults_of

FILE = "theme.toml"
COLOURS = (
    "background", "surface", "quiet", "line", "border", "text", "muted", "link", "primary", "primary-strong",
    "on-primary", "rail", "rail-tint", "focus", "error", "error-tint", "success", "success-tint", "info", "info-tint",
)  # fmt: skip
MODES = ("light", "dark")
SHAPE = ("radius", "font")
TEXTS = ("front_title", "front_lead", "footer")
LONGEST = 300
FALLBACK = '"Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Open Sans", sans-serif'

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,60}")
_LOGO = re.compile(r"[A-Za-z0-9_-]+\.(svg|png|webp)")


class Theme(msgspec.Struct, frozen=True):
    """A theme that has passed. `colours` are by mode (`light`, `dark`) and token, `texts` by language and name.

    `logo` lies in `static/` or is "".
    """

    name: str
    title: str
    folder: Path
    colours: dict[str, dict[str, str]]
    radius: int
    font: tuple[str, ...]
    logo: str = ""
    texts: dict[str, dict[str, str]] = {}

    def stylesheet(self) -> str:
        """Return the theme as CSS custom properties."""
        families = [name if name.replace("-", "").isalpha() else f'"{name}"' for name in self.font]
        font = ", ".join([*families, FALLBACK])
        light, dark = (_declared(self.colours[mode]) for mode in MODES)
        return (
            "@layer tokens {\n"
            f":root {{ color-scheme: light dark; --radius: {self.radius}px; --font: {font}; {light} }}\n"
            f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-look=light]) {{ {dark} }} }}\n"
            f"@media screen {{ :root[data-look=dark] {{ color-scheme: dark; {dark} }} }}\n"
            ":root[data-look=light] { color-scheme: light; }\n"
            "}\n"
        )


class ThemeRefused(Told):
    """A theme that will not be used. `diagnostics` say why, each in one sentence with its line."""

    code = 1

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(
            "\n".join(
                f"{d.file}:{d.line or 1}: {d.sentence.format(**d.values)} {d.tip.format(**d.values)}"
                for d in diagnostics
            )
        )


def load_theme(folder: Path, base: Theme | None = None) -> Theme:
    """Read a theme, its missing tokens taken from `base`. Raises ThemeRefused."""
    theme, diagnostics = compile_theme(folder, base)
    if theme is None:
        raise ThemeRefused(diagnostics)
    return theme


def compile_theme(folder: Path, base: Theme | None = None) -> tuple[Theme | None, list[Diagnostic]]:
    """Read a theme and report all that is wrong with it at once; with an error there is no theme."""
    reader = _Reader(folder)
    data = reader.toml()
    reader.templates()
    if data is None:
        return None, reader.found
    theme = Theme(
        folder.name,
        reader.text(data, "title", folder.name),
        folder,
        {mode: reader.colours(data, mode, base) for mode in MODES},
        reader.radius(data, base),
        reader.font(data, base),
        reader.logo(data),
        reader.texts(data),
    )
    reader.keys(data)
    if not reader.found:
        reader.contrast(theme, data)
    return (None if reader.found else theme), reader.found


class _Reader:
    """Reads one theme.toml and gathers what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[Diagnostic] = []
        self._text = ""

    def toml(self) -> dict[str, Any] | None:
        try:
            self._text = (self.folder / FILE).read_text(encoding="utf-8")
            return tomllib.loads(self._text)
        except FileNotFoundError:
            self._report((), "theme-missing", "There is no theme.toml here.", "Copy one from themes/handrail.")
        except UnicodeDecodeError:
            self._report((), "theme-encoding", "The file is not UTF-8.", "Save it again with the encoding UTF-8.")
        except tomllib.TOMLDecodeError as fault:
            line = re.search(r"line (\d+)", str(fault))
            place = Place(str(self.folder / FILE), int(line[1]) if line else max(1, len(self._text.splitlines())))
            sentence, tip = "This is not valid TOML: {why}.", "Mend the line and try again."
            self.found.append(error(place, "theme-toml", sentence, tip, why=str(fault)))
        return None

    def templates(self) -> None:
        for file in sorted(self.folder.rglob("*")):
            if file.suffix.lower() in {".html", ".htm", ".j2", ".jinja", ".jinja2", ".js", ".mjs", ".css"}:
                sentence = "A theme's folder holds tokens and a logo, not `{name}`."
                tip = "Remove it. Templates, scripts and stylesheets are code: they belong in a plugin."
                name = str(file.relative_to(self.folder))
                self.found.append(error(Place(str(file), 1), "theme-code", sentence, tip, name=name))

    def keys(self, data: dict[str, Any]) -> None:
        known = {"title": (), "logo": (), "shape": SHAPE, "light": COLOURS, "dark": COLOURS, "texts": LANGUAGES}
        self._known(data, (), known)
        for key, inside in known.items():
            self._known(data.get(key), (key,), inside)
        texts = data.get("texts")
        for language in LANGUAGES if isinstance(texts, dict) else ():
            self._known(texts.get(language), ("texts", language), TEXTS)

    def text(self, data: dict[str, Any], key: str, default: str) -> str:
        value = data.get(key, default)
        if isinstance(value, str) and len(value) <= 200:
            return value
        self._report((key,), "theme-value", "`{key}` must be a short text.", "Put it in quotation marks.", key=key)
        return default

    def colours(self, data: dict[str, Any], mode: str, base: Theme | None) -> dict[str, str]:
        given = data.get(mode, {})
        if not isinstance(given, dict):
            self._report((mode,), "theme-value", "`{key}` must be a table.", "Begin it with [{key}].", key=mode)
            given = {}
        colours = dict(base.colours[mode]) if base else {}
        for token in COLOURS:
            value = given.get(token, colours.get(token))
            if value is None:
                sentence, tip = (
                    "The colour `{token}` is missing in [{mode}].",
                    'Add a line such as {token} = "#22292a".',
                )
                self._report((mode,), "theme-token-missing", sentence, tip, token=token, mode=mode)
            elif not (isinstance(value, str) and _HEX.fullmatch(value)):
                sentence = "`{token}` must be a colour written as # and six hexadecimal digits."
                self._report((mode, token), "theme-colour", sentence, 'Write it like "#22292a".', token=token)
            else:
                colours[token] = value.lower()
        return colours

    def radius(self, data: dict[str, Any], base: Theme | None) -> int:
        value = self._shape(data).get("radius", base.radius if base else 10)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 24:
            return value
        sentence = "`radius` must be a whole number of pixels from 0 to 24."
        self._report(("shape", "radius"), "theme-value", sentence, "Write it like radius = 10.")
        return 10

    def font(self, data: dict[str, Any], base: Theme | None) -> tuple[str, ...]:
        value = self._shape(data).get("font", list(base.font) if base else ["system-ui"])
        if isinstance(value, list) and value and all(isinstance(one, str) and _FAMILY.fullmatch(one) for one in value):
            return tuple(value)
        sentence = "`font` must be a list of the names of fonts."
        self._report(("shape", "font"), "theme-value", sentence, 'Write it like font = ["system-ui"].')
        return ("system-ui",)

    def logo(self, data: dict[str, Any]) -> str:
        value = data.get("logo", "")
        if value == "":
            return ""
        if not (isinstance(value, str) and _LOGO.fullmatch(value)):
            sentence = "`logo` must be the name of an SVG, PNG or WebP file in the theme's static folder."
            self._report(("logo",), "theme-logo", sentence, 'Write it like logo = "logo.svg".')
        elif not (self.folder / "static" / value).is_file():
            sentence = "There is no file static/{name}."
            self._report(("logo",), "theme-logo", sentence, "Put it there, or remove the line.", name=value)
        else:
            for sentence, tip in faults_of(self.folder / "static" / value):
                self._report(("logo",), "theme-logo", sentence, tip)
            return value
        return ""

    def texts(self, data: dict[str, Any]) -> dict[str, dict[str, str]]:
        """Return what a theme says in its own words, by language; what it leaves out is the host's."""
        found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        given = data.get("texts", {})
        for language in LANGUAGES:
            said = given.get(language, {}) if isinstance(given, dict) else None
            if not isinstance(said, dict):
                self._report(("texts", language), "theme-value", "`{key}` must be a table.", "Begin it with [{key}].",
                             key=f"texts.{language}")  # fmt: skip
                continue
            for name in TEXTS:
                value = said.get(name, "")
                if isinstance(value, str) and len(value) <= LONGEST:
                    found[language][name] = value.strip()
                else:
                    sentence = "`{key}` must be a text of at most {most} characters."
                    tip = "Put it in quotation marks, or shorten it."
                    self._report(("texts", language, name), "theme-value", sentence, tip, key=name, most=LONGEST)
        return found

    def contrast(self, theme: Theme, data: dict[str, Any]) -> None:
        for mode in MODES:
            colours = theme.colours[mode]
            for front, behind, least in PAIRS:
                ratio = contrast(colours[front], colours[behind])
                if ratio < least:
                    sentence = "In [{mode}] `{front}` on `{behind}` has the contrast {ratio}:1, below {least}:1."
                    tip = "Make one of them darker or lighter: people could not read it."
                    values = {"mode": mode, "front": front, "behind": behind, "ratio": f"{ratio:.2f}", "least": least}
                    at = (mode, front if front in data.get(mode, {}) else behind)
                    self._report(at, "theme-contrast", sentence, tip, **values)

    def _shape(self, data: dict[str, Any]) -> dict[str, Any]:
        shape = data.get("shape", {})
        if isinstance(shape, dict):
            return shape
        self._report(("shape",), "theme-value", "`shape` must be a table.", "Begin it with [shape].")
        return {}

    def _known(self, table: Any, path: tuple[str, ...], known: Iterable[str]) -> None:
        """Report the keys of a table that a theme does not have, each with the one that was perhaps meant."""
        for key in table if isinstance(table, dict) and known else ():
            if key not in known:
                sentence, near = "`{key}` is not a token of a theme.", nearest(key, known)
                tip = "Did you mean “{near}”?" if near else "Remove it, or use one of: {known}."
                self._report((*path, key), "theme-key", sentence, tip, key=key, near=near, known=", ".join(known))

    def _report(self, path: tuple[str, ...], code: str, sentence: str, tip: str, **values: Any) -> None:
        place = Place(str(self.folder / FILE), locate(self._text, path) or 1)
        self.found.append(error(place, code, sentence, tip, **values))


def _declared(colours: dict[str, str]) -> str:
    return " ".join(f"--{token}: {colour};" for token, colour in colours.items())
