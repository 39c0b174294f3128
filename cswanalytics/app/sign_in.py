"""Who is at the door: the sign-in, how long it holds, and the page for whoever is not let in.

Streamlit checks that a sign-in's cookie is its own and who issued it. It does not check how old it is, keeps
it for thirty days, and knows nothing of roles: that is done here, on every run.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import streamlit as st

from cswanalytics import access_table
from cswanalytics.access import Actor
from cswanalytics.app.visit import Visitor
from cswanalytics.errors import DefinitionsInvalid

SECTION = "auth"
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
LEAST_SECRET = 32
"""Characters of the secret that signs cookies: who can guess it can be anybody."""

CLOCKS_APART = 300
"""Seconds by which the provider's clock may be ahead of ours."""

_log = logging.getLogger(__name__)

HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class TurnedAway:
    """Why nobody is let in just now, in words, and what there is to press."""

    title: str
    says: str
    button: str = ""
    press: Callable[[], None] = lambda: None


def is_set_up() -> bool:
    """Say whether the server knows a provider of sign-ins: whether its secrets have a section [auth]."""
    return st.secrets.load_if_toml_exists() and SECTION in st.secrets


def faults() -> list[str]:
    """Give what is wrong with the section [auth], and with what could let somebody in round it."""
    section: Mapping[str, Any] = st.secrets[SECTION] if is_set_up() else {}
    found = [f"[auth] {name} is missing" for name in NEEDED if not str(section.get(name, "")).strip()]
    if 0 < len(str(section.get("cookie_secret", ""))) < LEAST_SECRET:
        found.append(f"[auth] cookie_secret is shorter than {LEAST_SECRET} characters")
    address = urlparse(str(section.get("redirect_uri", "")))
    if address.netloc and address.scheme != "https" and address.hostname not in HERE:
        found.append("[auth] redirect_uri must begin with https, or sign-ins could be read on their way")
    if st.get_option("server.trustedUserHeaders"):
        found.append("server.trustedUserHeaders must not be set: any visitor could send such a header")
    return found


def not_set_up(config: Path | None) -> TurnedAway:
    """Give the page that stands before an authority's own figures while there is no sign-in."""
    missing = [] if is_set_up() else ["sign-in secrets with a section [auth]"]
    if config is None or not (config / access_table.FILE).is_file():
        missing.append(f"{access_table.FILE} in the config folder, which says who may see what")
    return TurnedAway(
        "Not open yet",
        "These are an authority's own figures, so they are shown to nobody before there is a sign-in. "
        f"Data team: what is missing is {' and '.join(missing) or 'told by: cswanalytics access'}. "
        "How to do it stands in docs/sign-in.md.",
    )


def visitor(config: Path | None) -> Visitor | TurnedAway:
    """Give who is signed in, as the access table has them at this moment, or the page they meet instead."""
    if config is None or not (config / access_table.FILE).is_file():
        return not_set_up(config)
    try:
        table = access_table.load(config)
    except DefinitionsInvalid:
        return closed("the list of who may see what has faults; the command cswanalytics access tells them")
    if wrong := faults():
        _log.error("The sign-in is not set up rightly: %s", "; ".join(wrong))
        return closed("the sign-in is not set up rightly; the server's log says how")
    claims = dict(st.user)
    if not claims.get("is_logged_in"):
        return TurnedAway(
            "Sign in", "This dashboard is for those who have been given access.", "Sign in", st.login
        )
    if not _holds(claims.get("iat"), table.max_age.total_seconds()):
        return TurnedAway("Sign in again", "Your sign-in has ended.", "Sign in", st.login)
    name = str(claims.get("email") or claims.get("preferred_username") or claims.get("sub") or "")
    actor = table.actor(claims)
    if actor is None or not name:
        return TurnedAway(
            "No access",
            f"You are signed in as {name or 'somebody without a name'}, and have not been given access. "
            "If you should have it, ask your authority's data team.",
            "Sign out",
            st.logout,
        )
    return Visitor(name, actor, table, still_let_in=lambda: _still(config, claims, actor))


def _still(config: Path, claims: Mapping[str, object], actor: Actor) -> bool:
    """Say whether a sign-in still holds, and whether the table as it is now still says the same of it."""
    try:
        table = access_table.load(config)
    except DefinitionsInvalid:
        return False
    return table.actor(claims) == actor and _holds(claims.get("iat"), table.max_age.total_seconds())


def draw(turned_away: TurnedAway) -> None:
    """Draw the page of whoever is not let in. It tells nothing of what is behind the door."""
    st.title(turned_away.title, anchor=False)
    st.text(turned_away.says)  # a name in it is whatever the provider says: nothing of it is read as Markdown
    if turned_away.button:
        st.button(turned_away.button, on_click=turned_away.press)


def closed(because: str) -> TurnedAway:
    """Give the page that stands while nobody can be let in. Everybody sees it: it tells no detail."""
    return TurnedAway("Closed", f"Nobody can be let in just now. Data team: {because}.")


def _holds(issued_at: object, max_age: float) -> bool:
    """Say whether a sign-in was issued lately enough. One that does not say when does not hold."""
    if not isinstance(issued_at, int | float) or isinstance(issued_at, bool):
        return False
    return -CLOCKS_APART <= time.time() - issued_at <= max_age
