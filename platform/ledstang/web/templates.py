"""Jinja: one environment for each language, templates of the host and of plugins, compiled at start.

Those of the second language are compiled when somebody reads it: they are half of what a start would take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket

from ledstang.web.context import LANGUAGES
from ledstang.web.filters import filters_of
from ledstang.web.kept import Kept
from ledstang.web.rail import rail
from ledstang.web.texts import HOST, read, sources
from ledstang.web.translating import TranslatingEnvironment
from ledstang.web.whom import whom

OURS = Path(__file__).parent / "templates"


class Code(BytecodeCache):
    """The code of templates in one language, kept for the life of the process.

    Compiling is most of what a start takes, and tests start an instance hundreds of times. The text is part of the key,
    so that a template that was changed is compiled again. Each language and each set of catalogues has its own, since
    their texts stand in the code.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_code: dict[tuple[str, tuple[bytes, ...]], Code] = {}


class Templates:
    """The templates of an instance. `folders` maps each plugin's name to its folder, with `templates/` and `locale/`.

    `static` gives the address of a static file (`host/ledstang.css`). A template that doesn't compile is left out, and
    `faults` has the first of each plugin; one of the host's raises jinja2.TemplateSyntaxError.
    """

    def __init__(self, folders: Mapping[str, Path], static: Callable[[str], str]) -> None:
        self._loader = PrefixLoader(_loaders(folders))
        self._texts: dict[str, NullTranslations] = {}
        locales = [HOST, *(folder / "locale" for folder in folders.values())]
        self.environments = {language: self._environment(language, locales, static) for language in LANGUAGES}
        self.names = [name for name in self._loader.list_templates() if name.endswith((".html", ".txt"))]
        self.faults: dict[str, TemplateSyntaxError] = {}
        first = LANGUAGES[0]
        self._compiled = {
            (first, name): template
            for name in self.names
            if (template := self._template(self.environments[first], name))
        }

    def render(self, language: str, name: str, context: Mapping[str, Any]) -> str:
        """Render a template. Raises KeyError for one that isn't there, jinja2.UndefinedError for a value left out."""
        return self.template(language, name).render(context)

    def template(self, language: str, name: str) -> Template:
        """Return a compiled template. Raises KeyError for one that isn't there."""
        found = self._compiled.get((language, name))
        if found is None:
            if (LANGUAGES[0], name) not in self._compiled:
                raise KeyError(name)
            found = self._compiled[language, name] = self.environments[language].get_template(name)
        return found

    def gettext(self, language: str, text: str, **values: Any) -> str:
        """Translate a message id outside a template, and fill its `%(name)s` places."""
        translated = self._texts[language].gettext(text)
        return translated % values if values else translated

    def _template(self, environment: Environment, name: str) -> Template | None:
        """Compile a template. A plugin's that will not compile is its plugin's fault; ours is everybody's."""
        owner = name.partition("/")[0]
        try:
            return environment.get_template(name)
        except TemplateSyntaxError as fault:
            if owner == "host":
                raise
            self.faults.setdefault(owner, fault)
        except UnicodeDecodeError:
            self.faults.setdefault(owner, TemplateSyntaxError("it is not UTF-8", 1, name, name))
        return None

    def _environment(self, language: str, locales: list[Path], static: Callable[[str], str]) -> Environment:
        written = sources(language, locales)
        texts = self._texts[language] = read(language, written)
        environment = TranslatingEnvironment(
            texts.gettext,
            loader=self._loader,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_code.setdefault((language, written), Code()),
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
        environment.globals["_"] = partial(_translated, texts)  # of what stands in a template, nothing is left to call
        environment.filters.update(filters_of(language, texts.gettext))
        kept = Kept()
        environment.globals |= {"kept": kept.__call__, "kept_each": kept.each, "for_whom": whom.get}
        environment.globals |= {"static": static, "drawn_rail": rail}
        return environment


def _translated(texts: NullTranslations, text: str, **values: Any) -> str:
    """Translate a text that a plugin or an author wrote: no markup, and a place to fill only where values are given."""
    translated = texts.gettext(text)
    return translated % values if values else translated


def _loaders(folders: Mapping[str, Path]) -> dict[str, BaseLoader]:
    loaders: dict[str, BaseLoader] = {"host": FileSystemLoader(OURS)}
    for name, folder in folders.items():
        if (folder / "templates").is_dir():
            loaders[name] = FileSystemLoader(folder / "templates")
    return loaders
