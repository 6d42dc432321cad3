"""What tests of several parts share: a server that runs as its users run it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang.people.persons import Identity
from ledstang_sandbox.persons import read_cast

LEDSTANG = Path(sys.executable).with_name("ledstang")
PATIENT = 60.0
"""Seconds that a server may take to start where several run at once."""


@dataclass
class Served:
    """A server in a process of its own, and a browser at it. `said` is what it has written on standard error."""

    process: subprocess.Popen[str]
    client: httpx.Client
    said: list[str] = field(default_factory=list)

    def token(self) -> str:
        """Return the token that the forms of this browser's pages carry."""
        found = re.search(r'name="_csrf" value="([^"]+)"', self.client.get("/urgent").text)
        return found[1] if found else ""

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Post a form as a page of ours would, and go where it leads."""
        return self.client.post(path, data={"_csrf": self.token(), **fields})

    def sign_in(self, name: str) -> str:
        """Sign in as one of the sandbox's persons, by the button that the page has, and return the page one lands on."""
        page = self.client.get("/sandbox/").text
        card = page[page.index(name) :]
        number = re.search(r'name="number" value="(\d+)"', card)
        assert number
        return self.client.post("/sandbox/signin", data={"number": number[1]}).text


def _await(served: Served, listener: threading.Thread) -> None:
    """Ask until the server answers, or has ended, which its standard error tells by ending."""
    latest = time.monotonic() + PATIENT
    while time.monotonic() < latest and listener.is_alive():
        try:
            served.client.get("/ready")
            return
        except httpx.ConnectError:
            listener.join(0.05)
    raise AssertionError("the server did not start:\n" + "".join(served.said))


Serving = Callable[..., AbstractContextManager[Served]]


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def serving(port: int) -> Serving:
    """Run `ledstang serve` with arguments until the block ends, which it must survive with a clean exit."""

    @contextmanager
    def run(*arguments: str | Path, command: Path = LEDSTANG, cwd: Path | None = None) -> Iterator[Served]:
        line = [str(command), "serve", "--port", str(port), *map(str, arguments)]
        process = subprocess.Popen(line, cwd=cwd, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30)
        served = Served(process, client)
        assert process.stderr
        listener = threading.Thread(target=served.said.extend, args=(process.stderr,), daemon=True)
        listener.start()
        try:
            with client:
                _await(served, listener)
                yield served
        finally:
            process.terminate()
            code = process.wait(timeout=30)
            listener.join(timeout=30)
            process.stderr.close()
        assert code in (0, -15), "".join(served.said)

    return run


Eventually = Callable[..., Any]


@pytest.fixture(scope="session")
def eventually() -> Eventually:
    """Ask until an answer is what is waited for, and return it: `eventually(ask, holds)`; without `holds`, until it is true.

    For what comes back by itself in a process of its own, which tells nobody that it has. Raises AssertionError when it
    does not within `PATIENT` seconds.
    """

    def wait(ask: Callable[[], Any], holds: Callable[[Any], Any] = bool) -> Any:
        latest, pause = time.monotonic() + PATIENT, threading.Event()
        while not holds(answer := ask()):
            assert time.monotonic() < latest, f"it did not come about by itself; the last answer was {answer!r}"
            pause.wait(0.05)
        return answer

    return wait


WRITTEN = ("Kanariefåg", "kanariefåg")
"""What tests write as answers: no text of ours has it."""


def canaries() -> list[str]:
    """Return what must never be found anywhere: the demo's names and numbers in all their spellings, and answers."""
    found = list(WRITTEN)
    for person in read_cast().persons:
        number = person.identity.number
        found += [
            *([person.name] if person.name else []),
            number,
            f"{number[:8]}-{number[8:]}",
            number[2:],
            f"{number[2:8]}-{number[8:]}",
        ]
    return found


Sweep = Callable[..., list[str]]


@pytest.fixture(scope="session")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Search an instance's folder while it is served, a backup made now, and texts for what must not be there.

    `sweep(folder, texts, more)` returns a sentence for each find; `more` are further canaries, such as tokens.
    """

    def search(folder: Path, texts: Iterable[str] = (), more: Iterable[str] = ()) -> list[str]:
        backup = tmp_path_factory.mktemp("backup") / "copy"
        done = subprocess.run([LEDSTANG, "backup", backup, folder], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        files = [backup, *(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml")]
        assert any(path.name.endswith("-wal") for path in files), "nothing was searched while it was in use"
        places = {path.name: path.read_bytes() for path in files}
        places |= {f"text {number}": text.encode() for number, text in enumerate(texts)}
        return [
            f"`{canary}` stands in {name}"
            for canary in [*canaries(), *more]
            for name, content in places.items()
            if canary.encode() in content
        ]

    return search


CLAMD = """
Foreground yes
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}
TemporaryDirectory {folder}
"""
INFECTED = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
"""What the clamd of the tests knows as infected, and nothing else."""


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Debian's clamd, for as long as a module's tests run."""
    folder = tmp_path_factory.mktemp("clamd")
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    (folder / "ours.ndb").write_text(f"Test:0:*:{INFECTED.hex()}\n", encoding="ascii")
    settings = folder / "clamd.conf"
    settings.write_text(CLAMD.format(port=port, folder=folder), encoding="utf-8")
    command = ["/usr/sbin/clamd", "-c", settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout
            assert any("Self checking" in line for line in process.stdout), "clamd did not start"
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


@dataclass
class Registered:
    """A population register and unit directory in a process of its own. What it says is what was last `put` there."""

    port: int
    credential: str
    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: list[dict[str, Any]] = field(default_factory=list)

    def put(self, identity: Identity, **facts: Any) -> None:
        """Write somebody down, or change what is said of them: `guardians=[...]`, `deceased="2026-11-01"`."""
        new = {"number": identity.number, "name": identity.name, "born": identity.born.isoformat(), "sex": None}
        new |= {"county": identity.county, "deceased": None, "protection": "none", "earlier": [], "guardians": []}
        self.persons[identity.number] = {**new, **self.persons.get(identity.number, {}), **facts}
        self.edit()

    def edit(self) -> None:
        """Have it say from now on what is written here."""
        said = {"persons": list(self.persons.values()), "units": self.units}
        httpx.post(
            f"http://127.0.0.1:{self.port}/edit", json=said, headers={"authorization": f"Bearer {self.credential}"}
        ).raise_for_status()


@pytest.fixture(scope="module")
def registered() -> Iterator[Registered]:
    """A register that knows nobody yet, for as long as a module's tests run."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    script, credential = Path(__file__).parent / "tools" / "registry.py", "a-credential-of-the-instance"
    command = [sys.executable, script, str(port), credential]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield Registered(port, credential)
        finally:
            process.terminate()
