"""The picker "Viewing as": invented people, who look at an invented authority without a sign-in."""

import streamlit as st

from cswanalytics import access_table
from cswanalytics.app.visit import Visitor
from cswanalytics.settings import SAMPLE_CONFIG

KEY = "viewing_as"


def people() -> dict[str, Visitor]:
    """Give the invented people by name: those of the sample's access table, never of an authority's own."""
    table = access_table.load(SAMPLE_CONFIG)
    return {entry.name: Visitor(entry.name, entry.actor, table, invented=True) for entry in table.entries}


def pick() -> Visitor:
    """Draw the picker in the sidebar, kept in the URL, and give who is picked."""
    there_are = people()
    with st.sidebar:
        picked = st.selectbox("Viewing as", list(there_are), key=KEY, bind="query-params", filter_mode=None)
        st.caption("Invented people, to see what each role sees.")
    return there_are.get(picked) or next(iter(there_are.values()))
