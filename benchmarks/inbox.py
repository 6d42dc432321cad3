"""What a full inbox and a long queue cost: the latest of 1,000 items, and 200 cases on a unit's list, with whose they are.

Each contender has a process of its own and is asked in process, without a server, on SQLite; they take turns in paired
rounds of one run. What is counted is CPU time, of all threads. Compare the ratios, never the milliseconds of two runs.
All do the same work (see contenders/mailbox.py) and show the same page, word for word: a run begins with looking.
`python benchmarks/inbox.py [ROUNDS]`
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from os import getloadavg
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec
from contenders.mailbox import CASES, ITEMS, LISTED, PAGES, QUEUE, TOKENS, plain, settle, titles_of
from contenders.page import Visitor
from contenders.turns import Contender

RAW, OURS, DJANGO = "raw ASGI and driver (the limit)", "ours", "Django"
WHO = {RAW: ("contenders.mailbox_raw", "Raw"), DJANGO: ("contenders.mailbox_django", "Django")}
NAMES = {LISTED: f"An inbox of {ITEMS} items, the latest 50", QUEUE: f"A list of {CASES} cases"}
TURN = 16  # pages
FASTER = 4.0  # the aim: times as fast as Django

Measured = dict[str, dict[str, list[float]]]


def opened(open_: ExitStack, folder: Path) -> tuple[dict[str, Contender], dict[str, Visitor]]:
    """Return the contenders and the readers of both pages. Raises AssertionError where one shows other rows than ours."""
    settle(folder)
    contenders = {OURS: open_.enter_context(Contender("contenders.mailbox", "Ours", folder))}
    tokens = msgspec.json.decode((folder / TOKENS).read_bytes())
    readers = {path: Visitor("", "", path, token) for path, token in tokens.items()}
    pages = {path: contenders[OURS].one(reader).decode() for path, reader in readers.items()}
    (folder / PAGES).write_bytes(msgspec.json.encode(pages))
    contenders |= {name: open_.enter_context(Contender(*where, folder)) for name, where in WHO.items()}
    for name, contender in contenders.items():
        for path, reader in readers.items():
            assert plain(contender.one(reader).decode()) == plain(pages[path]), f"{name} shows another page at {path}"
    assert [len(titles_of(page)) for page in pages.values()] == [50, CASES]
    return contenders, readers


def measure(rounds: int) -> Measured:
    """Return milliseconds a page for each page and contender, one figure for each round."""
    with TemporaryDirectory() as folder, ExitStack() as open_:
        contenders, readers = opened(open_, Path(folder))
        measured: Measured = {path: {name: [] for name in contenders} for path in readers}
        for _ in range(rounds):
            for path, reader in readers.items():
                for name, contender in contenders.items():
                    measured[path][name].append(contender.many([reader] * TURN) / TURN * 1000)
    return measured


def main() -> int:
    """Measure and print the tables; the exit code tells whether the aim was reached."""
    measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    for path, figures in measured.items():
        best = {name: min(times) for name, times in figures.items()}
        print(f"\n{NAMES[path]}: {len(figures[OURS])} rounds of {TURN}, load {getloadavg()[0]:.1f}")
        print(f"{'':32}{'CPU ms, best':>14}{'median':>9}{'× Django':>10}{'of the limit':>14}")
        for name in (RAW, OURS, DJANGO):
            faster, share = best[DJANGO] / best[name], best[RAW] / best[name]
            print(f"{name:32}{best[name]:14.2f}{median(figures[name]):9.2f}{faster:10.1f}{share:14.0%}")
    faster = min(min(figures[DJANGO]) / min(figures[OURS]) for figures in measured.values())
    print(f"\nAim: both at least {FASTER} × Django: {'reached' if faster >= FASTER else 'MISSED'}.")
    return 0 if faster >= FASTER else 1


if __name__ == "__main__":
    sys.exit(main())
