"""The sentences, as specifications."""

import re
from dataclasses import replace
from datetime import date
from math import nan

import pandas as pd
import pytest

from cswanalytics import catalogue
from cswanalytics.answers import ANSWER_COLUMNS, CELL_PARTS, SIDES, Answer, Question, ReleaseFacts
from cswanalytics.inference import Change, Gaps, Verdict, change, gaps, pooled
from cswanalytics.show import figures, words
from cswanalytics.show.words import Empty
from cswanalytics.vocabulary import ComparedWith, Who

MEASURES = catalogue.load().measures
ABSENCE, SCORE = MEASURES["persistent_absence"], MEASURES["attainment_8"]
EXCLUDED = MEASURES["permanent_exclusion"]
FORBIDDEN = r"\b(csw|cppo|cube|denominator|significant\w*|stable|no change|nan)\b"
NEVER_SAID = re.compile(rf"{FORBIDDEN}|\d\.\d\d", re.IGNORECASE)
NEVER_SAID_ON_A_FINE_SCALE = re.compile(rf"{FORBIDDEN}|\d\.\d\d\d", re.IGNORECASE)


def answer(of: str, years: dict[int, tuple[tuple, tuple]], **asked: object) -> Answer:
    measure = MEASURES[of]
    parts = ("count", "pupils") if measure.is_counted else ("value", "spread", "pupils")
    rows = []
    for year, cells in years.items():
        row = dict(zip(ANSWER_COLUMNS, (year, "Academic year", "", "total", "total"), strict=False))
        row["cannot_say"] = ""
        for side, cell in zip(SIDES, cells, strict=True):
            row |= {f"{side}_{part}": "" if part == "symbol" else nan for part in CELL_PARTS}
            row |= {f"{side}_{part}": float(number) for part, number in zip(parts, cell, strict=True)}
        rows.append(row)
    return Answer(Question(of, **asked), measure, pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)), base=5)


def told(
    of: str, then: tuple[tuple, tuple], now: tuple[tuple, tuple], **asked: object
) -> tuple[Gaps, Change]:
    worked = gaps(answer(of, {202122: then, 202425: now}, **asked))
    return worked, change(worked)


def plain(sentence: str, fine: bool = False) -> str:
    """A sentence with ordinary spaces, once it says nothing it must never say; `fine` is to hundredths."""
    never = NEVER_SAID_ON_A_FINE_SCALE if fine else NEVER_SAID
    assert not never.search(sentence), sentence
    return sentence.replace(words.NB, " ")


def sentence(of: str, then: tuple[tuple, tuple], now: tuple[tuple, tuple], **asked: object) -> str:
    return plain(words.year_sentence(*told(of, then, now, **asked)))


BEFORE, AFTER = ((1200, 2500), (8000, 40000)), ((1150, 2500), (7200, 40000))


def test_the_sentence_of_a_measure():
    assert sentence("persistent_absence", BEFORE, AFTER) == (
        "In 2024/25, 46 % of children with a social worker were persistently absent and 18 % of their peers: "
        "28 points behind (26 to 30). No clear change since 2021/22; both improved."
    )


def test_the_sentence_of_a_share_says_every_100_sessions():
    cells = ((17.1, 0.3, 2500), (6.2, 0.04, 40000))
    assert sentence("overall_absence", ((19.0, 0.3, 2500), (6.3, 0.04, 40000)), cells) == (
        "In 2024/25, children with a social worker missed 17 of every 100 sessions and their peers 6: "
        "11 points behind (10 to 12). The gap has narrowed by 2 points since 2021/22; "
        "they improved and their peers hardly moved."
    )


def test_the_sentence_of_a_mean():
    cells = ((17.3, 0.9, 250), (46.0, 0.2, 3000))
    worked = gaps(answer("attainment_8", {202223: cells, 202425: cells}))
    assert plain(words.year_sentence(worked, change(worked))) == (
        "In 2024/25, children with a social worker scored 17.3 on average for Attainment 8 and their peers "
        "46.0: 28.7 points behind (26.6 to 30.8). No clear change since 2022/23; neither they nor their "
        "peers moved much."
    )


