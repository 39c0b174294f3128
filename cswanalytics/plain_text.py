"""Texts that somebody else wrote, such as the name of a column: fit to stand in a message, on one line."""

import re

LONGEST = 80

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs that show nothing, or turn what stands round them about, but for a tab and a new line."""


def is_plain(text: str) -> bool:
    """Say whether every sign of a text can be shown where it stands."""
    return not _HIDDEN.search(text)


def on_one_line(text: str) -> str:
    """Give a text without breaks and without signs that cannot be shown, cut where it is long."""
    shown = (sign if sign.isprintable() or sign.isspace() else "\ufffd" for sign in text[: 2 * LONGEST])
    plain = " ".join("".join(shown).split())
    return plain if len(plain) <= LONGEST and len(text) <= 2 * LONGEST else f"{plain[:LONGEST]}…"
