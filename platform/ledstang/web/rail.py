"""The handrail: how far somebody has come, drawn once for each place on each way and then kept."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

MOST_POSTS = 24
"""With more steps than this the posts would stand so close that they no longer tell anything."""


@lru_cache(maxsize=1024)
def rail(done: int, of: int) -> Markup:
    """Draw a rail that rises as one goes, with a post for each step. Say the same in words beside it."""
    of = max(of, 1)
    done = min(max(done, 0), of)
    share = done / of
    x, y = 1.5 + 97 * share, 72 - 48 * share
    posts = [_post(number, of, gone=number <= done) for number in range(of + 1)] if of <= MOST_POSTS else []
    gone = f'<line class="gone" x1="1.5%" y1="72%" x2="{x}%" y2="{y}%"/>' if done else ""
    return Markup(  # noqa: S704 - nothing but numbers
        f'<svg class="rail" aria-hidden="true" focusable="false">{"".join(posts)}'
        f'  <line x1="1.5%" y1="72%" x2="98.5%" y2="24%"/>{gone}'
        f'  <circle cx="{x}%" cy="{y}%" r="8"/>\n</svg>'
    )


def _post(number: int, of: int, *, gone: bool) -> str:
    x, y = 1.5 + 97 * number / of, 72 - 48 * number / of
    return f'  <line class="post{" gone" if gone else ""}" x1="{x}%" x2="{x}%" y1="{y}%" y2="100%"/>'
