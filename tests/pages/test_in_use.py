"""The release in use: opened once, drawn ahead for nobody, and gone with all that was worked out of it."""

import gc
import logging
import shutil
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cswanalytics import release
from cswanalytics.access import Actor
from cswanalytics.app import in_use, rehearsal, visit
from cswanalytics.inference import tier_one
from cswanalytics.remembered import memory_of
from cswanalytics.settings import CONFIG_VARIABLE
from cswanalytics.vocabulary import ComparedWith, Role, Who

VSH = Actor(Role.VIRTUAL_SCHOOL_HEAD)


@pytest.fixture
def releases(made, tmp_path, monkeypatch) -> Iterator[Path]:
    """Give two releases, the second in use."""
    folder = shutil.copytree(made.releases, tmp_path / "releases")
    shutil.copytree(folder / release.current_name(folder), folder / "second")
    release.use(folder, "second")
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    yield folder
    in_use.forget()
    gc.unfreeze()


def test_a_release_that_is_in_use_no_more_goes_with_its_views(releases):
    first = next(path.name for path in releases.iterdir() if path.is_dir() and path.name != "second")
    view = in_use.gateway_for(releases, VSH)
    assert in_use.gateway_for(releases, VSH) is view
    release.use(releases, first)
    assert in_use.gateway_for(releases, VSH) is not view
    gone = [weakref.ref(view), weakref.ref(memory_of(view))]
    del view
    gc.collect()
    assert [each() for each in gone] == [None, None]


def test_what_is_drawn_for_nobody_is_known_to_whoever_comes_and_a_page_that_fails_stops_nothing(
    releases, monkeypatch, caplog
):
    monkeypatch.setattr(rehearsal, "LONGEST", 0)  # only the pages at which people begin
    monkeypatch.setattr(rehearsal, "readers", lambda _: [Actor(Role.HEADTEACHER), VSH])
    view_for, begun = partial(in_use.gateway_for, releases), threading.Event()

    def broken(actor: Actor) -> object:
        return view_for(actor) if actor == VSH else object()

    caplog.set_level(logging.WARNING)
    thread = threading.Thread(target=rehearsal.rehearse, args=(broken, True, begun.set))
    thread.start()
    thread.join()
    assert begun.is_set()
    assert "The page my_school could not be drawn ahead" in caplog.text

    def not_known(of):
        raise AssertionError("it was to be known")

    assert visit.once(view_for(VSH), (tier_one, Who.CWSW, ComparedWith.PEERS), not_known)
