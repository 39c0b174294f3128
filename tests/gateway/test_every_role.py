"""Every role, asked every question: answered or refused as the rules say, with no other school's row."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from cswanalytics import catalogue, release
from cswanalytics.access import EVERY_SCHOOL, Actor
from cswanalytics.answers import Question
from cswanalytics.errors import QuestionRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.vocabulary import TOTAL, ComparedWith, Level, Role, Who

CATALOGUE = catalogue.load()
BREAKDOWNS = (TOTAL, *CATALOGUE.breakdowns)


@pytest.fixture(scope="module")
def everything(made):
    return open_gateway(made.releases, Actor(Role.DATA_TEAM))


@pytest.fixture(scope="module")
def urns(everything):
    return everything.schools()["school_urn"].tolist()


def actors(urns):
    """Give an actor of each role: those of schools with none, with each one, and with three of them."""
    yield from (Actor(role) for role in Role)
    for role in (Role.HEADTEACHER, Role.DESIGNATED_TEACHER):
        yield from (Actor(role, frozenset({urn})) for urn in urns)
        yield Actor(role, frozenset(urns[:3]))
    yield Actor(Role.HEADTEACHER, frozenset({"999999"}))


def asked(gateway, question) -> pd.DataFrame | str:
    try:
        return gateway.answer(question).rows
    except QuestionRefused as refused:
        return str(refused)


@pytest.mark.parametrize("measure", list(CATALOGUE.measures))
def test_a_schools_figures_are_for_those_of_the_school_and_those_of_every_school(everything, urns, measure):
    question = Question(measure, level=Level.SCHOOL)
    whole = asked(everything, question)
    for actor in actors(urns):
        given = asked(everything.seen_by(actor), question)
        if isinstance(whole, str):
            assert given == whole
        elif actor.role in EVERY_SCHOOL:
            pd.testing.assert_frame_equal(given, whole)
        elif actor.schools:
            own = whole[whole["school_urn"].isin(actor.schools)].reset_index(drop=True)
            pd.testing.assert_frame_equal(given, own, check_dtype=len(own) > 0)
        else:
            assert given == "There is no such page, or it is not for your role."


@pytest.mark.parametrize("measure", list(CATALOGUE.measures))
def test_the_authoritys_figures_are_the_same_for_every_role_in_every_breakdown(everything, urns, measure):
    views = [everything.seen_by(Actor(role, frozenset(urns[:1]))) for role in Role]
    for breakdown in BREAKDOWNS:
        question = Question(measure, breakdown=breakdown)
        answers = [asked(view, question) for view in views]
        for given in answers[1:]:
            if isinstance(given, str):
                assert given == answers[0]
            else:
                pd.testing.assert_frame_equal(given, answers[0])


@pytest.mark.parametrize("role", list(Role))
def test_no_role_is_given_a_schools_groups_or_breakdowns(everything, urns, role):
    view = everything.seen_by(Actor(role, frozenset(urns[:1])))
    for measure, breakdown in itertools.product(CATALOGUE.measures, CATALOGUE.breakdowns):
        assert isinstance(asked(view, Question(measure, level=Level.SCHOOL, breakdown=breakdown)), str)
    for measure, who in itertools.product(CATALOGUE.measures, set(Who) - {Who.CWSW}):
        for compared_with in ComparedWith:
            question = Question(measure, level=Level.SCHOOL, who=who, compared_with=compared_with)
            assert isinstance(asked(view, question), str)


def test_one_question_that_may_not_be_asked_refuses_those_asked_with_it(everything, urns):
    view = everything.seen_by(Actor(Role.HEADTEACHER, frozenset(urns[:1])))
    lawful = Question("persistent_absence", level=Level.SCHOOL)
    for unlawful in (replace(lawful, breakdown="sex"), replace(lawful, who=Who.CLA)):
        with pytest.raises(QuestionRefused):
            view.answers([lawful, unlawful])
    [own, _] = view.answers([lawful, replace(lawful, level=Level.AUTHORITY)])
    assert set(own.rows["school_urn"]) <= set(urns[:1])


def test_a_view_of_another_actor_leaves_the_first_as_it_was(everything, urns):
    own = everything.seen_by(Actor(Role.HEADTEACHER, frozenset(urns[:1])))
    assert own.schools()["school_urn"].tolist() == urns[:1]
    assert everything.schools()["school_urn"].tolist() == urns
    assert (own.role, everything.role) == (Role.HEADTEACHER, Role.DATA_TEAM)
    assert own.facts == everything.facts


def write_earlier_and_newest(made, folder, invented):
    """Write two releases of invented data, the earlier of which may say that it is not."""
    newest = release.open_current(made.releases)
    tables = {name: pd.read_parquet(newest.table(name)) for name in release.TABLES}
    a_day_before = newest.manifest.released_at - timedelta(days=1)
    release.write(folder, replace(newest.manifest, released_at=a_day_before, invented=invented), tables)
    release.write(folder, newest.manifest, tables)


def test_beside_an_invented_release_there_is_no_earlier_one_of_an_authoritys_own(made, tmp_path):
    write_earlier_and_newest(made, tmp_path, invented=False)
    assert open_gateway(tmp_path, Actor(Role.DATA_TEAM)).earlier is None


def test_the_release_before_is_seen_by_the_same_actor_alone(made, urns, tmp_path):
    write_earlier_and_newest(made, tmp_path, invented=True)
    everything = open_gateway(tmp_path, Actor(Role.DATA_TEAM))

    assert everything.earlier.schools()["school_urn"].tolist() == urns
    own = everything.seen_by(Actor(Role.HEADTEACHER, frozenset(urns[:1])))
    assert own.earlier.schools()["school_urn"].tolist() == urns[:1]
    other = own.seen_by(Actor(Role.HEADTEACHER, frozenset(urns[1:2])))
    assert other.earlier.schools()["school_urn"].tolist() == urns[1:2]


def test_a_download_of_the_whole_release_holds_no_other_schools_cell(everything, urns):
    for actor in actors(urns):
        given = set(everything.seen_by(actor).cells()["school_urn"].dropna())
        assert given <= (set(urns) if actor.role in EVERY_SCHOOL else actor.schools)
