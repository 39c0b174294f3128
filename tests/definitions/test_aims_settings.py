"""Aims are read from authority.toml, every fault is told at once, and they travel in the release."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cswanalytics import catalogue, release, settings
from cswanalytics.access import Actor
from cswanalytics.build import quality
from cswanalytics.errors import DefinitionsInvalid, ReleaseDamaged
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.settings import Aim, Milestone, Settings
from cswanalytics.vocabulary import ALL_ROLES, Who

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "config"
MEASURES = catalogue.load().aimable()

GOOD = {
    "measure": '"persistent_absence"',
    "baseline": "{ year = 202122, gap = 28 }",
    "target": "{ year = 202627, gap = 20.5 }",
    "owner": '"Virtual School Head"',
    "next_review": "2027-01-31",
    "doing": '"Much."',
}
AIM = Aim(
    "persistent_absence",
    Milestone(202122, 28.0),
    Milestone(202627, 20.5),
    "Virtual School Head",
    date(2027, 1, 31),
    "Much.",
)


def text_of(*without: str, **settings: str) -> str:
    entries = {name: value for name, value in {**GOOD, **settings}.items() if name not in without}
    return "[[aims]]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())


def load(folder: Path, text: str) -> Settings:
    (folder / "authority.toml").write_text(text, encoding="utf-8")
    return settings.load(folder, MEASURES)


def faults_of(folder: Path, text: str) -> str:
    with pytest.raises(DefinitionsInvalid) as refused:
        load(folder, text)
    return str(refused.value)


def test_an_aim_is_read(tmp_path: Path):
    assert load(tmp_path, text_of()).aims == (AIM,)


def test_a_group_and_milestones_are_read(tmp_path: Path):
    marks = "[{ year = 202324, gap = 26 }, { year = 202425, gap = 23 }]"
    [aim] = load(tmp_path, text_of(who='"cino"', milestones=marks)).aims

    assert aim.who is Who.CINO
    assert aim.milestones == (Milestone(202324, 26.0), Milestone(202425, 23.0))


def test_without_aims_there_are_none(tmp_path: Path):
    assert load(tmp_path, "").aims == ()
    assert Settings().aims == ()


def test_the_example_that_ships_has_six_aims_without_a_fault():
    aims = settings.load(SAMPLE, MEASURES).aims

    assert [aim.measure for aim in aims] == [
        "persistent_absence",
        "severe_absence",
        "suspended_once_or_more",
        "ks2_rwm_expected",
        "attainment_8",
        "engmath_5plus",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            text_of(measure='"no_such"'),
            "there is no measure 'no_such' to set an aim on; there are: good_level",
        ),
        (text_of(measure='"prevalence"'), "there is no measure 'prevalence' to set an aim on"),
        (text_of(who='"everybody"'), "who must be one of: cwsw"),
        (text_of("owner"), "owner must be given"),
        (text_of(doing='" "'), "doing must be given"),
        (text_of("next_review"), "next_review must be given, as a date: 2027-01-31"),
        (text_of(next_review='"soon"'), "next_review must be given, as a date"),
        (text_of(next_review="2027-01-31T10:00:00"), "next_review must be given, as a date"),
        (text_of("baseline"), "baseline must be given as { year = 202425, gap = 18.5 }"),
        (text_of(target="{ year = 202627 }"), "target must be given as"),
        (text_of(baseline="{ year = 2022, gap = 28 }"), "baseline: the year must be six digits"),
        (text_of(baseline="{ year = 202124, gap = 28 }"), "baseline: the year must be six digits"),
        (text_of(target="{ year = 202627, gap = nan }"), "target: the gap must be a number"),
        (text_of(target="{ year = 202627, gap = -inf }"), "target: the gap must be a number"),
        (text_of(target="{ year = 202627, gap = true }"), "target: the gap must be a number"),
        (text_of(target="{ year = 202122, gap = 20 }"), "the target's year must be after the baseline's"),
        (text_of(target="{ year = 202627, gap = 29 }"), "must not be wider than the baseline's"),
        (text_of(milestones="5"), "milestones must be a list"),
        (text_of(milestones="[{ year = 202728, gap = 20 }]"), "milestones must lie between"),
        (
            text_of(milestones="[{ year = 202425, gap = 24 }, { year = 202324, gap = 25 }]"),
            "milestones must be in order, one for a year",
        ),
        (text_of(colour='"red"'), "colour is not a setting of an aim"),
        (text_of() + text_of(), "[[aims]] 2: there is another aim for persistent_absence of cwsw"),
        ('aims = "many"', "aims are written as [[aims]], one for each"),
        ("aims = [3]", "[[aims]] 1: is not an aim"),
    ],
)
def test_a_fault_is_told(tmp_path: Path, text: str, says: str):
    assert says in faults_of(tmp_path, text)


def test_every_fault_of_every_aim_and_section_is_told_at_once(tmp_path: Path):
    aims = text_of("owner", who='"everybody"') + text_of(baseline="{ year = 2022, gap = nan }", measure="7")
    said = faults_of(tmp_path, f"{aims}\n[rounding]\nbase = 3\n")

    assert "has 6 fault(s)" in said
    for fault in (
        "[[aims]] 1: owner",
        "[[aims]] 1: who",
        "[[aims]] 2: measure must be given",
        "[[aims]] 2: baseline: the year",
        "[[aims]] 2: baseline: the gap",
        "[rounding] base",
    ):
        assert fault in said


def test_without_a_catalogue_a_measure_is_taken_as_it_is(tmp_path: Path):
    (tmp_path / "authority.toml").write_text(text_of(measure='"our_own"'), encoding="utf-8")

    assert [aim.measure for aim in settings.load(tmp_path).aims] == ["our_own"]


def test_other_aims_are_another_build():
    def fingerprint(*aims: Aim) -> str:
        return quality.fingerprint("exports", Settings(aims=aims), catalogue.load())

    assert fingerprint(AIM) != fingerprint()
    assert fingerprint(AIM) == fingerprint(AIM)


@pytest.fixture
def opened(made) -> release.Release:
    return release.open_current(made.releases)


def with_aims(opened: release.Release, *aims: Aim) -> release.Manifest:
    return replace(opened.manifest, aims=aims)


def test_aims_are_read_back_from_a_manifest(opened: release.Release):
    marked = replace(AIM, who=Who.CLA, milestones=(Milestone(202324, 26.0),))
    manifest = with_aims(opened, AIM, marked)

    assert release.Manifest.from_json(manifest.as_json()).aims == (AIM, marked)


def test_a_manifest_from_before_there_were_aims_has_none(opened: release.Release):
    raw = json.loads(opened.manifest.as_json())
    del raw["aims"]

    assert release.Manifest.from_json(json.dumps(raw)).aims == ()


@pytest.mark.parametrize("aims", [[{}], [3], 3, [{"who": "nobody"}]])
def test_an_aim_that_is_none_is_damage(opened: release.Release, aims: object):
    raw = {**json.loads(opened.manifest.as_json()), "aims": aims}

    with pytest.raises(ReleaseDamaged):
        release.Manifest.from_json(json.dumps(raw))


@pytest.mark.parametrize("role", ALL_ROLES)
def test_every_role_may_read_the_aims(opened: release.Release, role):
    marked = release.Release(opened.folder, with_aims(opened, AIM))

    assert ReleaseGateway(marked, Actor(role), catalogue.load()).aims() == (AIM,)
