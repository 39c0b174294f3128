"""The contract's rules once more, in plain Python, one child at a time: what the SQL must equal.

Written from the contract and not from the SQL. It knows nothing of DuckDB, pandas or `cswanalytics.build`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

USUAL_ENDS = {1: (10, 31), 2: (12, 31), 3: (2, 20), 4: (4, 10), 5: (5, 31), 6: (8, 31)}
BANDS = {
    "EYFS": {"N1", "N2", "R"},
    "KS1": {"1", "2"},
    "KS2": {"3", "4", "5", "6"},
    "KS3": {"7", "8", "9"},
    "KS4": {"10", "11"},
    "16+": {"12", "13", "14"},
    "No year group": {"X"},
}


@dataclass
class Authority:
    """Every table as a list of dictionaries, and the day the data were taken."""

    extracted_on: date
    schools: list = field(default_factory=list)
    enrolments: list = field(default_factory=list)
    social_care_episodes: list = field(default_factory=list)
    attendance: list = field(default_factory=list)
    exclusions: list = field(default_factory=list)
    early_years_profile: list = field(default_factory=list)
    phonics: list = field(default_factory=list)
    key_stage_2: list = field(default_factory=list)
    key_stage_4: list = field(default_factory=list)
    provision: list = field(default_factory=list)
    pep_meetings: list = field(default_factory=list)
    sdq: list = field(default_factory=list)
    calendar: list = field(default_factory=list)
    window: str = "six years"

    def tables(self):
        """Give the tables by name."""
        return {name: rows for name, rows in self.__dict__.items() if isinstance(rows, list)}


def half_term_end(authority, year, half_term):
    for row in authority.calendar:
        if (row["time_period"], row["half_term"]) == (year, half_term):
            return row["end_date"]
    month, day = USUAL_ENDS[half_term]
    return date(year // 100 + (0 if half_term <= 2 else 1), month, day)


def first_day(authority, year):
    for row in authority.calendar:
        if (row["time_period"], row["half_term"]) == (year, 1):
            return row["start_date"]
    return date(year // 100, 9, 1)


def last_day(authority, year):
    return max(half_term_end(authority, year, half_term) for half_term in USUAL_ENDS)


def latest_date(authority):
    days = [row["entry_date"] for row in authority.enrolments]
    days += [row["start_date"] for row in authority.social_care_episodes]
    days += [row["start_date"] for row in authority.exclusions]
    days += [half_term_end(authority, row["time_period"], row["half_term"]) for row in authority.attendance]
    return min(max(days), authority.extracted_on)


def years_before(day, years):
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def group_of(authority, pupil, day):
    """Give the one group of a child on a day."""
    open_types, ended = set(), []
    for episode in authority.social_care_episodes:
        if episode["pupil_id"] != pupil:
            continue
        if episode["episode_type"] == "CLA" and episode["legal_status"] in ("V3", "V4"):
            continue
        if episode["start_date"] > day:
            continue
        if episode["end_date"] is None or episode["end_date"] > day:
            open_types.add(episode["episode_type"])
        elif not (episode["episode_type"] == "CIN" and episode["close_reason"] in ("RC8", "RC9")):
            ended.append(episode["end_date"])
    for kind, group in (("CLA", "cla"), ("CPP", "cppo"), ("CIN", "cino")):
        if kind in open_types:
            return group
    if ended:
        last = max(ended)
        for years, band in ((1, "previous_0_1"), (3, "previous_1_3"), (6, "previous_3_6")):
            if last > years_before(day, years):
                return band
        if authority.window == "ever":
            return "previous_6_plus"
    return "peers"


def looked_after_on(authority, pupil, day):
    return any(
        episode["pupil_id"] == pupil
        and episode["episode_type"] == "CLA"
        and episode["legal_status"] not in ("V3", "V4")
        and episode["start_date"] <= day
        and (episode["end_date"] is None or episode["end_date"] > day)
        for episode in authority.social_care_episodes
    )


def looked_after_throughout(authority, pupil, first, last):
    """Say whether they were looked after on every day from one to another, both included."""
    # whoever is looked after on the first day, and on each day on which an episode ends, is so every day
    ends = [episode["end_date"] for episode in authority.social_care_episodes if episode["end_date"]]
    days = [first, *(day for day in ends if first < day <= last)]
    return all(looked_after_on(authority, pupil, day) for day in days)


def points(authority):
    """Give (year, label, last half-term, reference date, is whole year) of each point worked out."""
    latest = latest_date(authority)
    years = sorted({row["time_period"] for row in authority.enrolments})
    found = [(year, "Academic year", 6, min(date(year // 100 + 1, 3, 31), latest), True) for year in years]
    newest = years[-1]
    if last_day(authority, newest) <= authority.extracted_on:
        return found
    reached = [
        half_term
        for half_term in (2, 3, 4, 5)
        if half_term_end(authority, newest, half_term) <= latest
        and any(
            row["time_period"] == newest and row["half_term"] == half_term for row in authority.attendance
        )
    ]
    for year in [newest, *years[-2:-1]]:
        found += [
            (year, f"To half-term {half_term}", half_term, half_term_end(authority, year, half_term), False)
            for half_term in reached
        ]
    return found


def school_for_the_year(enrolments, reference, census_taken):
    """Choose the enrolment that decides a child's school and characteristics."""

    def on_roll(row):
        if census_taken:
            return row["on_roll_at_census"]
        return row["entry_date"] <= reference and (
            row["leaving_date"] is None or row["leaving_date"] > reference
        )

    for status in ("C", "M"):
        there = [row for row in enrolments if row["enrol_status"] == status and on_roll(row)]
        if there:
            return first_of(there)
    return first_of(enrolments)


