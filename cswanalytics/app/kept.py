"""Choices that stay: what is chosen on one page holds on the next that offers it, and in links between pages.

Streamlit forgets a control that a page does not draw. A trust leader picks a school once.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

STATE = "kept choices"
CARRIED = ("viewing_as", "school")
"""Choices that a link to another page takes along, even where this page does not offer them."""


def restore(key: str, options: Mapping[Any, str]) -> None:
    """Set a control, before it is drawn, to what was last chosen, if it offers that and the URL is silent."""
    value, _ = _kept().get(key, (None, ""))
    if key not in st.session_state and key not in st.query_params and value in options:
        st.session_state[key] = value


def keep(key: str, value: Any, words: str) -> None:
    """Remember what is chosen. A value that is the control's default is remembered too: it was left so."""
    _kept()[key] = (value, words)


def carried() -> dict[str, str]:
    """Give the choices a link takes along, as they stand in a URL."""
    in_address = {key: st.query_params[key] for key in CARRIED if key in st.query_params}
    chosen = {key: words for key, (_, words) in _kept().items() if key in CARRIED}
    return chosen | in_address


def _kept() -> dict[str, tuple[Any, str]]:
    return st.session_state.setdefault(STATE, {})
