"""What a page costs: a programme step as a participant sees it, from us, from Django, and from the barest code there can be.

Each contender has a process of its own and is asked in process, without a server; they take turns in paired rounds of
one run, first on SQLite, then on PostgreSQL. What is counted is CPU time, of all threads, without the PostgreSQL server's
own. Compare the ratios, never the milliseconds of two runs. The peers fill a flat template and know neither forms nor
rules: see contenders/page.py. `python benchmarks/step_page.py [ROUNDS]`
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from os import getloadavg
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from contenders.instance import settle
from contenders.page import Page, plain, read_page
from contenders.turns import Contender

RAW, OURS, DJANGO = "raw ASGI and driver (the limit)", "ours", "Django"
WHO = {OURS: ("contenders.ours", "Ours"), RAW: ("contenders.raw", "Raw"), DJANGO: ("contenders.django_site", "Django")}
WHO_ON_POSTGRES = WHO | {RAW: ("contenders.raw_postgres", "Raw")}
CROWD = "ours, 16 at once"
VISITS = 16  # in a turn
FASTER, SHARE = 4.0, 0.35  # the aims: times Django, and of the limit
LONGEST = 50.0  # seconds of rounds on each database, however slow the machine is

Measured = dict[str, list[float]]


def same(contenders: dict[str, Contender], page: Page) -> int:
    """Return how many bytes the page has. Raises AssertionError unless everybody gives every visitor the same page."""
    for visitor in page.visitors:
        expected = plain(contenders[OURS].one(visitor))
        for name, contender in contenders.items():
            assert plain(contender.one(visitor)) == expected, f"{name} gives another page to {visitor.path}"
    return len(contenders[OURS].one(page.visitors[0]))


def compare(contenders: dict[str, Contender], page: Page, rounds: int) -> Measured:
    """Return milliseconds a page, one figure for each round; in every round each contender has its turn."""
    turns = {name: contender.many for name, contender in contenders.items()} | {CROWD: contenders[OURS].crowd}
    measured: Measured = {name: [] for name in turns}
    visitors, end = page.visitors * 2, monotonic() + LONGEST
    for number in range(rounds):
        for name, turn in turns.items():
            first = number * 7 % len(page.visitors)
            measured[name].append(turn(visitors[first : first + VISITS]) / VISITS * 1000)
        if monotonic() > end:
            break
    return measured


def show(database: str, measured: Measured, size: int) -> tuple[float, float]:
    """Print the table; return how many times faster than Django we are, and our share of the limit, by the best rounds."""
    best = {name: min(figures) for name, figures in measured.items()}
    rounds = len(measured[OURS])
    print(
        f"\nA programme step as a participant sees it, on {database}: {size} bytes, {rounds} rounds, "
        f"load {getloadavg()[0]:.1f}"
    )
    print(f"{'':32}{'CPU ms, best':>14}{'median':>9}{'× Django':>10}{'of the limit':>14}")
    for name in (RAW, OURS, CROWD, DJANGO):
        faster, share = best[DJANGO] / best[name], best[RAW] / best[name]
        print(f"{name:32}{best[name]:14.2f}{median(measured[name]):9.2f}{faster:10.1f}{share:14.0%}")
    pairs = zip(measured[DJANGO], measured[OURS], measured[RAW], strict=True)
    ratios = [(django / ours, raw / ours) for django, ours, raw in pairs]
    print(
        f"ours, median of the rounds' ratios: {median(one for one, _ in ratios):.1f} × Django, "
        f"{median(one for _, one in ratios):.0%} of the limit"
    )
    return best[DJANGO] / best[OURS], best[RAW] / best[OURS]


def measure(database: str, address: str, who: dict[str, tuple[str, str]], rounds: int) -> bool:
    """Run the comparison on one database; return whether the aims were reached."""
    with TemporaryDirectory() as place, ExitStack() as open_:
        folder = Path(place)
        settle(folder, address)
        contenders = {name: open_.enter_context(Contender(*where, folder)) for name, where in who.items()}
        page = read_page(folder)
        size = same(contenders, page)
        faster, share = show(database, compare(contenders, page, rounds), size)
    reached = faster >= FASTER and share >= SHARE
    verdict = "reached" if reached else "MISSED"
    print(f"Aim: at least {FASTER:g} × as fast as Django, and {SHARE:.0%} of the limit: {verdict}.")
    return reached


def main() -> int:
    """Run the comparison on both databases; the exit code tells whether the aims were reached."""
    from ledstang.clusters import (
        cluster,  # here, or each contender would import all of ours when it imports this module
    )

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    reached = [measure("SQLite", "", WHO, rounds)]
    with cluster() as server:
        reached.append(measure("PostgreSQL", server.database(), WHO_ON_POSTGRES, rounds))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