def first_of(rows):
    """Give the one that ends last (open counts as last), then was entered last, then has the lowest URN."""
    rows = sorted(rows, key=lambda row: row["school_urn"])
    rows = sorted(rows, key=lambda row: row["entry_date"], reverse=True)
    return sorted(rows, key=lambda row: row["leaving_date"] or date.max, reverse=True)[0]


def children(authority):
    """Give child_year: one dictionary for each pupil and point."""
    phase = {row["school_urn"]: row["education_phase"] for row in authority.schools}
    found = []
    for year, label, last_half_term, reference, whole_year in points(authority):
        census_taken = reference >= date(year // 100 + 1, 1, 21) and any(
            row["on_roll_at_census"] for row in authority.enrolments if row["time_period"] == year
        )
        own = defaultdict(list)
        for row in authority.enrolments:
            begun = whole_year or row["entry_date"] <= reference
            if row["time_period"] == year and row["enrol_status"] in ("C", "M") and begun:
                own[row["pupil_id"]].append(row)
        for pupil, enrolments in own.items():
            row = school_for_the_year(enrolments, reference, census_taken)
            sessions = [
                line
                for line in authority.attendance
                if line["pupil_id"] == pupil
                and line["time_period"] == year
                and line["half_term"] <= last_half_term
            ]
            incidents = [
                line
                for line in authority.exclusions
                if line["pupil_id"] == pupil
                and line["time_period"] == year
                and (whole_year or line["start_date"] <= reference)
            ]
            child = {
                "year": year,
                "point": label,
                "pupil": pupil,
                "school": row["school_urn"],
                "schools": len(enrolments),
                "group": group_of(authority, pupil, reference),
                "education_phase": phase[row["school_urn"]],
                "year_group_band": next(band for band, years in BANDS.items() if row["ncy_year"] in years),
                "sex": row["sex"],
                "sen_provision": row["sen_provision"],
                "fsm_eligible": str(row["fsm_eligible"]).lower(),
                "ethnicity_major": row["ethnicity_major"],
                "english_additional_language": known(row["english_additional_language"]),
                "idaci_quintile": "unknown"
                if row["idaci_decile"] is None
                else str([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5][row["idaci_decile"]]),
                "previously_looked_after": "unknown"
                if row["post_looked_after"] is None
                else known(row["post_looked_after"] != "N"),
                "statutory": row["ncy_year"] not in BANDS["EYFS"] | BANDS["16+"],
                "possible": sum(line["sessions_possible"] for line in sessions),
                "authorised": sum(line["sessions_authorised"] for line in sessions),
                "unauthorised": sum(line["sessions_unauthorised"] for line in sessions),
                "late": sum(line["sessions_late"] or 0 for line in sessions),
                "suspended": sum(line["sessions_suspended"] or 0 for line in sessions),
                "part_time": sum(line["sessions_part_time"] or 0 for line in sessions),
                "off_site": sum(line["sessions_off_site"] or 0 for line in sessions),
                "suspensions": [line for line in incidents if line["category"] == "suspension"],
                "permanent": [
                    line
                    for line in incidents
                    if line["category"] == "permanent" and line["outcome"] in (None, "upheld")
                ],
            }
            for table in ("early_years_profile", "phonics", "key_stage_2", "key_stage_4"):
                child[table] = next(
                    (
                        line
                        for line in getattr(authority, table)
                        if line["pupil_id"] == pupil and line["time_period"] == year
                    ),
                    None,
                )
            first, last = first_day(authority, year), last_day(authority, year)
            spells = [
                line["kind"]
                for line in authority.provision
                if line["pupil_id"] == pupil
                and line["start_date"] <= (last if whole_year else reference)
                and (line["end_date"] is None or line["end_date"] >= first)
            ]
            meetings = [
                line
                for line in authority.pep_meetings
                if line["pupil_id"] == pupil
                and line["time_period"] == year
                and (whole_year or line["meeting_date"] <= reference)
            ]
            rated = [line for line in meetings if line["quality"]]
            latest = max((line["meeting_date"] for line in rated), default=None)
            year_before = years_before(reference, 1)
            child |= {
                "spells": spells,
                "all_year": looked_after_throughout(authority, pupil, first, last),
                "12_months": looked_after_throughout(authority, pupil, year_before, reference),
                "peps": len(meetings),
                "pep_terms": {line["term"] for line in meetings},
                "rated": bool(rated),
                "green": all(line["quality"] == "green" for line in rated if line["meeting_date"] == latest),
                "sdqs": [
                    line
                    for line in authority.sdq
                    if line["pupil_id"] == pupil and year_before < line["completed_date"] <= reference
                ],
                "aged_4_to_16": row["ncy_year"] not in {"N1", "N2", "12", "13", "14"},
            }
            child["missed"] = child["authorised"] + child["unauthorised"]
            found.append(child)
    return found


