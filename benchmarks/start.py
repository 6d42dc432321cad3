"""How long a start takes and how much memory it holds, with ten more plugins, beside a bare Litestar app with as many routes.

`python benchmarks/start.py [STARTS]`. The first start of an instance, which migrates and publishes, is told apart from the
following ones. Memory is the process's own share (PSS where the system tells it) once it has answered every page.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import getloadavg, sysconf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import httpx

STARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
PLUGINS, ROUTES = 10, 4
AIM_SECONDS, AIM_MEGABYTES = 2.5, 90
LEDSTANG = Path(sys.executable).with_name("ledstang")

TABLES = '''"""Notes."""

from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, OnDelete, Varchar
from piccolo.table import Table


class Note(Table, tablename="NAME_note"):
    """What a person has noted."""

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    text = Varchar(200, null=False)
'''
PLUGIN = '''"""One of ten: a table, some pages, a link, a task, and what becomes of a person's data."""

from ledstang import Host, Link, PersonalData, Task, TaskSource, Visit, hookimpl, prepared
from litestar import Request, Response, get

from .tables import Note

notes_of = prepared(lambda person: Note.select(Note.text).where(Note.person == person))
forget = prepared(lambda person: Note.delete().where(Note.person == person).returning(Note.id))


@hookimpl
def register_routes(host: Host) -> list:
    def page(number: int) -> object:
        @get(f"/{number}")
        async def show(request: Request) -> Response:
            return host.page(request, "host/front.html", open_links=[])

        return show

    return [page(number) for number in range(ROUTES)]


@hookimpl
def register_links() -> list[Link]:
    return [Link("NAME", "/NAME/1")]


@hookimpl
def register_tasks() -> list[TaskSource]:
    async def tasks(visit: Visit, rows: list) -> list[Task]:
        return [] if rows else [Task("Note something", "/NAME/1")]

    return [TaskSource(tasks, lambda visit: notes_of.bind(visit.subject.id))]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    async def erase(person, why: str) -> int:
        return len(await forget(person))

    return [PersonalData("NAME", notes_of, erase)]
'''
BARE = f"""
from litestar import Litestar, Request, get

def page(number):
    @get(f"/{{number}}")
    async def show(request: Request) -> dict:
        return {{}}
    return show

app = Litestar([page(number) for number in range({PLUGINS * ROUTES})])
"""


Figures = tuple[float, float, float]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def started(line: list[str | Path], path: str, port: int, cwd: Path) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """Start a server; yield the seconds until it answered, and its process."""
    began = perf_counter()
    with subprocess.Popen(
        [str(word) for word in line], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while True:
                try:
                    if httpx.get(f"http://127.0.0.1:{port}{path}").status_code < 500:
                        break
                except httpx.TransportError:
                    sleep(0.01)
                if process.poll() is not None:
                    raise SystemExit(f"{line[0]} did not start")
            yield perf_counter() - began, process
        finally:
            process.terminate()


def megabytes(process: int) -> float:
    """Return what a process holds by itself."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def at_work(process: int) -> float:
    """Return for how many seconds a process has had a processor: what a start costs, however busy the machine is."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def measure(line: list[str | Path], ready: str, port: int, cwd: Path, pages: list[str]) -> Figures:
    """Start once; return the seconds until it answered, those that it was at work, and megabytes."""
    with started(line, ready, port, cwd) as (seconds, process):
        worked = at_work(process.pid)
        for path in pages:
            httpx.get(f"http://127.0.0.1:{port}{path}").raise_for_status()
        return seconds, worked, megabytes(process.pid)


def middle(runs: list[Figures]) -> Figures:
    """Return the median of each figure."""
    seconds, worked, size = (median(figures) for figures in zip(*runs, strict=True))
    return seconds, worked, size


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        here = Path(folder)
        subprocess.run([LEDSTANG, "init", here / "region"], check=True, stdout=subprocess.DEVNULL)
        plugins = here / "region" / "plugins"
        plugins.mkdir(exist_ok=True)
        names = [f"plugin{number}" for number in range(PLUGINS)]
        for name in names:
            (plugins / name).mkdir()
            for file, text in (("__init__.py", PLUGIN), ("tables.py", TABLES)):
                written = text.replace("NAME", name).replace("ROUTES", str(ROUTES))
                (plugins / name / file).write_text(written, encoding="utf-8")
            subprocess.run(
                [LEDSTANG, "migrate", here / "region", "--write", name], check=True, stdout=subprocess.DEVNULL
            )
        (here / "bare.py").write_text(BARE, encoding="utf-8")

        port, other = free_port(), free_port()
        ours = [LEDSTANG, "serve", here / "region", "--port", str(port)]
        bare = [sys.executable, "-m", "uvicorn", "bare:app", "--port", str(other), "--log-level", "error"]
        pages = ["/", "/urgent", "/programmes/", *(f"/{name}/1" for name in names)]
        first = measure(ours, "/ready", port, here, pages)
        following = [measure(ours, "/ready", port, here, pages) for _ in range(STARTS)]
        peers = [measure(bare, "/1", other, here, []) for _ in range(STARTS)]

    rows = {
        f"ledstang, {PLUGINS} more plugins, first start": first,
        f"ledstang, {PLUGINS} more plugins": middle(following),
        f"bare Litestar, {PLUGINS * ROUTES} routes": middle(peers),
    }
    print(f"load {getloadavg()[0]:.1f}{'':36}{'seconds':>9}{'CPU s':>7}{'MB':>7}")
    for name, (seconds, worked, size) in rows.items():
        print(f"{name:44}{seconds:>9.2f}{worked:>7.2f}{size:>7.0f}")
    print(f"Aims: at most {AIM_SECONDS} s and {AIM_MEGABYTES} MB.")


if __name__ == "__main__":
    main()
