"""What an empty page costs over raw ASGI: all that the host does around a plugin that does nothing.

Each contender has a process of its own and is asked in process, without a server; they take turns in paired rounds of one
run, and what is counted is CPU time. Compare with the limit of the same run only. `python benchmarks/empty_page.py [ROUNDS]`
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from os import getloadavg
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from contenders.empty import BYTES, PAGE, TOKEN, settle
from contenders.page import Visitor
from contenders.turns import Contender

RAW, LITESTAR = "raw ASGI (the limit)", "a bare Litestar handler"
BARE, THEMED, SIGNED_IN = "a plugin's bytes", "a plugin's empty page", "the same, signed in"
AIM = 0.35  # milliseconds over raw ASGI
TURN = 50  # pages


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds a page, one figure for each round."""
    settle(folder)
    with ExitStack() as open_:

        def opened(name: str) -> Contender:
            return open_.enter_context(Contender("contenders.empty", name, folder))

        ours = opened("Ours")
        nobody = Visitor("", "", PAGE, "")
        (folder / "page.html").write_bytes(ours.one(nobody))
        dag = Visitor("", "", PAGE, (folder / TOKEN).read_text(encoding="utf-8"))
        assert b"/signout" in ours.one(dag), "nobody is signed in"
        raw, litestar = opened("Raw"), opened("BareLitestar")
        turns = {
            RAW: (raw, nobody),
            LITESTAR: (litestar, nobody),
            BARE: (ours, Visitor("", "", BYTES, "")),
            THEMED: (ours, nobody),
            SIGNED_IN: (ours, dag),
        }
        measured: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(rounds):
            for name, (contender, visitor) in turns.items():
                measured[name].append(contender.many([visitor] * TURN) / TURN * 1000)
    return measured


def main() -> int:
    """Measure and print the table; the exit code tells whether the aim was reached."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with TemporaryDirectory() as folder:
        measured = measure(Path(folder), rounds)
        size = (Path(folder) / "page.html").stat().st_size
    limit = min(measured[RAW])
    print(f"An empty page of {size} bytes: {rounds} rounds of {TURN}, load {getloadavg()[0]:.1f}")
    print(f"{'':32}{'CPU ms, best':>14}{'median':>9}{'over the limit':>16}")
    for name, figures in measured.items():
        print(f"{name:32}{min(figures):14.3f}{median(figures):9.3f}{min(figures) - limit:16.3f}")
    over = min(measured[THEMED]) - limit
    print(f"Aim: {THEMED} at most {AIM} ms over raw ASGI: {'reached' if over <= AIM else 'MISSED'}.")
    return 0 if over <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
