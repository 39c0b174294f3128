"""Controlled rounding: what is published is a possible truth, and the gate would say if it were not."""

import numpy as np
import pandas as pd
import pytest

from cswanalytics import catalogue, release
from cswanalytics.build import cells, counts, gate
from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import child_years
from cswanalytics.build.phases import merged_phases, with_merged_phases
from cswanalytics.build.rounding import round_counts, secret_seed
from cswanalytics.settings import Settings
from cswanalytics.vocabulary import Group


@pytest.fixture(scope="module")
def exact(made):
    with checked(made.exports) as fit:
        cohort = child_years(fit, Settings(), None)
        found = counts.count(cohort, catalogue.load())
    return with_merged_phases(found, merged_phases(found.schools))


@pytest.fixture(scope="module")
def rounded(exact):
    return round_counts(exact, catalogue.load(), 5, seed=1)


@pytest.fixture(scope="module")
def released(exact, rounded):
    return cells.released_cells(exact, rounded)


def test_every_point_that_has_ended_is_rounded(exact, rounded):
    assert not rounded.failed
    assert len(rounded.cells.groupby(["time_period", "time_identifier"])) == sum(
        point.has_ended for point in exact.points
    )


def test_a_year_in_progress_is_never_released_whole(exact, released):
    (running,) = [point for point in exact.points if not point.has_ended]
    in_year = released[released["time_period"] == running.time_period]
    assert len(in_year)
    assert not (in_year["time_identifier"] == "Academic year").any()


def test_every_published_count_is_a_multiple_of_the_base(released):
    for column in ("pupils", "count"):
        assert (released[column].dropna() % 5 == 0).all()


def test_every_finest_cell_goes_to_a_multiple_beside_it(exact, rounded):
    published = rounded.cells.rename(columns={"social_care_group": "group"})
    at_school = published[published["breakdown"] == counts.SCHOOL_BREAKDOWN].set_index(cells.GROUPED_PLACE)
    true = exact.by_group.reindex(at_school.index)
    shared = [column for column in at_school if column in true and at_school[column].notna().all()]
    assert shared
    for column in shared:
        assert ((at_school[column] - true[column]).abs() < 5).all(), column


def test_the_totals_of_the_authority_stay_within_four(exact, rounded):
    published = rounded.cells.rename(columns={"social_care_group": "group"})
    total = published[published["breakdown"] == "total"].set_index(cells.GROUPED_PLACE)
    true = exact.by_group.reindex(total.index)
    # a measure of an item has that item's number, which is a sum of pairs and no total
    of_items = {
        ladder.column(step.step) for ladder in exact.layout.ladders for step in ladder.steps if step.item_of
    }
    for column in (column for column in total if column in true):
        if column not in of_items:
            assert not ((total[column] - true[column]).abs() > 4).any(), column


def test_a_measure_that_is_an_items_head_count_has_the_number_of_that_item(released):
    sen = released[(released["measure"] == "prevalence") & (released["breakdown"] == "sen_provision")]
    everybody = sen[sen["social_care_group"] == "cwsw"].set_index(["time_period", "breakdown_item"])
    support = released[(released["measure"] == "sen_support") & (released["breakdown"] == "total")]
    support = support[support["time_identifier"] == "Academic year"]
    for group, column in (("all", "pupils"), ("cwsw", "count")):
        own = support[support["social_care_group"] == group].set_index("time_period")["count"]
        assert own.gt(0).all()
        assert own.to_dict() == everybody.xs("K", level="breakdown_item")[column].to_dict()