def test_the_sentence_of_a_rate():
    cells = ((31.2, 2.1, 2500), (6.2, 0.2, 40000))
    assert sentence("suspension_rate", cells, cells).startswith(
        "In 2024/25, there were 31.2 suspensions for every 100 children with a social worker and 6.2 for "
        "every 100 of their peers: 25.0 more per 100 (20.8 to 29.2)."
    )


def test_the_sentence_of_three_years_together():
    cells = ((15, 2500), (25, 40000))
    worked = gaps(pooled(answer("permanent_exclusion", dict.fromkeys((202223, 202324, 202425), cells))))
    assert plain(words.year_sentence(worked, change(worked))) == (
        "In the three years to 2024/25, 6.0 of every 1,000 children with a social worker were permanently "
        "excluded and 0.6 of every 1,000 of their peers: 5.4 more per 1,000 (2.8 to 8.6). Whether the gap "
        "has changed cannot be said: there are not yet enough earlier years to set these beside."
    )


def test_the_sentence_of_prevalence():
    worked = gaps(answer("prevalence", {202425: ((4000, 40000), (nan, nan))}))
    assert plain(words.year_sentence(worked, change(worked))) == (
        "In 2024/25, 10 % of pupils have, or had in the last six years, a social worker: "
        "about 3 in a class of 30."
    )


def test_none_of_a_known_group_is_never_asserted():
    said = sentence("severe_absence", ((5, 100), (800, 40000)), ((0, 100), (800, 40000)))
    assert "under 5 % of children with a social worker were severely absent and 2 % of their peers" in said
    assert "their peers: too few to say how far apart they are." in said
    assert "ahead" not in said


def test_a_group_and_a_comparison_are_named():
    said = sentence("persistent_absence", BEFORE, AFTER, who=Who.CLA, compared_with=ComparedWith.ALL_PUPILS)
    assert "46 % of looked-after children were persistently absent and 18 % of all pupils" in said


def test_an_item_of_a_breakdown_is_named():
    worked, changed = told("persistent_absence", BEFORE, AFTER)
    assert words.year_sentence(worked, changed, among="boys").startswith("Among boys, in 2024/25, 46")


def test_too_few_says_so():
    assert sentence("persistent_absence", ((5, 5), (10, 40)), ((5, 5), (10, 40))) == (
        "Persistent absence: too few children with a social worker to show."
    )


def test_what_is_not_exported_is_named():
    missing = replace(answer("phonics_standard", {}), absent="not exported: phonics")
    assert words.year_sentence(gaps(missing), change(gaps(missing))) == (
        "Phonics, year 1: not shown, because your data team has not supplied phonics."
    )


def of_change(
    cwsw: float, peers: float, verdict: Verdict = Verdict.NO_CLEAR_CHANGE, measure=ABSENCE
) -> Change:
    _, made = told("persistent_absence", BEFORE, AFTER)
    return replace(made, cwsw_change=cwsw, peers_change=peers, verdict=verdict, measure=measure)


@pytest.mark.parametrize(
    ("cwsw", "peers", "verdict", "said"),
    [
        (-3, -3, Verdict.NO_CLEAR_CHANGE, "both improved"),
        (3, 3, Verdict.NO_CLEAR_CHANGE, "both got worse"),
        (-8, -2, Verdict.NARROWED, "both improved, they more"),
        (2, 8, Verdict.NARROWED, "both got worse, their peers more"),
        (-2, -8, Verdict.WIDENED, "both improved, their peers more"),
        (8, 2, Verdict.WIDENED, "both got worse, they more"),
        (0.1, 6, Verdict.NARROWED, "their peers got worse and they hardly moved"),
        (-2, 5, Verdict.NARROWED, "they improved and their peers got worse"),
        (0.1, -6, Verdict.WIDENED, "their peers improved and they did not"),
        (5, -2, Verdict.WIDENED, "they got worse and their peers improved"),
        (5, 0.1, Verdict.WIDENED, "they got worse and their peers hardly moved"),
        (-5, 0.1, Verdict.NARROWED, "they improved and their peers hardly moved"),
        (0.2, -0.2, Verdict.NO_CLEAR_CHANGE, "neither they nor their peers moved much"),
    ],
)
def test_the_sentence_says_who_moved(cwsw, peers, verdict, said):
    assert words.who_moved(of_change(cwsw, peers, verdict)) == said


