"""Pages: a template of the host's or a plugin's, with the theme and all that every page has around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import MediaType, Request, Response
from markupsafe import Markup

from ledstang.bundled import bundled
from ledstang.importing import PluginFault
from ledstang.signin.csrf import token_of
from ledstang.web.context import RequestContext, context_of
from ledstang.web.static import StaticFiles, StaticFileTooLarge
from ledstang.web.templates import OURS, Templates
from ledstang.web.themes import Theme, load_theme

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.plugins import Plugin

DEFAULT_THEME = "handrail"


class ThemeLinks:
    """The addresses of the theme's files, as templates name them."""

    def __init__(self, css: str, logo: str) -> None:
        self.css, self.logo = css, logo


class Pages:
    """Renders templates. Raises ThemeRefused at start for a theme that nobody could read."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.static = StaticFiles()
        self.theme = self._theme()
        self.static.add("host", OURS.parent / "static")
        for plugin in list(house.plugins.found.values()):
            self._add_static(plugin)
        folders = {plugin.name: plugin.folder for plugin in house.plugins.found.values() if plugin.folder}
        self.templates = Templates(folders, self.static.href)
        for name, fault in self.templates.faults.items():
            where, why = f"{fault.filename}:{fault.lineno}", f"has a template that is not valid: {fault.message}"
            house.refuse(PluginFault(name, where, why, "Mend that line."))
        logo = self.static.href(f"theme/{self.theme.logo}") if self.theme.logo else ""
        self._links = ThemeLinks(self.static.href("theme/theme.css"), logo)

    def render(
        self, request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any
    ) -> Response[bytes]:
        """Return a page. `context` is what the template asks for beyond what every page has."""
        here = context_of(request.scope)
        html = self.templates.render(here.language, template, self._always(here, request.scope["path"]) | context)
        return Response(html.encode(), status_code=status, media_type=MediaType.HTML)

    def gap(self, language: str, plugin: str) -> Markup:
        """Return the notice that stands where a plugin's box would have been."""
        text = self.templates.gettext(language, "Something is missing here: %(plugin)s did not answer.", plugin=plugin)
        return Markup("<p>{}</p>").format(text)

    def _always(self, here: RequestContext, path: str) -> dict[str, Any]:
        house, visit = self._house, here.visit
        links = [link for _, link in house.offered("register_links", visit)] if visit else []
        return {
            "visit": visit,
            "csrf": token_of(here),
            "nonce": here.nonce,
            "language": here.language,
            "instance": house.instance,
            "path": path,
            "theme": self._links,
            "links": links,
            "session_seconds": int(here.left.total_seconds()),
            "signed_in_until": house.clock.local() + here.left,
        }

    def _add_static(self, plugin: Plugin) -> None:
        try:
            if folder := plugin.part("static"):
                self.static.add(plugin.name, folder)
        except (StaticFileTooLarge, OSError) as fault:
            why = f"has a static file that cannot be served: {str(fault).rstrip('.')}"
            self._house.refuse(PluginFault(plugin.name, plugin.origin, why, "Make it smaller, or readable."))

    def _theme(self) -> Theme:
        name = self._house.instance.settings.theme
        base = load_theme(bundled("themes") / DEFAULT_THEME)
        own = self._house.instance.path("themes") / name
        folder = own if own.is_dir() else bundled("themes") / name
        theme = load_theme(folder, base)
        self.static.put("theme", "theme.css", theme.stylesheet().encode())
        if (theme.folder / "static").is_dir():
            self.static.add("theme", theme.folder / "static")
        return theme
