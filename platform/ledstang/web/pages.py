"""Pages: a template of the host's or a plugin's, with the theme and all that every page has around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from litestar import MediaType, Request, Response
from markupsafe import Markup

from ledstang.access.visit import STAFF, Visit
from ledstang.bundled import bundled
from ledstang.importing import PluginFault
from ledstang.offers import always
from ledstang.problems.pages import problem_href
from ledstang.saying import Said
from ledstang.signin.csrf import token_of
from ledstang.web.context import RequestContext, context_of
from ledstang.web.look import look_of
from ledstang.web.static import StaticFiles, StaticFileTooLarge
from ledstang.web.templates import OURS, Templates
from ledstang.web.themes import FILE as THEME_FILE
from ledstang.web.themes import load_theme
from ledstang.web.whom import whom

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.plugins import Plugin

DEFAULT_THEME = "handrail"


class ThemeLinks(msgspec.Struct, frozen=True):
    """A theme as templates see it: the addresses of its files, and its texts by language and name."""

    name: str
    title: str
    css: str
    logo: str
    texts: dict[str, dict[str, str]]


def for_whom(visit: Visit | None) -> str:
    """Return the name of the one that somebody acts for, or nothing for themselves, and for whom a device is handed to."""
    if visit is None or visit.handed_over or visit.subject.id == visit.actor.id:
        return ""
    return visit.subject.called


class Pages:
    """Renders templates. Raises ThemeRefused at start for a theme that nobody could read."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.static = StaticFiles()
        self.theme = self.wear(house.instance.settings.theme)
        self.static.add("host", OURS.parent / "static")
        for plugin in list(house.plugins.found.values()):
            self._add_static(plugin)
        folders = {plugin.name: plugin.folder for plugin in house.plugins.found.values() if plugin.folder}
        self.templates = Templates(folders, self.static.href)
        for name, fault in self.templates.faults.items():
            where, said = f"{fault.filename}:{fault.lineno}", "has a template that is not valid: {said}"
            why = Said(said, said=fault.message)
            house.refuse(PluginFault(name, where, why, "Mend that line."))

    def render(
        self, request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any
    ) -> Response[bytes]:
        """Return a page. `context` is what the template asks for beyond what every page has."""
        here = context_of(request.scope)
        named = whom.set(for_whom(here.visit))
        try:
            html = self.templates.render(here.language, template, self._always(here, request) | context)
        finally:
            whom.reset(named)
        sent = html.encode(errors="replace")  # half a character, wherever it came from, costs itself
        return Response(sent, status_code=status, media_type=MediaType.HTML)

    def gap(self, language: str, plugin: str) -> Markup:
        """Return the notice that stands where a plugin's box would have been."""
        text = self.templates.gettext(language, "Something is missing here: %(plugin)s did not answer.", plugin=plugin)
        return Markup("<p>{}</p>").format(text)

    def _always(self, here: RequestContext, request: Request[Any, Any, Any]) -> dict[str, Any]:
        house, visit = self._house, here.visit
        own = visit if visit and visit.ground != STAFF else None
        links = [link for _, link in house.services(own) if link.shown is always] if own else []
        return {
            "visit": visit,
            "csrf": token_of(here),
            "nonce": here.nonce,
            "language": here.language,
            "instance": house.instance,
            "path": request.scope["path"],
            "problem": problem_href(request.scope["path"]),
            "look": look_of(request),
            "theme": self.theme,
            "links": links,
            "session_seconds": int(here.left.total_seconds()),
            "signed_in_until": house.clock.local() + here.left,
        }

    def _add_static(self, plugin: Plugin) -> None:
        try:
            if folder := plugin.part("static"):
                self.static.add(plugin.name, folder)
        except (StaticFileTooLarge, OSError) as fault:
            why = Said("has a static file that cannot be served: {said}", said=str(fault).rstrip("."))
            self._house.refuse(PluginFault(plugin.name, plugin.origin, why, "Make it smaller, or readable."))

    def themes(self) -> list[str]:
        """Return the names of the themes that came along and of the instance's own."""
        rooms = [bundled("themes"), self._house.instance.path("themes")]
        return sorted({file.parent.name for room in rooms for file in room.glob(f"*/{THEME_FILE}")})

    def wear(self, name: str, room: str = "") -> ThemeLinks:
        """Load a theme and serve its stylesheet and its logo, nothing else of its folder. Raises ThemeRefused.

        `room` keeps the files of another theme than the instance's own apart, for the gallery.
        """
        base = load_theme(bundled("themes") / DEFAULT_THEME)
        own = self._house.instance.path("themes") / name
        theme = load_theme(own if own.is_dir() else bundled("themes") / name, base)
        css = self._put(f"{room}theme.css", theme.stylesheet().encode())
        picture = (theme.folder / "static" / theme.logo).read_bytes() if theme.logo else b""
        logo = self._put(f"{room}{theme.logo}", picture) if picture else ""
        return ThemeLinks(name, theme.title, css, logo, theme.texts)

    def _put(self, path: str, content: bytes) -> str:
        self.static.put("theme", path, content)
        return self.static.href(f"theme/{path}")
