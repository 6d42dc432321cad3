"""A PostgreSQL server of one's own, thrown away afterwards: for tests, drills and benchmarks. Never for an instance."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ledstang.faults import Told

PROGRAMS = "/usr/lib/postgresql"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoServer(Told):
    """Raised where PostgreSQL is not installed."""


class Cluster:
    """A running server on a port of its own, with as many databases as one asks for."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._numbers = count(1)

    def database(self) -> str:
        """Make an empty database and return its address."""
        name = f"trial_{next(self._numbers)}"
        self.ask("postgres", f"CREATE DATABASE {name}")
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def ask(self, database: str, sql: str) -> str:
        """Run SQL as the server's owner and return what psql prints, without frames."""
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        line = [_program("psql"), *address, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words

    def start(self, *settings: str) -> None:
        """Start the server and wait until it answers. `settings` are like `fsync=off`."""
        options = " ".join(f"-c {setting}" for setting in (f"port={self.port}", f"unix_socket_directories={self.folder}",
                           "listen_addresses=127.0.0.1", "max_connections=200", *settings))  # fmt: skip
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends all sessions in order, `immediate` as a crash would."""
        self._run("pg_ctl", "stop", "-s", "-m", how)

    def runs(self) -> bool:
        """Say whether it takes connections."""
        try:
            self.ask("postgres", "SELECT 1")
        except subprocess.CalledProcessError:
            return False
        return True

    def make(self) -> None:
        """Make the server's files."""
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        line = [_program(program), "-D", str(self.folder / "data"), *arguments]
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            line = ["runuser", "-u", "postgres", "--", *line]
        done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """Run a server until the block ends. Without settings it is quick, and forgets what a power cut interrupts."""
    folder = Path(tempfile.mkdtemp(prefix="ledstang-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        server = Cluster(folder, _port())
        server.make()
        server.start(*(settings or QUICK))
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs: the newest that Debian has put there, or what is on the path."""
    found = sorted(Path(PROGRAMS).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise NoServer(f"PostgreSQL's {name} is not installed. Run: apt install postgresql   (as root, or with sudo)")
    return path


def _port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