def test_where_higher_is_better_a_rise_is_an_improvement():
    assert words.who_moved(of_change(5, 5, measure=MEASURES["phonics_standard"])) == "both improved"


def test_those_already_ahead_pull_further_ahead():
    ahead = replace(of_change(-5, 0, Verdict.NARROWED), gap_then=-2.0, gap_now=-7.0, change=-5.0)
    assert plain(words.change_sentence(ahead)).startswith(
        "They have pulled further ahead by 5 points since 2021/22"
    )
    less = replace(of_change(5, 0, Verdict.WIDENED), gap_then=-7.0, gap_now=-2.0, change=5.0)
    assert plain(words.change_sentence(less)).startswith("They are less far ahead by 5 points since 2021/22")


def test_verdicts_are_words_with_an_arrow():
    verdicts = [words.verdict(of_change(0, 0, verdict)) for verdict in Verdict]
    assert verdicts == ["▼ Narrowed", "▲ Widened", "No clear change", "Cannot say"]


def test_no_clear_change_says_what_would_have_shown():
    assert plain(words.no_clear_change(replace(of_change(0, 0), would_have_shown=3.2))) == (
        "a fall of about 4 points or more would have shown"
    )
    score = replace(of_change(0, 0, measure=SCORE), would_have_shown=2.31)
    assert plain(words.no_clear_change(score)) == "a fall of about 2.4 points or more would have shown"
    rate = replace(of_change(0, 0, measure=EXCLUDED), would_have_shown=1.0)
    assert plain(words.no_clear_change(rate)) == "a fall of about 1.0 per 1,000 or more would have shown"


@pytest.mark.parametrize(
    ("value", "measure", "extreme", "said"),
    [
        (46.2, ABSENCE, "", "46 %"),
        (45.5, ABSENCE, "", "46 %"),
        (46.5, ABSENCE, "", "47 %"),
        (0.3, ABSENCE, "", "under 1 %"),
        (0.0, ABSENCE, "", "under 1 %"),
        (99.7, ABSENCE, "", "over 99 %"),
        (5.0, ABSENCE, "under", "under 5 %"),
        (4.1, ABSENCE, "under", "under 5 %"),
        (95.9, ABSENCE, "over", "over 95 %"),
        (17.34, SCORE, "", "17.3"),
        (6.04, EXCLUDED, "", "6.0"),
        (0.02, EXCLUDED, "", "under 0.1"),
        (2.0, EXCLUDED, "under", "under 2.0"),
        (nan, ABSENCE, "", "–"),
    ],
)
def test_figures(value, measure, extreme, said):
    assert words.figure(value, measure, extreme) == said.replace(" ", words.NB)


@pytest.mark.parametrize(
    ("gap", "measure", "said"),
    [
        (28.0, ABSENCE, "28 points behind"),
        (1.2, ABSENCE, "1 point behind"),
        (-3.4, ABSENCE, "3 points ahead"),
        (0.4, ABSENCE, "level"),
        (28.71, SCORE, "28.7 points behind"),
        (6.1, EXCLUDED, "6.1 more per 1,000"),
        (-0.4, EXCLUDED, "0.4 fewer per 1,000"),
        (4.0, MEASURES["educated_off_site"], "4 points higher"),
        (nan, ABSENCE, "–"),
    ],
)
def test_gaps_in_words(gap, measure, said):
    assert plain(words.behind(gap, measure)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (26.1, 29.8, "(26_to_30)"),
        (-2.2, 5.1, "(2_ahead to_5_behind)"),
        (-0.2, 5.1, "(0 to_5_behind)"),
        (-5.1, -1.4, "(1_to_5)"),
        (nan, nan, ""),
    ],
)
def test_intervals(low, high, said):
    """Held together, but for one that may be either way: that breaks in a phone's cell."""
    assert words.interval(low, high, ABSENCE) == said.replace("_", words.NB)


