"""Texts that people write, or paste, and that programs stumble over: to be put into every field that there is."""

from __future__ import annotations

NAUGHTY = {
    "right to left": "\u202egnirts\u202c\u2066\u2069 מילה \u200fظ\u061c",
    "emoji": "\U0001f469\u200d\U0001f9b0\U0001f1f8\U0001f1ea\ufe0f",
    "zero width": "a\u200b\ufeff\u00adb\u2060",
    "a script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "the end of a field": "</textarea></form><iframe src=//elsewhere.example></iframe><!-- ]]> --",
    "a template": "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>%s%(name)s{0}%n",
    "SQL": "' OR 1=1; DROP TABLE person; --",
    "entities": "&lt;b&gt; &amp; &#0; &#x202e; \"citat\" 'citat'",
    "combining": "a" + "\u0300" * 200,
    "a link": "javascript:alert(1) [x](javascript:alert(1)) ![](//elsewhere.example/p.png) =cmd|' /C calc'!A0",
    "beyond the plane": "\U0010ffff\ufffe\ufdd0 \U0001d54f",
    "one long word": "å" * 5_000,
}
"""What is kept and shown as it is, sign by sign."""
UNSEEN = {
    "a NUL": ("a\0b", "ab"),
    "controls": ("a" + "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 127])) + "b", "ab"),
}
"""What holds signs that nobody writes on purpose and no page can show, and what is left without them."""
LINES = {
    "headers": "a\r\nSet-Cookie: sid=1\r\n\r\n<b>b",
    "blank": "rad ett\nrad två\n\n    fyra blanksteg\n\n",
    "odd ends": "a\rb\u2028c\u2029d\x85e",
    "first": "\n\nså här",
}
"""What has several lines; how they end is the browser's, which makes CR LF of each."""
