"""`ledstang.toml`: what fits is read, and what does not is told with its key, its line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ledstang.fitting import SettingsFault, locate
from ledstang.reading import read
from ledstang.settings import Settings

Read = Callable[[str], Settings]

WHOLE = """\
title = "Region Norra"
language = "en"
database = "data/x.sqlite"
keys = "keys"
theme = "norra"
production = true
strict = true
disabled = ["sandbox"]

[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24", "23"]
contact = "Ring 1177."
urgent = ["Ring 112"]
off = ["instruments"]

[[units]]
hsa_id = "se2321000016-1003"
name = "Vårdcentralen Björken"
region = "norra"
contact = "Ring."
off = ["programmes"]

[signin]
idle_minutes = 15
absolute_minutes = 60

[plugins.programmes]
offered_to_everybody = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings lie."""
    return tmp_path / "ledstang.toml"


@pytest.fixture
def settings(file: Path) -> Read:
    """Read a text as settings."""

    def read_text(text: str) -> Settings:
        file.write_text(text, encoding="utf-8")
        return read(file)

    return read_text


def faults(settings: Read, text: str) -> list[tuple[int | None, str, str]]:
    """Return the line, the reason and the tip of each fault of a text."""
    with pytest.raises(SettingsFault) as raised:
        settings(text)
    return [(fault.line, fault.why, fault.tip) for fault in raised.value.all]


def test_everything_that_may_be_said(settings: Read) -> None:
    """All keys of the settings are read as what they are."""
    read = settings(WHOLE)
    assert (read.title, read.language, read.theme, read.production) == ("Region Norra", "en", "norra", True)
    assert read.regions[0].counties == ("24", "23")
    assert read.units[0].hsa_id == "se2321000016-1003"
    assert read.signin.idle_minutes == 15
    assert read.plugins == {"programmes": {"offered_to_everybody": True}}


def test_a_title_is_enough(settings: Read) -> None:
    """All else has a default that works for trying out."""
    read = settings('title = "Prov"\n')
    assert (read.language, read.theme, read.production, read.strict, read.regions) == (
        "sv",
        "handrail",
        False,
        False,
        (),
    )


def test_the_mark_that_windows_puts_first_is_no_fault(file: Path) -> None:
    """A file with a byte order mark, and with the line ends of Windows, is read like any other."""
    file.write_bytes("title = 'Å'\r\nlanguage = 'en'\r\n".encode("utf-8-sig"))
    assert read(file).title == "Å"


@pytest.mark.parametrize(
    ("text", "line", "why", "tip"),
    [
        ('title = "x"\nlangauge = "sv"\n', 2, "The key `langauge` is unknown.", "Did you mean `language`?"),
        ('title = "x"\nzzz = 1\n', 2, "The key `zzz` is unknown.", "Remove it, or use one of: title, language, "),
        ('language = "sv"\n', None, "The key `title` is missing.", "Add it."),
        ("title = 3\n", 1, "The value of `title` does not fit: it is a whole number where a text is wanted.", "Change"),
        ('title = ""\n', 1, "The value of `title` does not fit: it should be of length >= 1.", "Change the value."),
        ('title = "x"\nstrict = "yes"\n', 2,
         "The value of `strict` does not fit: it is a text where true or false is wanted.", "Change the value."),
        ('title = "x"\nlanguage = "no"\n', 2,
         "The value of `language` does not fit: 'no' is none of the words that may stand there.", "Use one of: sv, en."),
        ('title = "x"\n[signin]\nidle_minutes = 0\n', 3,
         "The value of `signin.idle_minutes` does not fit: it should be >= 1.", "Change the value."),
        ('title = "x"\n[signin]\nidle_minute = 1\n', 3, "The key `signin.idle_minute` is unknown.",
         "Did you mean `idle_minutes`?"),
        ('title = "x"\nregions = 3\n', 2,
         "The value of `regions` does not fit: it is a whole number where a list is wanted.", "Change the value."),
        ('title = "x"\n\n[[regions]]\nid = "a"\nname = "A"\ncounties = ["24"]\n\n[[regions]]\nid = "B"\n', 9,
         "The value of `regions.1.id` does not fit: it is not written as it should be.", "Use small letters a-z"),
        ('title = "x"\n[[regions]]\nid = "a"\nname = "A"\ncounties = ["1"]\n', 5,
         "The value of `regions.0.counties.0` does not fit: it is not written as it should be.", "Write the two digits"),
        ('title = "x"\n[[regions]]\nid = "a"\nname = "A"\n', 2, "The key `regions.0.counties` is missing.", "Add it."),
        ('title = "x"\n[[units]]\nhsa_id = "1003"\nname = "A"\nregion = "a"\n', 3,
         "The value of `units.0.hsa_id` does not fit: it is not written as it should be.",
         "Write it like SE2321000016-1003."),
    ],
)  # fmt: skip
def test_what_does_not_fit(settings: Read, text: str, line: int | None, why: str, tip: str) -> None:
    """Unknown keys, wrong types and impossible values name the key and the line, and say what would do."""
    ((where, told, advice),) = faults(settings, text)
    assert (where, told) == (line, why)
    assert advice.startswith(tip)


def test_all_faults_are_told_at_once(settings: Read, file: Path) -> None:
    """Who mends the file does so once: each fault is told with its own line, and what remains is known."""
    text = 'titel = "x"\ntitle = "y"\nstrict = 1\n\n[signin]\nidle_minutes = 500\nidle = 3\n'
    told = faults(settings, text)
    assert [line for line, _, _ in told] == [1, 3, 6, 7]
    with pytest.raises(SettingsFault) as raised:
        read(file)
    assert len(str(raised.value).splitlines()) == 4
    assert raised.value.rest.title == "y"
    assert raised.value.rest.signin.idle_minutes == 30


@pytest.mark.parametrize(
    ("other", "line", "why"),
    [
        ('id = "a"\nname = "B"\ncounties = ["12"]\n', 7, "Two regions are called `a`."),
        ('id = "b"\nname = "B"\ncounties = ["24"]\n', 9, "The county 24 is given to both `a` and `b`."),
    ],
)
def test_regions_that_disagree(settings: Read, other: str, line: int, why: str) -> None:
    """Two regions of one name, or one county's residents in two, cannot be told apart."""
    text = f'title = "x"\n[[regions]]\nid = "a"\nname = "A"\ncounties = ["24"]\n[[regions]]\n{other}'
    ((where, told, _),) = faults(settings, text)
    assert (where, told) == (line, why)


def test_units_that_disagree(settings: Read) -> None:
    """A unit lies in a region of the file; its HSA-id is its own, whatever the case of its letters."""
    units = [("SE2321000016-1003", "norra"), ("se2321000016-1003", "norra"), ("SE2321000016-1004", "sodra")]
    tables = "".join(f'[[units]]\nhsa_id = "{id_}"\nname = "x"\nregion = "{region}"\n' for id_, region in units)
    told = faults(settings, f'title = "x"\n[[regions]]\nid = "norra"\nname = "N"\ncounties = []\n{tables}')
    assert [(line, why) for line, why, _ in told] == [
        (11, "Two units have the HSA-id se2321000016-1003."),
        (17, "The unit SE2321000016-1004 lies in the region `sodra`, which is not in this file."),
    ]
    assert told[1][2] == "Use one of: norra."


def test_units_whose_days_and_successors_cannot_be(settings: Read) -> None:
    """A provider and a successor are in the file, no unit ends before it begins, and none comes back to itself."""
    days = "valid_from = 2026-02-01\nvalid_to = 2026-01-01"
    more = [
        'provider = "SE2321000016-9"', days, 'merged_into = "SE2321000016-99"', 'merged_into = "se2321000016-4"',
        'merged_into = "SE2321000016-3"', 'merged_into = "SE2321000016-3"',
    ]  # fmt: skip
    tables = "".join(
        f'[[units]]\nhsa_id = "SE2321000016-{number}"\nname = "x"\nregion = "norra"\n{one}\n'
        for number, one in enumerate(more)
    )
    told = faults(settings, f'title = "x"\n[[regions]]\nid = "norra"\nname = "N"\ncounties = []\n{tables}')
    assert [why for _, why, _ in told] == [
        "The unit SE2321000016-0 belongs to the provider SE2321000016-9, which is not in this file.",
        "The unit SE2321000016-1 ends before it begins.",
        "The unit SE2321000016-2 has gone into SE2321000016-99, which is not in this file.",
        "The unit SE2321000016-3 has gone into itself.",
        "The unit SE2321000016-4 has gone into itself.",
    ]
    assert [line for line, _, _ in told] == [10, 16, 21, 26, 31]


@pytest.mark.parametrize(
    ("text", "line"),
    [("title = \n", 1), ('title = "x"\n[[regions]\n', 2), ('title = "x', 1), ('title = "x"\ntitle = "y"\n', 2)],
)
def test_what_is_not_toml(settings: Read, text: str, line: int) -> None:
    """A slip of the pen is told with its line."""
    ((where, why, tip),) = faults(settings, text)
    assert where == line
    assert why.startswith("This is not valid TOML: ")
    assert tip == "Mend the line and try again."


def test_a_missing_file(file: Path) -> None:
    """Without a file one is told how to make an instance."""
    with pytest.raises(SettingsFault, match=r"There is no ledstang\.toml here\. Make a folder with `ledstang init"):
        read(file)


@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_an_empty_file(settings: Read, text: str) -> None:
    """An empty file is told with a line that would do."""
    assert faults(settings, text) == [
        (None, "The file is empty.", 'Give it at least a line such as title = "Region Norra".')
    ]


def test_latin_1(file: Path) -> None:
    """A file in another encoding is told with the line of its first letter that shows it."""
    file.write_bytes('language = "sv"\ntitle = "Region Östra"\n'.encode("latin-1"))
    with pytest.raises(SettingsFault) as raised:
        read(file)
    assert raised.value.line == 2
    assert "not UTF-8 (Latin-1, perhaps)" in raised.value.why


def test_a_folder_in_its_place(file: Path) -> None:
    """What cannot be read is told with the reason that the system gives."""
    file.mkdir()
    with pytest.raises(SettingsFault, match="The file cannot be read: Is a directory"):
        read(file)


def test_the_sentence_names_file_and_line(settings: Read, file: Path) -> None:
    """The text of the exception is the whole sentence, as it is printed."""
    with pytest.raises(SettingsFault) as raised:
        settings('title = "x"\nzzz = 1\n')
    assert str(raised.value).startswith(f"{file}:2: The key `zzz` is unknown. Remove it, or use one of: ")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("regions", "1", "name"), 7),
        (("regions", "1", "gone"), 5),
        (("plugins", "diary", "a b"), 10),
        (("plugins", "diary", "deep", "er"), 11),
        (("nothing",), None),
    ],
)
def test_lines_are_found(path: tuple[str, ...], line: int | None) -> None:
    """A key's line is its own, or that of the nearest table around it."""
    text = (
        'title = "x"\n[[regions]]\nid = "a"\n# [[regions]]\n[[regions]]\nid = "b"\nname = "c"\n\n'
        '[plugins."diary"]\n"a b" = 1\ndeep.er = 2\n'
    )
    assert locate(text, path) == line