def test_a_number_never_parts_from_its_unit_at_the_end_of_a_line():
    assert words.behind(28, ABSENCE) == "28\u00a0points behind"
    assert words.figure(46, ABSENCE) == "46\u00a0%"


@pytest.mark.parametrize(
    ("by", "said"), [(-3.2, "3 points lower"), (1.1, "1 point higher"), (0.2, "hardly moved"), (nan, "–")]
)
def test_moves_in_words(by, said):
    assert plain(words.moved(by, ABSENCE)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (38, 62, "about 4 to 6 in 10"),
        (12, 21, "about 1 or 2 in 10"),
        (47, 53, "about 5 in 10"),
        (0, 3, "fewer than 1 in 10"),
        (0, 28, "up to about 3 in 10"),
        (81, 99, "at least about 8 in 10"),
        (nan, nan, "too few to show"),
    ],
)
def test_ranges_in_tens(low, high, said):
    assert plain(words.in_ten(low, high)) == said


def test_a_class_of_30():
    assert plain(words.in_a_class(3.6)) == "about 1 in a class of 30"
    assert plain(words.in_a_class(1.0)) == "fewer than 1 in a class of 30"


def results(*entries: tuple[Gaps, Change]) -> dict[str, tuple[Gaps, Change]]:
    return {worked.measure.id: (worked, changed) for worked, changed in entries}


SEVERE = ((250, 2500), (800, 40000))


def test_the_overview_names_the_widest_gap_and_what_moved():
    said = plain(
        words.overview(
            results(
                told("persistent_absence", ((1350, 2500), (7200, 40000)), AFTER),
                told("severe_absence", ((150, 2500), (800, 40000)), SEVERE),
            )
        )
    )
    assert said == (
        "The gap is widest in persistent absence: 46 % of children with a social worker, 18 % of their "
        "peers, 28 points behind in 2024/25. Narrowed since 2021/22: persistent absence. "
        "Widened: severe absence."
    )
    assert len(said.split()) <= 40


def test_the_overview_says_plainly_when_nothing_is_clear():
    said = plain(
        words.overview(
            results(told("persistent_absence", BEFORE, AFTER), told("severe_absence", SEVERE, SEVERE))
        )
    )
    assert said.endswith("No clear change in any of 2 measures since 2021/22.")


def test_the_overview_says_when_a_gap_narrowed_only_because_peers_got_worse():
    said = plain(words.overview(results(told("persistent_absence", AFTER, ((1150, 2500), (12000, 40000))))))
    assert "Narrowed since 2021/22: persistent absence (their peers got worse and they hardly moved)." in said
    assert said.endswith("None clearly widened.")


def test_the_overview_of_a_first_year_and_of_nothing():
    first = gaps(answer("persistent_absence", {202425: AFTER}))
    assert plain(words.overview(results((first, change(first))))).endswith(
        "28 points behind in 2024/25. Whether the gaps have changed cannot be said yet."
    )
    assert words.overview({}) == "No gap can be shown yet. Whether the gaps have changed cannot be said yet."


def test_long_lists_are_cut():
    changes = [
        replace(told(of, BEFORE, AFTER)[1], verdict=Verdict.WIDENED, peers_change=0.0)
        for of in ("persistent_absence", "severe_absence", "phonics_standard", "ks2_rwm_expected")
    ]
    said = words.overview(
        {entry.measure.id: (told(entry.measure.id, BEFORE, AFTER)[0], entry) for entry in changes}
    )
    assert "persistent absence, severe absence and 2 more" in said


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (Empty.TOO_FEW, {}, "Fewer than 10 children: not shown, so that no child can be picked out."),
        (
            Empty.TOO_FEW,
            {"link": "[open](/s)"},
            "Fewer than 10 children: not shown, so that no child can be picked out. "
            "Three years together: [open](/s).",
        ),
        (
            Empty.NOT_EXPORTED,
            {"table": "phonics"},
            "Your data team has not supplied phonics; ask for it by this name.",
        ),
        (
            Empty.NOT_COMPARABLE,
            {"years_left_out": (202021, 201920), "because": "schools were closed to most pupils"},
            "2019/20 and 2020/21 are left out: schools were closed to most pupils.",
        ),
        (Empty.NOT_FOR_YOU, {}, "There is no such page for you. Signing in again may help."),
        ("no release", {}, "No figures have been released yet. Data team: run `cswanalytics build`."),
    ],
)
def test_the_five_empty_states(kind, facts, said):
    assert words.empty_state(kind, **facts) == said
    assert len(words.empty_heading(kind).split()) <= 4


