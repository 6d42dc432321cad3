"""How much our compiling costs over plain markdown-it-py: the same 100 modules, in paired rounds of one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ledstang.content.blocks import html_of
from ledstang.content.kinds import Library
from ledstang.content.parsing import parse
from ledstang.content.words import load_words
from ledstang_programmes.blocks import BLOCKS
from ledstang_programmes.kind import compile_programme
from markdown_it import MarkdownIt

MODULES, ROUNDS, GOAL = 100, 7, 1.5
PARAGRAPH = (
    "Oro är hjärnans larm. Den letar efter **faror** innan de har hänt, och den frågar: *tänk om det går illa?* "
    "Det här har varit bra för människor i alla tider, och [så skriver 1177 om oro](https://www.1177.se/oro) också. "
    "Du är alltså inte svag eller konstig. Du har en hjärna som försöker hålla dig säker.\n\n"
)
LIST = (
    "- **Rädsla** kommer när något farligt händer nu.\n- **Oro** är tankar om något som kan hända.\n- Ångest känns.\n\n"
)
EXAMPLE = f"::: exempel Samiras natt\n{PARAGRAPH}:::\n\n"
EXERCISE = (
    "::: övning #min-oro-{n}\ntitel: Min oro\n\nSkriv ned tre saker.\n\n"
    "::: fråga #tre-saker-{n} lång text\nhjälp: Ett par ord räcker.\n\nVad oroar du dig för?\n:::\n\n"
    "::: fråga #styrka-{n} skala 0–10\nHur stark är oron?\n:::\n:::\n\n"
)


def module(number: int) -> str:
    """Return the text of one module, a little over 5 kB."""
    head = f"---\nmodul: del-{number}\ntitel: Del {number}\nöppnas: efter föregående\ntid: 20 min\n---\n\n"
    body = "".join(
        f"# Avsnitt {part}\n\n## Steg {part}\n\n{PARAGRAPH}{LIST}{PARAGRAPH}{EXAMPLE}{EXERCISE.replace('{n}', str(part))}"
        for part in range(3)
    )
    return head + body


def seconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Run the rounds and print a table."""
    texts = [module(number) for number in range(MODULES)]
    words, plain = load_words(), MarkdownIt("js-default")

    def ours() -> None:
        for text in texts:
            document, _ = parse(text, "del.md", words)
            html_of(document.body)

    def theirs() -> None:
        for text in texts:
            plain.render(text)

    with TemporaryDirectory() as folder:
        main_file = write(Path(folder), texts)

        def whole() -> None:
            compile_programme(main_file, Library(BLOCKS))

        for work in (ours, theirs, whole):
            work()
        rounds = [(seconds(ours), seconds(theirs), seconds(whole)) for _ in range(ROUNDS)]
    show(rounds, sum(len(text.encode()) for text in texts))


def write(folder: Path, texts: list[str]) -> Path:
    """Write the modules as a programme and return its main file."""
    for number, text in enumerate(texts):
        own = text.replace("#min-oro-", f"#min-oro-{number}-")
        (folder / f"{number:03}-del.md").write_text(own, encoding="utf-8")
    main_file = folder / "programme.md"
    main_file.write_text("---\nprogram: del\n---\n\nVälkommen.\n", encoding="utf-8")
    return main_file


def show(rounds: list[tuple[float, float, float]], size: int) -> None:
    """Print the table: medians, and the median of the ratios of each round."""
    own, plain, whole = (statistics.median(column) * 1000 for column in zip(*rounds, strict=True))
    ratio = statistics.median(one[0] / one[1] for one in rounds)
    all_of_it = statistics.median(one[2] / one[1] for one in rounds)
    print(f"{MODULES} modules, {size // 1000} kB, median of {ROUNDS} paired rounds, CPU time")
    verdict = "reached" if ratio <= GOAL else "MISSED"
    print(f"{'markdown-it-py, render':44}{plain:8.0f} ms")
    print(f"{'ours, text to HTML with every text check':44}{own:8.0f} ms   {ratio:.2f} ×   at most {GOAL} ×: {verdict}")
    print(f"{'ours, files to a programme with its forms':44}{whole:8.0f} ms   {all_of_it:.2f} ×")


if __name__ == "__main__":
    main()
