"""What is withheld is told in readers' words, one sentence for each reason and year."""

from types import SimpleNamespace

from cswanalytics import catalogue
from cswanalytics.show.withheld import withheld

EVERY = catalogue.load()
FEW = "a school that knows its own pupils could work out how few others there are"


def told(reasons):
    return withheld(
        SimpleNamespace(
            facts=SimpleNamespace(withheld=reasons),
            measures=lambda: list(EVERY.measures.values()),
            breakdown=EVERY.breakdowns.__getitem__,
        )
    )


def test_a_figure_withheld_at_one_point_is_named_with_its_year_and_breakdowns():
    by = "education_phase, school, sen_provision×sex"

    assert told({"persistent_absence 202324 Academic year": f"withheld: {FEW} (only by {by})"}) == [
        f"Persistent absence, 2023/24: {FEW}. "
        "It is withheld only by: Phase of school; School; Special educational needs and sex."
    ]


def test_a_half_term_is_named_and_a_whole_figure_has_no_year():
    assert told({"phonics_standard": "no table was found"}) == [
        f"{EVERY.measures['phonics_standard'].title}: no table was found."
    ]
    assert ", 2025/26 to half-term 2: " in told({"severe_absence 202526 To half-term 2": FEW})[0]


def test_many_figures_of_one_reason_are_counted_and_none_has_the_name_it_has_in_code():
    [sentence] = told({f"{name} 202324 Academic year": f"withheld: {FEW}" for name in EVERY.measures})

    assert f"and {len(EVERY.measures) - 3} more figures, 2023/24: {FEW}" in sentence
    assert "_" not in sentence
    assert "withheld: " not in sentence