FACTS = ReleaseFacts(
    release="2026-11-03T0900",
    authority="Invented",
    invented=True,
    released_on=date(2026, 11, 3),
    data_to=date(2026, 3, 31),
    matched=0.94,
    base=5,
    years=(202425,),
    in_year=(),
    phases=(),
)


def test_the_footer():
    assert plain(words.footer(FACTS)) == (
        "Data to 31 March 2026 · released 3 November 2026 · 94 % of children matched · "
        "rounded to 5, so figures may not add to counts you hold · downloads contain what is shown"
    )
    assert "matched" not in words.footer(replace(FACTS, matched=None))


def test_lists_and_years():
    assert words.years([202021, 201920]) == "2019/20 and 2020/21"
    assert words.years([202122, 202021, 201920]) == "2019/20, 2020/21 and 2021/22"
    assert words.listed(["a, b", "c", "d"]) == "a, b; c and d"
    assert words.listed([]) == ""


def test_progress_is_read_to_hundredths():
    progress = MEASURES["progress_8"]

    assert words.figure(-1.58, progress) == "−1.58"
    assert plain(words.behind(1.55, progress), fine=True) == "1.55 points behind"


def test_a_measure_of_looked_after_children_says_nothing_of_peers():
    looked_after = ((90, 120), (nan, nan))
    worked = gaps(answer("pep_three_a_year", {202324: looked_after, 202425: looked_after}, who=Who.CLA))

    # from 86 of 124 to 94 of 116, by Wilson's intervals
    assert plain(words.year_sentence(worked, change(worked))) == (
        "In 2024/25, 75 % of looked-after children who were so all year had three PEPs or more in it "
        "(61 to 87)."
    )
    assert change(worked).verdict is Verdict.CANNOT_SAY


@pytest.mark.parametrize("of", list(MEASURES))
def test_every_measure_has_a_sentence_without_a_forbidden_word(of):
    cells = {
        "proportion": (((1150, 2500), (7200, 40000)), ((1100, 2500), (7000, 40000))),
        "share": (((17.1, 0.3, 2500), (6.2, 0.04, 40000)),) * 2,
        "mean": (((17.3, 0.9, 250), (46.0, 0.2, 3000)),) * 2,
        "rate": (((31.2, 2.1, 2500), (6.2, 0.2, 40000)),) * 2,
    }[MEASURES[of].kind]
    worked = gaps(answer(of, {202324: cells[0], 202425: cells[1]}))
    changed = change(worked)
    fine = MEASURES[of].has_fine_scale
    said = plain(words.year_sentence(worked, changed), fine)
    assert said.startswith(
        "In 2024/25, " if not MEASURES[of].not_comparable_because(202425) else "In 2023/24, "
    )
    assert said.endswith(".")
    plain(words.no_clear_change(changed), fine)


@pytest.mark.parametrize(
    ("measure", "low", "high", "said"),
    [
        ("persistent_absence", 16.0, 84.0, "16 to 84 points behind"),
        ("persistent_absence", -84.0, -16.0, "16 to 84 points ahead"),
        ("permanent_exclusion", 0.3, 2.1, "0.3 to 2.1 more per 1,000"),
        ("persistent_absence", -2.0, 5.0, "2 ahead to 5 behind"),
    ],
)
def test_a_gap_known_by_its_range_alone(measure, low, high, said):
    assert plain(figures.between(low, high, MEASURES[measure])) == said
