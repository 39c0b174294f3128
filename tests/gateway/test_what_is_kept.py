"""What is kept between visits is kept for one release, one role and the same schools, and for nobody else."""

import dataclasses
import gc
import json
import weakref
from copy import copy

import pytest

from cswanalytics.access import Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Question
from cswanalytics.app import visit
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.errors import QuestionRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.inference import gaps
from cswanalytics.show.charts import frame
from cswanalytics.show.palette import palette_for
from cswanalytics.vocabulary import Level, Role

QUESTION = Question("persistent_absence")
OF_SCHOOLS = Question("suspended_once_or_more", level=Level.SCHOOL)


@pytest.fixture(scope="module")
def whole(made):
    return open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))


def seen(view, actor):
    return visit.watched(view, Visit(Visitor("x", actor, AccessTable()), "page", "release"))


def head(*urns):
    return Actor(Role.HEADTEACHER, frozenset(urns))


def test_a_view_is_answered_once_and_another_view_for_itself(whole):
    one, other = whole.schools()["school_urn"].iloc[:2]
    for actor in (head(one), head(other)):
        view = whole.seen_by(actor)
        first, again = (seen(view, actor).answer(OF_SCHOOLS) for _ in range(2))
        assert first is again
        assert set(first.rows["school_urn"]) <= actor.schools
    everyone = seen(whole, Actor(Role.VIRTUAL_SCHOOL_HEAD)).answer(OF_SCHOOLS)
    assert everyone.rows["school_urn"].nunique() > 2


def test_what_is_known_already_is_refused_to_who_may_not_ask(whole):
    one, other = whole.schools()["school_urn"].iloc[:2]
    question = dataclasses.replace(OF_SCHOOLS)
    allowed, refused = whole.seen_by(head(one)), whole.seen_by(head(other))
    seen(allowed, head(one)).unnamed_schools(question, one)
    with pytest.raises(QuestionRefused):
        seen(refused, head(other)).unnamed_schools(question, one)


def test_what_is_worked_out_of_an_answer_is_of_that_answer_alone(whole):
    first, again = whole.answer(Question("persistent_absence")), whole.answer(Question("persistent_absence"))
    assert gaps(first) is gaps(first)
    assert gaps(first) is not gaps(again)
    assert first != again


def test_what_is_worked_out_of_a_view_once_is_noted_for_every_visitor(whole, tmp_path):
    view, table = whole.seen_by(head("1")), AccessTable(log=tmp_path / "log.jsonl")

    def visited(name):
        under_way = Visit(Visitor(name, head("1"), table), "page", "release")
        with visit.under_way(under_way):
            return visit.once(visit.watched(view, under_way), "key", lambda of: of.answer(QUESTION))

    assert visited("first") is visited("second")
    told = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(line["person"], line["measure"]) for line in told] == [
        (name, QUESTION.measure) for name in ("first", "second")
    ]


def test_what_is_kept_of_a_view_goes_with_it_and_a_view_of_it_has_none_of_it(whole):
    view = whole.seen_by(head("1"))
    answer = seen(view, head("1")).answer(QUESTION)
    assert seen(view.seen_by(head("2")), head("2")).answer(QUESTION) is not answer
    kept = weakref.ref(gaps(answer))
    del view, answer
    gc.collect()
    assert kept() is None


def drawn(text="a"):
    chart = frame.Drawing(palette_for("light"), 100, frame.Margins())
    chart.line(x=[1, 2], y=[3, 4])
    frame.note(chart, text, x=1, y=1, colour="#000000")
    return chart.figure()


def test_a_figure_is_kept_for_the_same_readers_and_the_same_numbers_alone(whole):
    one, other = whole.schools()["school_urn"].iloc[:2]
    view = whole.seen_by(head(one))
    with frame.kept_in(view):
        first, again, changed = drawn(), drawn(), drawn("b")
    with frame.kept_in(whole.seen_by(head(other))):
        of_another_school = drawn()
    with frame.kept_in(copy(view)):
        of_a_copy = drawn()
    assert first is again
    assert len({id(figure) for figure in (first, changed, of_another_school, of_a_copy)}) == 4
    assert drawn() is not drawn()  # outside a visit nothing is kept
    assert first.to_json() == drawn().to_json() != changed.to_json()
