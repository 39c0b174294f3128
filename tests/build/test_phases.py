"""Phases are merged until each has four schools."""

import pandas as pd
import pytest

from cswanalytics.build.phases import merged_phases


def schools(**numbers):
    rows = [
        (f"{phase}{at}", phase.replace("_", " ")) for phase, number in numbers.items() for at in range(number)
    ]
    return pd.DataFrame(rows, columns=["school_urn", "education_phase"])


def test_a_phase_of_four_schools_stays_as_it_is():
    assert merged_phases(schools(Primary=4, Secondary=4)) == {"Primary": "Primary", "Secondary": "Secondary"}


def test_nurseries_join_primary_schools_and_the_label_says_so():
    assert merged_phases(schools(Nursery=3, Primary=9))["Nursery"] == "Primary and nursery"


def test_too_few_special_schools_and_alternative_provision_end_with_the_secondary_schools():
    merged = merged_phases(schools(Primary=9, Secondary=6, Special=2, Alternative_provision=1))
    assert merged["Special"] == merged["Secondary"] == "Secondary, special and alternative provision"


def test_three_secondary_schools_join_the_primary_schools():
    assert set(merged_phases(schools(Primary=8, Secondary=3)).values()) == {"Primary and secondary"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_authority_of_fewer_than_four_schools_has_one_phase(number):
    assert len(set(merged_phases(schools(Primary=number, Special=0)).values())) == 1


def test_every_merged_phase_has_four_schools_wherever_the_authority_has():
    for primary in range(6):
        for secondary in range(6):
            for special in range(6):
                found = schools(Primary=primary, Secondary=secondary, Special=special)
                if len(found) >= 4:
                    numbers = found["education_phase"].map(merged_phases(found)).value_counts()
                    assert numbers.min() >= 4, (primary, secondary, special)
