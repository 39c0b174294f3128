"""The export tables, declared once: reader, checks, data dictionary and sample come from here.

Names follow the Department for Education's (explore-education-statistics, the Common Basic Data Set, Get
Information About Schools) and, for social care, the Standard Safeguarding Dataset, so that an analyst knows a
column on sight.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from cswanalytics.vocabulary import Phase


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    YEAR = "academic year"
    INTEGER = "whole number"
    DECIMAL = "number"
    BOOLEAN = "true or false"
    DATE = "date"


DUCKDB_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.YEAR: "INTEGER",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
}


class DateRule(StrEnum):
    """How early and how late a date may lie."""

    EVENT = "from 1990 to the day of the extract"
    PLANNED = "any day after the year 1000"


@dataclass(frozen=True)
class Column:
    """One column of an export table.

    `nullable` says whether single values may be missing; the column itself is always required in its table.
    `codes`, `pattern`, `least` and `most` limit its values; `says` is the data dictionary's sentence.
    """

    name: str
    kind: Kind
    says: str
    nullable: bool = False
    codes: tuple[str, ...] = ()
    pattern: str = ""
    least: float | None = None
    most: float | None = None
    dates: DateRule = DateRule.EVENT


@dataclass(frozen=True)
class RowRule:
    """A rule that holds within a row.

    `broken_when` is SQL, true for a row at fault; `says` reads after 'N rows: '.
    """

    name: str
    says: str
    broken_when: str


@dataclass(frozen=True)
class Table:
    """One export table: its grain, key, columns and rules."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    rules: tuple[RowRule, ...] = ()
    about: str = ""

    def column(self, name: str) -> Column:
        """Give the column of that name. KeyError where the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Give the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _text(name: str, says: str, **limits: object) -> Column:
    return Column(name, Kind.TEXT, says, **limits)  # ty: ignore[invalid-argument-type]


def _whole(name: str, says: str, least: int = 0, most: int | None = None, nullable: bool = False) -> Column:
    return Column(name, Kind.INTEGER, says, nullable=nullable, least=least, most=most)


def _number(
    name: str, says: str, least: float | None = 0, most: float | None = None, nullable: bool = False
) -> Column:
    return Column(name, Kind.DECIMAL, says, nullable=nullable, least=least, most=most)


def _truth(name: str, says: str, nullable: bool = False) -> Column:
    return Column(name, Kind.BOOLEAN, says, nullable=nullable)


def _date(name: str, says: str, nullable: bool = False, dates: DateRule = DateRule.EVENT) -> Column:
    return Column(name, Kind.DATE, says, nullable=nullable, dates=dates)


PUPIL = _text("pupil_id", "Pseudonym of the child: the same in every table and every year; never a UPN.")
YEAR = Column(
    "time_period", Kind.YEAR, "Academic year in the EES form: 202425 is 2024/25. Whole number or text."
)
SCHOOL = _text("school_urn", "URN of the school, as in `schools`.", pattern=r"\d{6}")
RESULT_STATUS = _text(
    "result_status",
    "Whether the result can still change.",
    nullable=True,
    codes=("provisional", "revised", "final"),
)
YEAR_GROUPS = ("N1", "N2", "R", *(str(year) for year in range(1, 15)), "X")


def _nullable(column: Column) -> Column:
    return replace(column, nullable=True)


def _results(name: str, about: str, *columns: Column) -> Table:
    return Table(
        name,
        "one row per pupil and academic year",
        (PUPIL, YEAR, SCHOOL, RESULT_STATUS, *columns),
        key=("pupil_id", "time_period"),
        about=about,
    )


SCHOOLS = Table(
    "schools",
    "one row per school",
    (
        _text("school_urn", "GIAS unique reference number, six digits.", pattern=r"\d{6}"),
        _text("school_name", "Name of the school."),
        _text("school_laestab", "Local authority and establishment number, seven digits.", pattern=r"\d{7}"),
        _text("education_phase", "GIAS phase.", codes=tuple(phase.value for phase in Phase)),
        _text("la_name", "Name of the local authority, such as Hertfordshire."),
        _text("new_la_code", "ONS code of the local authority, such as E10000015.", pattern=r"[A-Z]\d{8}"),
        _text("trust_name", "Multi-academy trust or federation.", nullable=True),
        _date("open_date", "Day the school opened.", nullable=True, dates=DateRule.PLANNED),
        _date("close_date", "Day the school closed or will close.", nullable=True, dates=DateRule.PLANNED),
    ),
    key=("school_urn",),
    required=True,
    rules=(RowRule("closes_before_it_opens", "the school closes before it opens", "close_date < open_date"),),
)

ENROLMENTS = Table(
    "enrolments",
    "one row per pupil, academic year and school",
    (
        PUPIL,
        YEAR,
        SCHOOL,
        _text(
            "enrol_status",
            "`C` current sole, `M` current main of two, `S` subsidiary of two, `G` guest, "
            "`F` further education, `O` other. Only `C` and `M` make a child one of this authority's pupils.",
            codes=("C", "M", "S", "G", "F", "O"),
        ),
        _date("entry_date", "First day on this roll."),
        _date("leaving_date", "Day the pupil left this roll; empty while on it.", nullable=True),
        _truth("on_roll_at_census", "On this roll on spring census day."),
        _text("ncy_year", "National Curriculum year, actual.", codes=YEAR_GROUPS),
        _text("sex", "Sex as recorded by the school.", codes=("F", "M", "U")),
        _text(
            "ethnicity_major",
            "Major ethnic group, in EES's words.",
            codes=(
                "White",
                "Mixed / Multiple ethnic groups",
                "Asian / Asian British",
                "Black / African / Caribbean / Black British",
                "Other ethnic group",
                "Unknown",
            ),
        ),
        _truth("fsm_eligible", "Eligible for free school meals on census day."),
        _text(
            "sen_provision",
            "`N` none, `K` SEN support, `E` education, health and care plan.",
            codes=("N", "K", "E"),
        ),
        _truth(
            "english_additional_language",
            "First language known or believed not to be English.",
            nullable=True,
        ),
        _whole(
            "idaci_decile",
            "Income deprivation of the home area: 1 is the most deprived.",
            1,
            10,
            nullable=True,
        ),
        _text(
            "post_looked_after",
            "Left care through `A` adoption, `G` special guardianship, `R` residence order or `C` child "
            "arrangements order; `N` none declared.",
            nullable=True,
            codes=("A", "G", "R", "C", "N"),
        ),
    ),
    key=("pupil_id", "time_period", "school_urn"),
    required=True,
    rules=(
        RowRule("leaves_before_entering", "the pupil leaves before entering", "leaving_date < entry_date"),
    ),
)

SOCIAL_CARE_EPISODES = Table(
    "social_care_episodes",
    "one row per episode",
    (
        _text("episode_id", "Identifier of the episode."),
        _text("person_id", "Pseudonym of the person in the social care system."),
        _text("pupil_id", "The same child on a school roll; empty where no roll was matched.", nullable=True),
        _text(
            "match_status",
            "Why a child is or is not matched to a roll; only `unexplained` counts against the match rate.",
            codes=("matched", "educated elsewhere", "not of school age", "home educated", "unexplained"),
        ),
        _text(
            "episode_type",
            "`CIN` open as a child in need, `CPP` child protection plan, `CLA` looked after.",
            codes=("CIN", "CPP", "CLA"),
        ),
        _date("start_date", "First day."),
        _date("end_date", "Last day; empty while open.", nullable=True),
        _text(
            "close_reason",
            "`RC1` to `RC9`. `RC8` and `RC9` closed after assessment with no further action.",
            nullable=True,
            codes=tuple(f"RC{number}" for number in range(1, 10)),
        ),
        _text(
            "primary_need_code",
            "`N0` to `N9`.",
            nullable=True,
            codes=tuple(f"N{number}" for number in range(10)),
        ),
        _text(
            "legal_status",
            "Looked-after children only. `V3` and `V4` are respite care, and not counted as looked after.",
            nullable=True,
        ),
    ),
    key=("episode_id",),
    required=True,
    rules=(RowRule("ends_before_it_starts", "the episode ends before it starts", "end_date < start_date"),),
    about="From the SSD's `ssd_cin_episodes`, `ssd_cp_plans` and `ssd_cla_episodes`, or the CIN census and "
    "SSDA903.",
)

ATTENDANCE = Table(
    "attendance",
    "one row per pupil, academic year, school and half-term",
    (
        PUPIL,
        YEAR,
        SCHOOL,
        _whole("half_term", "1 autumn first half to 6 summer second half.", 1, 6),
        _whole("sessions_possible", "Possible sessions, two a day."),
        _whole("sessions_authorised", "Sessions of authorised absence."),
        _whole("sessions_unauthorised", "Sessions of unauthorised absence, code U included."),
        _whole("sessions_late", "Code L: late before the register closed; attended.", nullable=True),
        _whole("sessions_suspended", "Code E: suspended; part of sessions_authorised.", nullable=True),
        _whole(
            "sessions_part_time", "Code C2: reduced timetable; part of sessions_authorised.", nullable=True
        ),
        _whole("sessions_off_site", "Codes B, K, P, V, W: educated off site; attended.", nullable=True),
    ),
    key=("pupil_id", "time_period", "school_urn", "half_term"),
    required=True,
    rules=(
        RowRule(
            "absences_above_possible",
            "absences exceed possible sessions",
            "sessions_authorised + sessions_unauthorised > sessions_possible",
        ),
        RowRule(
            "suspended_and_part_time_above_authorised",
            "suspended and part-time sessions exceed authorised ones",
            "coalesce(sessions_suspended, 0) + coalesce(sessions_part_time, 0) > sessions_authorised",
        ),
    ),
)

EXCLUSIONS = Table(
    "exclusions",
    "one row per suspension or permanent exclusion",
    (
        _text("exclusion_id", "Identifier of the incident."),
        PUPIL,
        _text("school_urn", "URN of the school that decided.", pattern=r"\d{6}"),
        YEAR,
        _date("start_date", "First day."),
        _text("category", "A `suspension` or `permanent` exclusion.", codes=("suspension", "permanent")),
        _whole("sessions", "Suspensions: sessions missed.", 1, nullable=True),
        _text(
            "outcome",
            "Permanent exclusions: empty means upheld; `reinstated` is not counted.",
            nullable=True,
            codes=("upheld", "reinstated", "in review"),
        ),
        _text("reason_code", "The census's two-letter code.", nullable=True, pattern=r"[A-Z]{2}"),
    ),
    key=("exclusion_id",),
    required=True,
)

EARLY_YEARS_PROFILE = _results(
    "early_years_profile",
    "The early years foundation stage profile, at age 5.",
    _truth("good_level_of_development", "Reached a good level of development."),
)
PHONICS = _results(
    "phonics",
    "The phonics screening check, year 1.",
    _truth("met_standard", "Met the expected standard in year 1."),
)
KEY_STAGE_2 = _results(
    "key_stage_2",
    "Key stage 2, at age 11. Who reached the standard in all three subjects is counted as reaching it in "
    "each, and the other way round, whichever flags are set.",
    _truth("reading_expected", "Expected standard in reading."),
    _truth("writing_expected", "Expected standard in writing."),
    _truth("maths_expected", "Expected standard in maths."),
    _truth("rwm_expected", "Expected standard in reading, writing and maths."),
    _truth("rwm_higher", "Higher standard in reading, writing and maths."),
    _whole("reading_score", "Scaled score in reading.", 80, 120, nullable=True),
    _whole("maths_score", "Scaled score in maths.", 80, 120, nullable=True),
)
KEY_STAGE_4 = _results(
    "key_stage_4",
    "Key stage 4, at age 16.",
    _number("attainment8", "Attainment 8 score.", 0, 90),
    _truth("engmath_94", "Grade 4 or above in English and in maths."),
    _truth("engmath_95", "Grade 5 or above in English and in maths."),
    _number("ebacc_aps", "English Baccalaureate average point score.", 0, 9, nullable=True),
    _number("progress8", "Progress 8 score; empty in years without one.", None, nullable=True),
    _number("ks2_prior_score", "Average scaled score at key stage 2.", 80, 120, nullable=True),
)

PEP_MEETINGS = Table(
    "pep_meetings",
    "one row per personal education plan meeting",
    (
        PUPIL,
        SCHOOL,
        _date("meeting_date", "Day of the meeting."),
        _whole("term", "1 autumn, 2 spring, 3 summer.", 1, 3),
        YEAR,
        _text("quality", "Rating of the plan.", nullable=True, codes=("green", "amber", "red")),
    ),
)
SDQ = Table(
    "sdq",
    "one row per strengths and difficulties questionnaire",
    (
        PUPIL,
        _date("completed_date", "Day it was completed."),
        _whole("score", "Total difficulties score.", 0, 40),
    ),
)
PUPIL_PREMIUM_PLUS = Table(
    "pupil_premium_plus",
    "one row per school and academic year",
    (
        SCHOOL,
        YEAR,
        _number("allocated_gbp", "Pounds allocated."),
        _number("spent_gbp", "Pounds spent."),
    ),
    key=("school_urn", "time_period"),
)
TRAINING = Table(
    "training",
    "one row per course at one school",
    (
        SCHOOL,
        _date("delivered_date", "Day of the course."),
        _text("topic", "Topic; one that is on no list of the offer's definitions counts as other."),
        _text(
            "audience",
            "Whom it was for.",
            codes=("whole school", "designated teacher", "governors", "social workers", "other"),
        ),
        _whole("staff_attended", "Staff who came."),
        _whole("staff_eligible", "Staff who could have come."),
        _number("days", "Length in days."),
    ),
)
SUPPORT_ACTIVITY = Table(
    "support_activity",
    "one row per activity of the Virtual School's offer",
    (
        _date("activity_date", "Day of the activity."),
        _whole("tier", "1 for every school, 2 for some, 3 for one.", 1, 3),
        _text("kind", "Training, network, consultation …; one on no list counts as other."),
        _text("topic", "Topic; one that is on no list of the offer's definitions counts as other."),
        _nullable(SCHOOL),
        _text("service", "Service that gave it.", nullable=True),
        _whole("attendees", "People who came."),
        _number("hours", "Length in hours."),
    ),
    about="An empty school_urn means the whole authority. No child appears in it.",
)
PROVISION = Table(
    "provision",
    "one row per spell",
    (
        PUPIL,
        _text(
            "kind",
            "What kind of spell.",
            codes=(
                "elective home education",
                "missing education",
                "reduced timetable",
                "alternative provision",
            ),
        ),
        _date("start_date", "First day."),
        _date("end_date", "Last day; empty while open.", nullable=True),
        _number("hours_per_week", "Hours of education a week.", nullable=True),
        _date("review_date", "Day of the next review.", nullable=True, dates=DateRule.PLANNED),
        _nullable(SCHOOL),
    ),
    rules=(RowRule("ends_before_it_starts", "the spell ends before it starts", "end_date < start_date"),),
)
EXTRACT = Table(
    "extract",
    "one row per table",
    (
        _text("table_name", "Name of an export table."),
        _date("extracted_on", "Day on which it was taken from the system of record.", dates=DateRule.PLANNED),
        _date("complete_from", "Day from which it is complete.", nullable=True, dates=DateRule.PLANNED),
    ),
    key=("table_name",),
    about="Without this table the dates are read from the data. Social care that starts less than six years "
    "before a reference date makes that year's children with a social worker 'cannot say'.",
)
CALENDAR = Table(
    "calendar",
    "one row per half-term",
    (
        YEAR,
        _whole("half_term", "1 autumn first half to 6 summer second half.", 1, 6),
        _date("start_date", "First day.", dates=DateRule.PLANNED),
        _date("end_date", "Last day.", dates=DateRule.PLANNED),
    ),
    key=("time_period", "half_term"),
    rules=(RowRule("ends_before_it_starts", "the half-term ends before it starts", "end_date < start_date"),),
    about="Without it half-terms end on 31 October, 31 December, 20 February, 10 April, 31 May and "
    "31 August.",
)
SCHOOL_RETURNS = Table(
    "school_returns",
    "one row per school and academic year",
    (
        SCHOOL,
        YEAR,
        _truth("dt_in_post", "A designated teacher is in post.", nullable=True),
        _truth("dt_qualified_teacher", "The designated teacher is a qualified teacher.", nullable=True),
        _number("dt_training_days", "Days of training the designated teacher had.", nullable=True),
        _date("policy_review_date", "Day of the next policy review.", nullable=True, dates=DateRule.PLANNED),
        _date(
            "governor_report_date", "Day of the report to governors.", nullable=True, dates=DateRule.PLANNED
        ),
        _whole("exclusion_consultations", "Consultations before an exclusion.", nullable=True),
        _whole("exclusions_considered", "Exclusions considered.", nullable=True),
    ),
    key=("school_urn", "time_period"),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SCHOOLS,
        ENROLMENTS,
        SOCIAL_CARE_EPISODES,
        ATTENDANCE,
        EXCLUSIONS,
        EARLY_YEARS_PROFILE,
        PHONICS,
        KEY_STAGE_2,
        KEY_STAGE_4,
        PEP_MEETINGS,
        SDQ,
        PUPIL_PREMIUM_PLUS,
        TRAINING,
        SUPPORT_ACTIVITY,
        PROVISION,
        EXTRACT,
        CALENDAR,
        SCHOOL_RETURNS,
    )
}

HALF_TERM_ENDS = {1: (10, 31), 2: (12, 31), 3: (2, 20), 4: (4, 10), 5: (5, 31), 6: (8, 31)}
"""Month and day on which each half-term ends where there is no `calendar` table."""

IDENTIFYING_WORDS = (
    "name",
    "forename",
    "surname",
    "upn",
    "nhs",
    "nhs_number",
    "dob",
    "date_of_birth",
    "birth",
    "address",
    "postcode",
    "email",
    "telephone",
    "phone",
    "mobile",
)
"""A column whose name holds one of these as a word means a direct identifier; declared columns may."""

UPN_SHAPE = r"[A-Za-z]\d{11}[0-9A-Za-z]"
POSTCODE_SHAPE = r"[A-Za-z]{1,2}\d[A-Za-z0-9]?\s*\d[A-Za-z]{2}"

INVENTED_KEY = "cswanalytics.invented"
"""Key of the metadata that every Parquet file of an invented authority carries."""
