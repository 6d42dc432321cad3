"""The sample page as a plugin of ours writes it: nothing but the macros that every plugin has."""

import tomllib
from pathlib import Path

from ledstang import Host, hookimpl
from ledstang.content.forms.document import Option
from litestar import Request, Response, get

TEXTS = Path(__file__).with_name("sample.toml")


@hookimpl
def register_routes(host: Host) -> list:
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    fields = texts["fields"]
    context = {
        "s": texts,
        "errors": {"name": fields["name_fault"], "often": fields["often_fault"]},
        "options": [Option(str(n), text, text) for n, text in enumerate(fields["often_options"])],
        "rows": [(row["what"], row["answer"], "#") for row in texts["rows"]],
        "tasks": [one | {"href": "#"} for one in texts["items"]],
    }

    @get("/")
    async def page(request: Request) -> Response:
        return host.page(request, "sample/page.html", **context)

    return [page]
