"""What a measure's expressions may say: columns of `child_year`, whole numbers, short texts and comparisons.

An expression comes from a definition file, an authority's own among them, and stands in SQL: so nothing that
is not declared here is let through.
"""

import re
from collections.abc import Mapping

CHILD_YEAR_COLUMNS: Mapping[str, str] = {
    "ncy_year": "National Curriculum year",
    "year_group_band": "band of year groups",
    "of_statutory_school_age": "years 1 to 11, and X",
    "education_phase": "phase of the school for the year",
    "sex": "F, M or U",
    "sen_provision": "N, K or E",
    "social_care_group": "finest group: cla, cppo, cino, a band of previous, or peers",
    "sessions_possible": "sessions they could have attended",
    "sessions_missed": "authorised and unauthorised absence",
    "sessions_authorised": "absence with leave",
    "sessions_unauthorised": "absence without leave",
    "sessions_late": "code L",
    "sessions_suspended": "code E",
    "sessions_part_time": "code C2",
    "sessions_off_site": "codes B, K, P, V, W",
    "suspensions": "number of suspensions",
    "suspended_sessions": "sessions of those suspensions",
    "permanent_exclusions": "permanent exclusions not reinstated",
    "has_early_years_profile": "has an early years profile",
    "good_level_of_development": "reached a good level of development",
    "has_phonics": "has a phonics result",
    "phonics_met_standard": "met the phonics standard",
    "has_key_stage_2": "has a key stage 2 result",
    "ks2_reading_expected": "expected standard in reading",
    "ks2_writing_expected": "expected standard in writing",
    "ks2_maths_expected": "expected standard in maths",
    "ks2_rwm_expected": "expected standard in all three",
    "ks2_rwm_higher": "higher standard in all three",
    "has_key_stage_4": "has a key stage 4 result",
    "attainment8_tenths": "Attainment 8 in tenths",
    "ks4_engmath_4plus": "grade 4 or above in English and maths",
    "ks4_engmath_5plus": "grade 5 or above in English and maths",
    "ebacc_aps_hundredths": "EBacc average points in hundredths",
    "progress8_hundredths": "Progress 8 in hundredths; empty in years without one",
    "schools_attended": "number of schools with a C or M enrolment in the year",
    "reduced_timetables": "spells of reduced timetable in the year",
    "alternative_provisions": "spells of alternative provision in the year",
    "times_missing_education": "spells of missing education in the year",
    "looked_after_all_year": "looked after without a break from the school year's first day to its last",
    "looked_after_12_months": "looked after without a break for the twelve months to the reference date",
    "pep_meetings": "personal education plan meetings in the year",
    "terms_with_a_pep": "terms of the year with such a meeting",
    "has_rated_pep": "has a rated plan in the year",
    "latest_pep_green": "the latest rated plan of the year is green",
    "sdqs_in_12_months": "SDQs completed in the twelve months to the reference date",
}
"""The columns of `child_year` that a measure's expressions may name, and what each holds."""

TEXT_COLUMNS = frozenset(
    ["ncy_year", "year_group_band", "education_phase", "sex", "sen_provision", "social_care_group"]
)
YES_OR_NO = re.compile(
    r"has_\w+|of_statutory_school_age|good_level_of_development|phonics_met_standard|ks[24]_\w+"
    r"|looked_after_\w+|latest_pep_green"
)
"""Columns that hold true or false. Those that are neither of these hold whole numbers."""

EXPRESSION_WORDS = frozenset(["and", "or", "not", "is", "null", "true", "false", "in"])
EXPRESSION_TOKEN = re.compile(
    r"\s*(?:([a-z_][a-z0-9_]*)|(\d+)|('[a-z0-9_ ]*')|(<>|<=|>=|[=<>+\-*(),]))", re.IGNORECASE
)


def expression_faults(expression: str) -> list[str]:
    """Give what is wrong with an expression over `child_year`: an unknown column, a character not allowed."""
    faults, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        match = EXPRESSION_TOKEN.match(text, at)
        if not match:
            faults.append(f"cannot read '{text[at:].strip()[:20]}'")
            break
        word = match.group(1)
        if word and word.lower() not in EXPRESSION_WORDS and word not in CHILD_YEAR_COLUMNS:
            faults.append(f"'{word}' is no column of child_year")
        at = match.end()
    if not text.strip():
        faults.append("is empty")
    return faults
