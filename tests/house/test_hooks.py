"""No hook ships without a plugin of ours that uses it, a heading with its signature, and a test named after it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from ledstang import hookspecs
from ledstang.plugins import find

ROOT = Path(__file__).parents[2]
README = (ROOT / "platform" / "README.md").read_text(encoding="utf-8")
HOOKS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if getattr(function, "ledstang_spec", None) is not None
}
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def signature(hook: Callable[..., object]) -> str:
    """Return a hook's signature as it stands in the source."""
    taken = inspect.signature(hook)
    arguments = ", ".join(f"{name}: {one.annotation}" for name, one in taken.parameters.items())
    return f"{hook.__name__}({arguments}) -> {taken.return_annotation}"


def test_the_hooks_of_this_release() -> None:
    """These are the hooks there are; one more, or one less, is a change to the contract."""
    assert HOOKS.keys() == {
        "register_settings", "register_content", "register_blocks", "register_routes", "register_links",
        "register_panels", "register_tasks", "register_permissions", "register_signin", "register_personal_data",
        "register_commands", "register_listeners", "register_jobs", "register_connectors", "register_proxies",
        "register_checks", "register_work_lists", "register_attachments",
    }  # fmt: skip


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_an_implementer(name: str) -> None:
    """A plugin of ours uses it, through the same door as everybody's."""
    users = [plugin.name for plugin in find([]).found.values() if name in plugin.hooks]
    assert users


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_a_heading_with_its_signature(name: str) -> None:
    """The README has it to the letter, and says something below."""
    heading = f"### `{signature(HOOKS[name])}`\n"
    assert heading in README
    below = README[README.index(heading) + len(heading) :]
    assert len(below.partition("\n#")[0].strip()) > 80


def test_the_readme_has_no_hook_that_is_none() -> None:
    """A heading without a hook behind it would mislead."""
    assert set(re.findall(r"^### `(\w+)\(", README, re.MULTILINE)) == HOOKS.keys()


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_a_test(name: str) -> None:
    """A test is named after it."""
    assert re.search(rf"^(async )?def test_{name}\(", TESTS, re.MULTILINE)


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_says_what_it_wants(name: str) -> None:
    """An author can implement it from its docstring alone: one imperative line first."""
    said = inspect.getdoc(HOOKS[name]) or ""
    assert said.startswith("Return ")
    assert said.partition("\n")[0].endswith(".")