def known(truth):
    return "unknown" if truth is None else str(truth).lower()


def rounded(score, places):
    return Decimal(str(score)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def reached(child, subject):
    """Say whether they reached the expected standard in a subject: in all three says in each."""
    result = child["key_stage_2"]
    return result[f"{subject}_expected"] or result["rwm_expected"] or result["rwm_higher"]


def attends(child):
    return child["statutory"] and child["possible"] > 0


def in_care_all_year(child):
    return child["group"] == "cla" and child["all_year"]


def has_score(child, name):
    return child["key_stage_4"] and child["key_stage_4"][name] is not None


# measure: (population, numerator, denominator or None, kept in half-term points)
MEASURES = {
    "overall_absence": (attends, lambda c: c["missed"], lambda c: c["possible"], True),
    "unauthorised_absence": (attends, lambda c: c["unauthorised"], lambda c: c["possible"], True),
    "late_to_register": (attends, lambda c: c["late"], lambda c: c["possible"] - c["missed"], True),
    "missed_with_leave": (
        attends,
        lambda c: c["authorised"] - c["suspended"] - c["part_time"],
        lambda c: c["possible"],
        True,
    ),
    "missed_suspended": (attends, lambda c: c["suspended"], lambda c: c["possible"], True),
    "missed_part_time": (attends, lambda c: c["part_time"], lambda c: c["possible"], True),
    "educated_off_site": (attends, lambda c: c["off_site"], lambda c: c["possible"], True),
    "persistent_absence": (attends, lambda c: c["missed"] >= c["possible"] / 10, None, True),
    "severe_absence": (attends, lambda c: c["missed"] >= c["possible"] / 2, None, True),
    "suspended_once_or_more": (lambda c: True, lambda c: len(c["suspensions"]) >= 1, None, True),
    "suspended_twice_or_more": (lambda c: True, lambda c: len(c["suspensions"]) > 1, None, True),
    "suspended_five_or_more": (lambda c: True, lambda c: len(c["suspensions"]) > 4, None, True),
    "sessions_suspended_per_100": (
        lambda c: True,
        lambda c: sum(line["sessions"] or 0 for line in c["suspensions"]),
        lambda c: 1,
        True,
    ),
    "suspension_rate": (lambda c: True, lambda c: len(c["suspensions"]), lambda c: 1, True),
    "permanent_exclusion": (lambda c: True, lambda c: len(c["permanent"]) >= 1, None, False),
    "good_level_of_development": (
        lambda c: c["early_years_profile"],
        lambda c: c["early_years_profile"]["good_level_of_development"],
        None,
        False,
    ),
    "phonics_standard": (lambda c: c["phonics"], lambda c: c["phonics"]["met_standard"], None, False),
    "ks2_reading_expected": (lambda c: c["key_stage_2"], lambda c: reached(c, "reading"), None, False),
    "ks2_writing_expected": (lambda c: c["key_stage_2"], lambda c: reached(c, "writing"), None, False),
    "ks2_maths_expected": (lambda c: c["key_stage_2"], lambda c: reached(c, "maths"), None, False),
    "ks2_rwm_expected": (
        lambda c: c["key_stage_2"],
        lambda c: all(reached(c, subject) for subject in ("reading", "writing", "maths")),
        None,
        False,
    ),
    "ks2_rwm_higher": (lambda c: c["key_stage_2"], lambda c: c["key_stage_2"]["rwm_higher"], None, False),
    "engmath_4plus": (
        lambda c: c["key_stage_4"],
        lambda c: c["key_stage_4"]["engmath_94"] or c["key_stage_4"]["engmath_95"],
        None,
        False,
    ),
    "engmath_5plus": (lambda c: c["key_stage_4"], lambda c: c["key_stage_4"]["engmath_95"], None, False),
    "attainment_8": (
        lambda c: c["key_stage_4"],
        lambda c: rounded(c["key_stage_4"]["attainment8"], 1),
        lambda c: 1,
        False,
    ),
    "ebacc_aps": (
        lambda c: has_score(c, "ebacc_aps"),
        lambda c: rounded(c["key_stage_4"]["ebacc_aps"], 2),
        lambda c: 1,
        False,
    ),
    "progress_8": (
        lambda c: has_score(c, "progress8"),
        lambda c: rounded(c["key_stage_4"]["progress8"], 2),
        lambda c: 1,
        False,
    ),
    "school_moves": (lambda c: True, lambda c: c["schools"] > 1, None, False),
    "reduced_timetable": (lambda c: True, lambda c: "reduced timetable" in c["spells"], None, False),
    "alternative_provision": (lambda c: True, lambda c: "alternative provision" in c["spells"], None, False),
    "missing_education": (lambda c: True, lambda c: "missing education" in c["spells"], None, False),
    "pep_three_a_year": (in_care_all_year, lambda c: c["peps"] >= 3, None, False),
    "pep_each_term": (in_care_all_year, lambda c: c["pep_terms"] == {1, 2, 3}, None, False),
    "pep_quality_green": (lambda c: in_care_all_year(c) and c["rated"], lambda c: c["green"], None, False),
    "sdq_completed": (
        lambda c: c["group"] == "cla" and c["12_months"] and c["aged_4_to_16"],
        lambda c: bool(c["sdqs"]),
        None,
        False,
    ),
    "sen_support": (lambda c: True, lambda c: c["sen_provision"] == "K", None, False),
    "ehc_plan": (lambda c: True, lambda c: c["sen_provision"] == "E", None, False),
}
EVENTS = {
    "suspension_rate": lambda incident: 1,
    "sessions_suspended_per_100": lambda incident: incident["sessions"] or 0,
}
OF_CLA_ALONE = ("pep_three_a_year", "pep_each_term", "pep_quality_green", "sdq_completed")
BESIDE_SEN = ("education_phase", "sex", "fsm_eligible")
SINGLE = (
    "education_phase", "year_group_band", "sex", "sen_provision", "fsm_eligible", "ethnicity_major",
    "english_additional_language", "idaci_quintile", "previously_looked_after",
)  # fmt: skip
PAIRS = (("sen_provision", "fsm_eligible"), ("sen_provision", "sex"), ("education_phase", "sen_provision"))
PREVIOUS = ("previous_0_1", "previous_1_3", "previous_3_6", "previous_6_plus")
GROUPS = {
    "all": lambda group: True,
    "cwsw": lambda group: group != "peers",
    "cla": lambda group: group == "cla",
    "cppo": lambda group: group == "cppo",
    "cino": lambda group: group == "cino",
    "previous": lambda group: group in PREVIOUS,
    **{band: (lambda group, band=band: group == band) for band in PREVIOUS},
}


def cells(authority):
    """Give {(measure, year, point, school, group, breakdown, item): (pupils, numerator, denominator)}."""
    found = {}
    everyone = children(authority)
    places = defaultdict(list)
    for child in everyone:
        at = (child["year"], child["point"])
        places[(*at, "", "total", "total")].append(child)
        breakdowns = SINGLE if child["point"] == "Academic year" else ("education_phase",)
        for name in breakdowns:
            places[(*at, "", name, child[name])].append(child)
        if child["point"] == "Academic year":
            for one, other in PAIRS:
                places[(*at, "", f"{one}×{other}", f"{child[one]}×{child[other]}")].append(child)
            places[(*at, child["school"], "total", "total")].append(child)
    for (year, point, school, breakdown, item), here in places.items():
        for measure, (population, numerator, denominator, in_year) in MEASURES.items():
            inside = [child for child in here if population(child)]
            if not inside or (point != "Academic year" and not in_year):
                continue
            if measure == "permanent_exclusion" and (school or "education_phase" in breakdown):
                continue
            if measure in EVENTS and school:
                continue  # events stay with the school that gave them: checked on their own
            if measure in ("sen_support", "ehc_plan") and breakdown not in ("total", *BESIDE_SEN):
                continue
            if measure in ("sen_support", "ehc_plan") and school:
                continue
            if measure in OF_CLA_ALONE and (school or breakdown != "total"):
                continue
            for group, belongs in GROUPS.items():
                if measure in OF_CLA_ALONE and group != "cla":
                    continue
                members = [child for child in inside if belongs(child["group"])]
                found[measure, year, point, school, group, breakdown, item] = (
                    len(members),
                    float(sum(numerator(child) for child in members)),
                    float(sum(denominator(child) for child in members)) if denominator else None,
                )
        if point != "Academic year":
            continue
        for group, belongs in GROUPS.items():
            if group != "all":
                share = sum(belongs(child["group"]) for child in here)
                found["prevalence", year, point, school, group, breakdown, item] = (
                    len(here),
                    float(share),
                    None,
                )
    return found


def events_given(authority, measure):
    """Give {(year, school, group): events} of pupils of the authority, at the school that gave them."""
    given = defaultdict(int)
    for child in children(authority):
        if child["point"] == "Academic year":
            for incident in child["suspensions"]:
                for group, belongs in GROUPS.items():
                    if belongs(child["group"]):
                        given[child["year"], incident["school_urn"], group] += EVENTS[measure](incident)
    return {key: events for key, events in given.items() if events}
