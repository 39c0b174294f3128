"""Small invented authorities: every edge of the contract's rules is likely in each of them.

Hypothesis draws the seed and the rest follows from it. Drawn choice by choice, an authority of a thousand
choices is more than Hypothesis spreads well: of 50 such authorities several rules were met by none.
"""

from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from tests.oracle.plain_python import Authority

YEARS = (202223, 202324, 202425)
URNS = ("900001", "900002", "900003")
REFERENCES = [date(year // 100 + 1, 3, 31) for year in YEARS]
BACK = [day.replace(year=day.year - years) for day in REFERENCES for years in (1, 3, 6)]
START_DAYS = [*REFERENCES, *BACK, *(day.replace(year=day.year - 7) for day in REFERENCES), date(2020, 2, 29)]
END_DAYS = [*REFERENCES, *BACK, date(2020, 2, 29)]
TOLD_APART = ("missing education", "reduced timetable", "alternative provision")


def near(random, days):
    """Give one of the days at which the rules turn, the day before or after, or one well away."""
    return random.choice(days) + timedelta(random.choice([-1, 0, 0, 1, -40, 40]))


def some(random, of, least=0, most=3):
    return random.sample(list(of), random.randint(least, min(most, len(of))))


def enrolments_of(random, pupil):
    return [
        enrolment(random, pupil, year, urn)
        for year in some(random, YEARS, least=1)
        for urn in some(random, URNS, least=1)
    ]


def enrolment(random, pupil, year, urn):
    autumn, spring = year // 100, year // 100 + 1
    return {
        "pupil_id": pupil, "time_period": year, "school_urn": urn,
        "enrol_status": random.choice("CCCMSG"),
        "entry_date": random.choice([date(autumn, 9, 1), date(autumn, 11, 5), date(spring, 2, 1)]),
        "leaving_date": random.choice([None, None, date(spring, 3, 1), date(spring, 7, 20)]),
        "on_roll_at_census": random.random() < 0.5,
        "ncy_year": random.choice(["R", "1", "6", "7", "11", "12", "X", "N2"]),
        "sex": random.choice("FM"),
        "ethnicity_major": random.choice(["White", "Unknown"]),
        "fsm_eligible": random.random() < 0.5,
        "sen_provision": random.choice("NKE"),
        "english_additional_language": random.choice([True, False, None]),
        "idaci_decile": random.choice([None, 1, 2, 3, 10]),
        "post_looked_after": random.choice([None, "N", "A"]),
    }  # fmt: skip


def episode(random, pupil, number):
    start, end = near(random, START_DAYS), random.choice([None, near(random, END_DAYS)])
    if end is not None and end < start:
        start, end = end, start
    kind = random.choice(["CIN", "CIN", "CPP", "CLA"])
    return {
        "episode_id": f"e{number}", "person_id": f"s{pupil}",
        "pupil_id": random.choice([pupil, pupil, pupil, None]),
        "match_status": "matched", "episode_type": kind, "start_date": start, "end_date": end,
        "close_reason": random.choice([None, "RC1", "RC8", "RC9"]), "primary_need_code": None,
        "legal_status": random.choice([None, "C2", "V3", "V4"]) if kind == "CLA" else None,
    }  # fmt: skip


def time_in_care(random, pupil, number, year):
    """Give up to three episodes of care in a row, from before a school year to after it, or not quite."""
    autumn, spring = year // 100, year // 100 + 1
    first, last = date(autumn, 9, 1), date(spring, 8, 31)
    begins = [first, first, date(autumn, 8, 31), date(autumn, 9, 2), date(autumn, 3, 31), date(autumn, 4, 1)]
    start = random.choice([*begins, date(autumn, 9, 4), date(autumn, 9, 5)])
    changes = random.choice([[], [], [date(spring, 1, 1)], [date(autumn, 12, 1), date(spring, 3, 31)]])
    end = random.choice([None, None, last, last + timedelta(1), date(spring, 7, 21), date(spring, 7, 22)])
    rows = []
    for place, (begins_on, ends_on) in enumerate(zip([start, *changes], [*changes, end], strict=True)):
        # the next placement begins the day the last one ends, or a day or a month later
        late = random.choice([0, 0, 0, 1, 30]) if place else 0
        rows.append({
            "episode_id": f"c{number}.{place}", "person_id": f"s{pupil}", "pupil_id": pupil,
            "match_status": "matched", "episode_type": "CLA",
            "start_date": begins_on + timedelta(late), "end_date": ends_on,
            "close_reason": None, "primary_need_code": None,
            "legal_status": random.choice([None, "C2", "C2", "C2", "V2", "V3", "V4"]),
        })  # fmt: skip
    return rows


def pep_meetings(random, pupil, year):
    """Give a year's meetings, so that three of them, and one a term, come up often."""
    days = {1: date(year // 100, 11, 5), 2: date(year // 100 + 1, 2, 20), 3: date(year // 100 + 1, 6, 3)}
    terms = random.choice([(1, 2, 3), (1, 2, 3), (1, 2, 2), (3, 1, 1), (1, 2), (2,), (1, 2, 3, 3)])
    return [
        {
            "pupil_id": pupil, "school_urn": URNS[0], "meeting_date": days[term], "term": term,
            "time_period": year, "quality": random.choice([None, "green", "green", "amber", "red"]),
        }
        for term in terms
    ]  # fmt: skip


def provision_spell(random, pupil):
    year = random.choice(YEARS)
    first, last = date(year // 100, 9, 1), date(year // 100 + 1, 8, 31)
    start = near(random, [first, last, date(year // 100, 9, 4), date(year // 100 + 1, 7, 21)])
    end = random.choice([None, near(random, [first, last, date(year // 100, 9, 4)])])
    if end is not None and end < start:
        start, end = end, start
    return {
        "pupil_id": pupil, "kind": random.choice([*TOLD_APART, *TOLD_APART, "elective home education"]),
        "start_date": start, "end_date": end, "hours_per_week": None, "review_date": None, "school_urn": None,
    }  # fmt: skip


def calendar_rows(random):
    """Give an authority's own first day, last day and a half-term end for some of the years, or none."""
    return [
        {"time_period": year, "half_term": half_term, "start_date": first, "end_date": last}
        for year in some(random, YEARS, most=2)
        for half_term, first, last in (
            (1, date(year // 100, 9, 4), date(year // 100, 10, 20)),
            (3, date(year // 100 + 1, 1, 4), date(year // 100 + 1, 2, 14)),
            (6, date(year // 100 + 1, 6, 2), date(year // 100 + 1, 7, 21)),
        )
        if random.random() < 0.5
    ]


def attendance_row(random, pupil, year, urn, half_term):
    possible = random.choice([0, 20, 38, 60, 70])
    # exactly a tenth and exactly a half come up often, and one more and one fewer
    edge = random.choice([possible // 10, possible // 2, possible // 10 + 1, 0, possible])
    missed = min(possible, max(0, edge + random.choice([-1, 0, 1])))
    unauthorised = random.randint(0, missed)
    authorised = missed - unauthorised
    suspended = random.choice([None, random.randint(0, authorised)])
    part_time = random.choice([None, random.randint(0, authorised - (suspended or 0))])
    return {
        "pupil_id": pupil, "time_period": year, "school_urn": urn, "half_term": half_term,
        "sessions_possible": possible,
        "sessions_authorised": authorised, "sessions_unauthorised": unauthorised,
        "sessions_late": random.choice([None, random.randint(0, possible - missed)]),
        "sessions_suspended": suspended, "sessions_part_time": part_time,
        "sessions_off_site": random.choice([None, random.randint(0, possible - missed)]),
    }  # fmt: skip


def incident(random, pupil, year, number):
    return {
        "exclusion_id": f"x{number}", "pupil_id": pupil, "school_urn": random.choice(URNS),
        "time_period": year,
        "start_date": near(random, [date(year // 100, 12, 31), date(year // 100 + 1, 2, 20)]),
        "category": random.choice(["suspension", "suspension", "permanent"]),
        "sessions": random.choice([None, 1, 10]),
        "outcome": random.choice([None, "upheld", "reinstated", "in review"]),
        "reason_code": None,
    }  # fmt: skip


def add_results(random, authority, pupil, year):
    base = {"pupil_id": pupil, "time_period": year, "school_urn": URNS[0], "result_status": None}

    def flag():
        return random.random() < 0.5

    for table in some(random, ("early_years_profile", "phonics", "key_stage_2", "key_stage_4"), most=2):
        if table == "early_years_profile":
            results = {"good_level_of_development": flag()}
        elif table == "phonics":
            results = {"met_standard": flag()}
        elif table == "key_stage_2":
            names = ("reading_expected", "writing_expected", "maths_expected", "rwm_expected", "rwm_higher")
            results = {name: flag() for name in names} | {"reading_score": None, "maths_score": 100}
        else:
            results = {
                "attainment8": random.randint(0, 900) / 10, "engmath_94": flag(), "engmath_95": flag(),
                "ebacc_aps": random.choice([None, 0.0, 3.25, 4.996]),
                "progress8": random.choice([None, -1.376, 0.0, 0.58]), "ks2_prior_score": None,
            }  # fmt: skip
        getattr(authority, table).append({**base, **results})


def invented(seed):
    """Give the Authority of a seed: three schools and two to eight children."""
    random = Random(seed)
    days = [date(2025, 9, 1), date(2025, 1, 10), date(2025, 3, 5), date(2026, 1, 1), date(2025, 7, 25)]
    authority = Authority(
        extracted_on=random.choice(days), window=random.choice(["six years", "six years", "ever"])
    )
    for urn in URNS:
        authority.schools.append({
            "school_urn": urn, "school_name": urn, "school_laestab": "9990000",
            "education_phase": random.choice(["Primary", "Secondary", "Special"]),
            "la_name": "Sampleshire", "new_la_code": "E10009999", "trust_name": None,
            "open_date": None, "close_date": None,
        })  # fmt: skip
    authority.calendar += calendar_rows(random)
    for number in range(random.randint(2, 8)):
        pupil = f"p{number}"
        enrolled = enrolments_of(random, pupil)
        authority.enrolments += enrolled
        authority.social_care_episodes += [
            episode(random, pupil, f"{number}.{place}") for place in range(random.randint(0, 3))
        ]
        authority.provision += [provision_spell(random, pupil) for _ in range(random.randint(0, 2))]
        authority.sdq += [
            {"pupil_id": pupil, "completed_date": near(random, REFERENCES), "score": 12}
            for _ in range(random.randint(0, 3))
        ]
        if random.random() < 0.7:
            year = random.choice(enrolled)["time_period"]
            authority.social_care_episodes += time_in_care(random, pupil, number, year)
            authority.pep_meetings += pep_meetings(random, pupil, year)
        for year in some(random, YEARS):
            for urn in some(random, URNS, most=2):
                authority.attendance += [
                    attendance_row(random, pupil, year, urn, half_term)
                    for half_term in some(random, range(1, 7), most=3)
                ]
            authority.exclusions += [
                incident(random, pupil, year, f"{number}.{year}.{place}")
                for place in range(random.choice([0, 0, 1, 2, 6]))
            ]
            add_results(random, authority, pupil, year)
    return authority


def authorities():
    return st.builds(invented, st.integers(0, 2**32))
