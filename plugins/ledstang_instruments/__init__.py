"""GAD-7 and PHQ-9: instruments that may be used freely, locked, with golden cases for their scoring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledstang import ContentFolder, hookimpl


@hookimpl
def register_content(host: Any) -> list[ContentFolder]:  # noqa: ARG001 - the hook's own signature
    """Bring the instruments along as forms that every programme may embed by key."""
    return [ContentFolder("forms", Path(__file__).parent / "content")]
