"""What an authority says in its letters: read from `authority.toml`, kept in the release."""

from dataclasses import replace

import pytest

from cswanalytics import release, settings
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.settings import SAMPLE_CONFIG, Letters


def read(tmp_path, text: str) -> Letters:
    (tmp_path / "authority.toml").write_text(text, encoding="utf-8")
    return settings.load(tmp_path).letters


def test_letters_say_where_to_reply_and_what_can_be_asked_for(tmp_path):
    letters = read(tmp_path, '[letters]\nreply_to = " us "\ncan_ask_for = ["Training ", "A network"]')

    assert letters == Letters("us", ("Training", "A network"))


def test_without_them_letters_are_plain(tmp_path):
    assert read(tmp_path, "") == Letters()


def test_the_samples_are_lawful():
    assert len(settings.load(SAMPLE_CONFIG).letters.can_ask_for) >= 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[letters]\nanswer_to = "us"', "has only: reply_to, can_ask_for"),
        ("letters = 3", "has only: reply_to, can_ask_for"),
        ("[letters]\nreply_to = 3", "reply_to must be a text"),
        ("[letters]\ncan_ask_for = 'training'", "can_ask_for must be a list of texts"),
        ("[letters]\ncan_ask_for = ['']", "can_ask_for must be a list of texts"),
    ],
)
def test_what_is_wrong_with_them_is_said(tmp_path, text: str, fault: str):
    with pytest.raises(DefinitionsInvalid, match=r"\[letters\]") as said:
        read(tmp_path, text)

    assert fault in str(said.value)


def test_a_release_keeps_them(made):
    manifest = release.open_current(made.releases).manifest
    told = replace(manifest, letters=Letters("us", ("Training",)))

    assert release.Manifest.from_json(told.as_json()).letters == told.letters
