"""The dashboard's entry point: `streamlit run dashboard.py`, or `cswanalytics serve`.

The script it runs is in the package. Were it here beside `pages/`, Streamlit would take that folder for its
own, and greet the first visitor of a new server who follows a deep link with "Page not found".
"""

import streamlit as st
from starlette.middleware import Middleware

from cswanalytics.app import events, health
from cswanalytics.app.front_door import FrontDoor
from cswanalytics.app.static_files import CompressedFiles

events.begin()
app = st.App(
    "cswanalytics/app/script.py",
    routes=health.ROUTES,
    middleware=[Middleware(FrontDoor), Middleware(CompressedFiles)],
    lifespan=health.started,
)