def test_who_met_all_three_is_a_possible_truth_of_everybody_and_of_peers(released):
    key = [name for name in release.CELL_KEY if name not in ("measure", "social_care_group")]
    ks2 = released[released["measure"].str.startswith("ks2_")]
    wide = ks2.pivot_table(index=key, columns=["social_care_group", "measure"], values=["count", "pupils"],
                           dropna=False, observed=False).dropna(how="all")  # fmt: skip
    assert len(wide) > 50
    layers = {group: (wide["count"][group], wide["pupils"][group]) for group in ("all", "cwsw")}
    layers["peers"] = tuple(one - other for one, other in zip(*layers.values(), strict=True))
    for counts_of, pupils in layers.values():
        met_all = counts_of["ks2_rwm_expected"]
        subjects = [counts_of[f"ks2_{subject}_expected"] for subject in ("reading", "writing", "maths")]
        assert not (met_all < sum(subjects) - 2 * pupils["ks2_rwm_expected"]).any()
        for met in subjects:
            assert not (met_all > met).any()


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("ebacc_aps", "attainment_8"),
        ("progress_8", "attainment_8"),
        ("pep_quality_green", "pep_three_a_year"),
    ],
)
def test_a_population_is_never_published_above_one_that_holds_it(released, inner, outer):
    def pupils(measure: str) -> pd.DataFrame:
        of_measure = released[released["measure"] == measure]
        key = [name for name in release.CELL_KEY if name not in ("measure", "social_care_group")]
        wide = of_measure.fillna({"school_urn": "", "pupils": 0}).pivot_table(
            index=key, columns="social_care_group", values="pupils", aggfunc="sum"
        )
        return wide.assign(peers=wide["all"] - wide["cwsw"]) if "all" in wide else wide

    more, fewer = pupils(outer), pupils(inner)
    assert len(fewer)
    assert (fewer <= more.reindex_like(fewer).fillna(0)).all(axis=None)


def test_a_population_lies_inside_those_of_which_it_meets_every_condition(exact):
    plan = exact.layout

    assert plan.around("has_key_stage_4 and ebacc_aps_hundredths is not null") == ("has_key_stage_4",)
    assert plan.around("has_key_stage_4") == ()
    assert plan.around("social_care_group = 'cla' and looked_after_all_year and has_rated_pep") == (
        "social_care_group = 'cla' and looked_after_all_year",
    )


def test_pupils_and_those_suspended_never_fall_within_a_year(released):
    everybody = released[(released["social_care_group"] == "all") & (released["breakdown"] == "total")]
    everybody = everybody[(everybody["geographic_level"] == "Local authority")]
    suspended = everybody[everybody["measure"] == "suspended_once_or_more"]
    years = {year: rows for year, rows in suspended.groupby("time_period") if len(rows) > 1}
    assert years
    for rows in years.values():
        # 'To half-term 2' … 'To half-term 5', then the whole year
        rows = rows.sort_values("time_identifier", key=lambda at: at.where(at != "Academic year", "Year"))
        assert rows["pupils"].is_monotonic_increasing
        assert rows["count"].is_monotonic_increasing


@pytest.fixture(scope="module")
def publicly(exact):
    return gate.Publicly(5, catalogue.load(), exact.phase_of_school)


def test_the_gate_lets_it_pass(released, publicly):
    assert gate.pass_through(released, publicly).withheld == {}


def test_the_gate_sees_schools_that_do_not_add_to_their_phase(released, publicly):
    here = (released["measure"] == "persistent_absence") & (released["time_period"] == 202425)
    at_school = here & (released["geographic_level"] == "School") & (released["social_care_group"] == "all")
    phases = released["school_urn"].map(publicly.phases)
    one, other = (
        released[at_school & (phases == phase)].index[0] for phase in sorted(set(phases[at_school]))
    )
    moved = released.copy()
    # a school of one phase gains what a school of another loses: the authority still adds up
    moved.loc[one, ["pupils", "count"]] += 5
    moved.loc[other, ["pupils", "count"]] -= 5
    withheld = gate.pass_through(moved, publicly).withheld
    assert withheld == {"persistent_absence": "it broke a condition of the gate (schools add to their phase)"}


@pytest.mark.parametrize(
    ("measure", "condition"),
    [
        ("severe_absence", "no step of a ladder above the one before"),
        ("ks2_rwm_expected", "all of several is no more than each"),
    ],
)
def test_the_gate_sees_a_figure_that_cannot_be_true_beside_another(released, publicly, measure, condition):
    moved = released.copy()
    own = moved["measure"] == measure
    moved.loc[own, "count"] = moved.loc[own, "pupils"]
    assert gate.pass_through(moved, publicly).withheld[measure].endswith(f"({condition})")


def test_severe_absence_is_never_above_persistent_absence(released):
    key = [name for name in release.CELL_KEY if name != "measure"]
    severe = released[released["measure"] == "severe_absence"].set_index(key)["count"]
    persistent = released[released["measure"] == "persistent_absence"].set_index(key)["count"]
    assert len(severe)
    assert (severe <= persistent.reindex(severe.index)).all()


def test_one_head_count_stands_under_every_measure_of_the_whole_roll(released):
    key = [name for name in release.CELL_KEY if name not in ("measure", "social_care_group")]
    everyone = released[(released["social_care_group"] == Group.ALL) & released["pupils"].notna()]
    whole = everyone[
        everyone["measure"].isin(["suspended_once_or_more", "suspension_rate", "permanent_exclusion"])
    ]
    assert (whole.groupby(key, dropna=False)["pupils"].nunique() == 1).all()


def test_the_same_seed_gives_the_same_table_and_another_seed_another(exact, rounded):
    pd.testing.assert_frame_equal(rounded.cells, round_counts(exact, catalogue.load(), 5, seed=1).cells)
    other = round_counts(exact, catalogue.load(), 5, seed=2).cells
    assert not rounded.cells[counts.HEADS].equals(other[counts.HEADS])


def test_the_seed_comes_from_the_exports_and_is_not_their_fingerprint():
    seed = secret_seed(b"0123abcd")
    assert seed == secret_seed(b"0123abcd") != secret_seed(b"0123abce")
    assert f"{seed:x}" not in "0123abcd"


def test_a_true_nought_and_a_rounded_one_cannot_be_told_apart(exact, released):
    """Every school with published pupils has a row for CWSW, whether it has none or one to four of them."""
    schools = released[
        (released["geographic_level"] == "School") & (released["measure"] == "suspended_once_or_more")
    ]
    rows = schools.groupby(["time_period", "school_urn"])["social_care_group"].agg(set)
    assert rows.map(lambda groups: groups == {"all", "cwsw"}).all()
    nought = schools[(schools["social_care_group"] == "cwsw") & (schools["count"] == 0)]
    assert nought["symbol"].isna().all()


def test_errors_spread_and_are_not_those_of_rounding_to_the_nearest(exact, rounded):
    published = rounded.cells.rename(columns={"social_care_group": "group"}).set_index(cells.GROUPED_PLACE)
    error = (published[counts.HEADS] - exact.by_group[counts.HEADS].reindex(published.index)).to_numpy()
    not_multiples = error[error != 0]
    assert np.abs(not_multiples).max() >= 4
    assert (np.abs(not_multiples) > 2).mean() > 0.15


@pytest.mark.parametrize(
    ("harm", "condition"),
    [
        (lambda frame: frame.assign(count=frame["count"] + 1), "multiples of the base"),
        (lambda frame: frame.assign(count=frame["pupils"] + 5), "no count above its pupils"),
        (
            lambda frame: frame.assign(
                pupils=frame["pupils"].where(frame["social_care_group"] != "cwsw", frame["pupils"] + 10_000)
            ),
            "no group above all pupils",
        ),
        (
            lambda frame: frame.assign(
                pupils=frame["pupils"].where(frame["geographic_level"] != "School", frame["pupils"] + 5)
            ),
            "schools and items add to the authority",
        ),
        (
            lambda frame: frame.assign(
                pupils=frame["pupils"].where(frame["social_care_group"] != "cino", frame["pupils"] + 5)
            ),
            "groups add to children with a social worker",
        ),
        (lambda frame: frame.assign(symbol="c"), "no figure beside a symbol"),
    ],
)
def test_the_gate_withholds_a_measure_that_breaks_a_condition_and_names_it(
    released, publicly, harm, condition
):
    harmed = released["measure"] == "persistent_absence"
    tampered = pd.concat([harm(released[harmed]), released[~harmed]], ignore_index=True)
    passed = gate.pass_through(tampered, publicly)
    assert list(passed.withheld) == ["persistent_absence"]
    assert "persistent_absence" not in set(passed.cells["measure"])
    assert condition in passed.withheld["persistent_absence"] or condition in passed.checked


def test_exact_counts_cannot_be_printed(exact):
    assert "not for reading" in repr(exact)
    assert "not for reading" in f"{exact}"
