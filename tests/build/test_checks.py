"""One planted fault each: it is found at its table, column and rule, with its count, and nothing else is."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cswanalytics.build.check_report import CheckReport, checks_table
from cswanalytics.build.checks import check, checked
from cswanalytics.build.contract import TABLES
from cswanalytics.build.exports import CheckedExports, open_exports
from cswanalytics.build.identifiers import is_identifying
from cswanalytics.errors import ExportsRefused
from tests.build.small_export import (
    EXTRACTED,
    PUPILS,
    SMALL,
    Rows,
    as_arrow,
    small_export,
    write,
)

Export = dict[str, Rows]
Spoil = Callable[[Export], object]
UPN = "H801200001001"
NO_UPN = "H80120000100"
POSTCODE = "SG13 8DE"


def found(report: CheckReport) -> list[tuple[str, str, str, int]]:
    return [(fault.table, fault.column, fault.rule, fault.count) for fault in report.errors]


REQUIRED = [table.name for table in TABLES.values() if table.required]


def around(export: Export, table: str) -> Export:
    """Keep what a fault in one table needs round it: it is five times as quick as the whole export."""
    return {name: rows for name, rows in export.items() if name in (*REQUIRED, "extract", table)}


def put(table: str, row: int, **values: object) -> Spoil:
    """Overwrite values of one row."""
    return lambda export: export[table][row].update(values)


def add(table: str, **values: object) -> Spoil:
    """Add a copy of the first row with other values."""
    return lambda export: export[table].append(export[table][0] | values)


def everywhere(table: str, **values: object) -> Spoil:
    """Set columns, new or known, in every row."""
    return lambda export: [row.update(values) for row in export[table]]


def drop(table: str, column: str) -> Spoil:
    return lambda export: [row.pop(column) for row in export[table]]


def of_a_new_pupil(table: str, **values: object) -> Spoil:
    return add(table, **({"pupil_id": PUPILS[9], "school_urn": SMALL} | values))


LATE = EXTRACTED + dt.timedelta(days=1)
FAULTS: dict[str, tuple[Spoil, tuple[str, str, str, int]]] = {
    "a required table is missing": (
        lambda export: export.pop("exclusions"),
        ("exclusions", "", "missing_table", 0),
    ),
    "a required table is empty": (
        lambda export: export["exclusions"].clear(),
        ("exclusions", "", "empty_table", 0),
    ),
    "a required column is missing": (
        drop("attendance", "sessions_possible"),
        ("attendance", "sessions_possible", "missing_column", 0),
    ),
    "a nullable column is missing": (
        drop("schools", "trust_name"),
        ("schools", "trust_name", "missing_column", 0),
    ),
    "a column of an optional table is missing": (drop("sdq", "score"), ("sdq", "score", "missing_column", 0)),
    "a column of the key is missing": (
        drop("attendance", "half_term"),
        ("attendance", "half_term", "missing_column", 0),
    ),
    "a pupil_id is null": (
        lambda export: export["exclusions"][1].update(pupil_id=None),
        ("exclusions", "pupil_id", "null", 1),
    ),
    "a pupil_id is an empty text": (put("exclusions", 1, pupil_id=""), ("exclusions", "pupil_id", "null", 1)),
    "a pupil_id is only spaces": (put("exclusions", 1, pupil_id="  "), ("exclusions", "pupil_id", "null", 1)),
    "a key is null": (
        put("social_care_episodes", 2, episode_id=None),
        ("social_care_episodes", "episode_id", "null", 1),
    ),
    "a value that must be there is null": (
        put("enrolments", 3, on_roll_at_census=None),
        ("enrolments", "on_roll_at_census", "null", 1),
    ),
    "an entry date is null": (put("enrolments", 3, entry_date=None), ("enrolments", "entry_date", "null", 1)),
    "a number that must be there is null": (
        put("key_stage_4", 0, attainment8=None),
        ("key_stage_4", "attainment8", "null", 1),
    ),
    "a whole row is repeated": (
        add("enrolments"),
        ("enrolments", "pupil_id, time_period, school_urn", "repeated_key", 1),
    ),
    "a key is repeated with other values": (
        add("enrolments", sex="M"),
        ("enrolments", "pupil_id, time_period, school_urn", "repeated_key", 1),
    ),
    "a key is there three times": (
        lambda export: export["social_care_episodes"].extend(export["social_care_episodes"][:1] * 2),
        ("social_care_episodes", "episode_id", "repeated_key", 2),
    ),
    "a school is there twice": (add("schools"), ("schools", "school_urn", "repeated_key", 1)),
    "a result is there twice": (
        add("phonics", met_standard=True),
        ("phonics", "pupil_id, time_period", "repeated_key", 1),
    ),
    "a status is not in its list": (
        put("enrolments", 4, enrol_status="X"),
        ("enrolments", "enrol_status", "code", 1),
    ),
    "a code has a space behind it": (put("enrolments", 4, sex="F "), ("enrolments", "sex", "code", 1)),
    "a code is in small letters": (put("enrolments", 4, sex="f"), ("enrolments", "sex", "code", 1)),
    "a nullable code is an empty text": (
        put("enrolments", 4, post_looked_after=""),
        ("enrolments", "post_looked_after", "code", 1),
    ),
    "a year group is not in its list": (
        put("enrolments", 4, ncy_year="15"),
        ("enrolments", "ncy_year", "code", 1),
    ),
    "an episode type is not in its list": (
        put("social_care_episodes", 3, episode_type="EHP"),
        ("social_care_episodes", "episode_type", "code", 1),
    ),
    "a phase is not in its list": (
        put("schools", 1, education_phase="High"),
        ("schools", "education_phase", "code", 1),
    ),
    "an idaci decile is 0": (
        put("enrolments", 5, idaci_decile=0),
        ("enrolments", "idaci_decile", "range", 1),
    ),
    "an idaci decile is 11": (
        put("enrolments", 5, idaci_decile=11),
        ("enrolments", "idaci_decile", "range", 1),
    ),
    "a half-term is 7": (put("attendance", 5, half_term=7), ("attendance", "half_term", "range", 1)),
    "sessions are fewer than none": (
        put("attendance", 5, sessions_late=-1),
        ("attendance", "sessions_late", "range", 1),
    ),
    "a suspension of no sessions": (put("exclusions", 0, sessions=0), ("exclusions", "sessions", "range", 1)),
    "a scaled score is 121": (
        put("key_stage_2", 0, reading_score=121),
        ("key_stage_2", "reading_score", "range", 1),
    ),
    "attainment 8 is above 90": (
        put("key_stage_4", 0, attainment8=90.1),
        ("key_stage_4", "attainment8", "range", 1),
    ),
    "attainment 8 is not a number": (
        put("key_stage_4", 0, attainment8=float("nan")),
        ("key_stage_4", "attainment8", "range", 1),
    ),
    "progress 8 is endless": (
        put("key_stage_4", 0, progress8=float("inf")),
        ("key_stage_4", "progress8", "range", 1),
    ),
    "pounds are fewer than none": (
        put("pupil_premium_plus", 0, spent_gbp=-0.01),
        ("pupil_premium_plus", "spent_gbp", "range", 1),
    ),
    "a strengths and difficulties score is 41": (put("sdq", 0, score=41), ("sdq", "score", "range", 1)),
    "absences exceed possible sessions": (
        put("attendance", 7, sessions_unauthorised=67),
        ("attendance", "", "absences_above_possible", 1),
    ),
    "suspended and part-time sessions exceed authorised ones": (
        put("attendance", 7, sessions_part_time=3),
        ("attendance", "", "suspended_and_part_time_above_authorised", 1),
    ),
    "an episode ends before it starts": (
        put("social_care_episodes", 0, end_date=dt.date(2023, 10, 1)),
        ("social_care_episodes", "", "ends_before_it_starts", 1),
    ),
    "a pupil leaves before entering": (
        put("enrolments", 0, leaving_date=dt.date(2023, 8, 31)),
        ("enrolments", "", "leaves_before_entering", 1),
    ),
    "a spell of provision ends before it starts": (
        put("provision", 0, end_date=dt.date(2025, 2, 10)),
        ("provision", "", "ends_before_it_starts", 1),
    ),
    "a school closes before it opens": (
        put("schools", 0, close_date=dt.date(1869, 1, 1)),
        ("schools", "", "closes_before_it_opens", 1),
    ),
    "an episode starts before 1990": (
        put("social_care_episodes", 0, start_date=dt.date(1989, 12, 31)),
        ("social_care_episodes", "start_date", "date", 1),
    ),
    "a suspension starts after the extract": (
        put("exclusions", 0, start_date=LATE),
        ("exclusions", "start_date", "date", 1),
    ),
    "a meeting is after the extract": (
        put("pep_meetings", 0, meeting_date=LATE),
        ("pep_meetings", "meeting_date", "date", 1),
    ),
    "a school opened before the year 1000": (
        put("schools", 0, open_date=dt.date(999, 12, 31)),
        ("schools", "open_date", "date", 1),
    ),
    "a school of an enrolment is not in schools": (
        of_a_new_pupil("enrolments", school_urn="100009"),
        ("enrolments", "school_urn", "school", 1),
    ),
    "a school of attendance is not in schools": (
        put("attendance", 9, school_urn="100009"),
        ("attendance", "school_urn", "school", 1),
    ),
    "a school of an exclusion is not in schools": (
        put("exclusions", 0, school_urn="100009"),
        ("exclusions", "school_urn", "school", 1),
    ),
    "a school of a result is not in schools": (
        put("key_stage_4", 0, school_urn="100009"),
        ("key_stage_4", "school_urn", "school", 1),
    ),
    "a school of provision is not in schools": (
        put("provision", 0, school_urn="100009"),
        ("provision", "school_urn", "school", 1),
    ),
    "a school of a return is not in schools": (
        put("school_returns", 0, school_urn="100009"),
        ("school_returns", "school_urn", "school", 1),
    ),
    "a URN has five digits": (
        put("exclusions", 0, school_urn="10001"),
        ("exclusions", "school_urn", "pattern", 1),
    ),
    "an establishment number has six digits": (
        put("schools", 0, school_laestab="910001"),
        ("schools", "school_laestab", "pattern", 1),
    ),
    "an authority code is not one": (
        put("schools", 0, new_la_code="919"),
        ("schools", "new_la_code", "pattern", 1),
    ),
    "a reason code has three letters": (
        put("exclusions", 0, reason_code="PPP"),
        ("exclusions", "reason_code", "pattern", 1),
    ),
    "an academic year skips one": (
        of_a_new_pupil("enrolments", time_period=202426),
        ("enrolments", "time_period", "time_period", 1),
    ),
    "an academic year has four digits": (
        put("exclusions", 0, time_period=2024),
        ("exclusions", "time_period", "time_period", 1),
    ),
    "an academic year has eight digits": (
        put("exclusions", 0, time_period=20242025),
        ("exclusions", "time_period", "time_period", 1),
    ),
    "an academic year is null": (
        put("exclusions", 0, time_period=None),
        ("exclusions", "time_period", "null", 1),
    ),
    "a column is called surname": (
        everywhere("enrolments", surname="x"),
        ("enrolments", "surname", "identifying_name", 0),
    ),
    "a column is called upn": (everywhere("sdq", upn="x"), ("sdq", "upn", "identifying_name", 0)),
    "a column of a Boolean is called HomePostcode": (
        everywhere("sdq", HomePostcode=True),
        ("sdq", "HomePostcode", "identifying_name", 0),
    ),
    "a column is a date of birth": (
        everywhere("attendance", DateOfBirth=dt.date(2012, 1, 1)),
        ("attendance", "DateOfBirth", "identifying_name", 0),
    ),
    "a structure holds a column called email": (
        everywhere("sdq", carer={"email": "x"}),
        ("sdq", "carer.email", "identifying_name", 0),
    ),
    "a pupil_id is a UPN": (
        put("exclusions", 0, pupil_id=UPN),
        ("exclusions", "pupil_id", "identifying_values", 1),
    ),
    "a pupil_id is a UPN with spaces round it": (
        put("exclusions", 0, pupil_id=f" {UPN}  "),
        ("exclusions", "pupil_id", "identifying_values", 1),
    ),
    "a temporary UPN ends in a letter": (
        put("exclusions", 0, pupil_id=f"{UPN[:-1]}a"),
        ("exclusions", "pupil_id", "identifying_values", 1),
    ),
    "a person_id is a UPN": (
        put("social_care_episodes", 3, person_id=UPN),
        ("social_care_episodes", "person_id", "identifying_values", 1),
    ),
    "an extra column holds a UPN": (
        everywhere("exclusions", remark=UPN),
        ("exclusions", "remark", "identifying_values", 3),
    ),
    "an extra column holds a postcode": (
        everywhere("exclusions", area=POSTCODE),
        ("exclusions", "area", "identifying_values", 3),
    ),
    "an extra column holds a postcode in eight places": (
        everywhere("exclusions", area="E1   6AN"),
        ("exclusions", "area", "identifying_values", 3),
    ),
    "an extra column of bytes holds a UPN": (
        everywhere("exclusions", remark=UPN.encode()),
        ("exclusions", "remark", "identifying_values", 3),
    ),
    "an extra column of lists holds a UPN": (
        everywhere("exclusions", siblings=["none", UPN]),
        ("exclusions", "siblings", "identifying_values", 3),
    ),
    "a declared free text holds a postcode": (
        put("schools", 0, trust_name=POSTCODE),
        ("schools", "trust_name", "identifying_values", 1),
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_planted_fault_is_found_where_it_is_and_nothing_else_is(sentence: str, tmp_path: Path):
    spoil, expected = FAULTS[sentence]
    export = small_export()
    spoil(export)
    report = check(write(tmp_path, around(export, expected[0])))
    assert found(report) == [expected]


def cast_column(
    table: str, column: str, kind: pa.DataType, values: list | None = None
) -> Callable[[Export], pa.Table]:
    def spoil(export: Export) -> pa.Table:
        arrow = as_arrow(table, export[table])
        place = arrow.schema.get_field_index(column)
        array = pa.array(values, kind) if values else arrow.column(place).cast(kind)
        return arrow.set_column(place, column, array)

    return spoil


NOT_WHOLE = [3.5, 4.0, 2.0]
TYPE_FAULTS: dict[str, tuple[Callable[[Export], pa.Table], tuple[str, str, str, int]]] = {
    "a whole number has a half": (
        cast_column("exclusions", "sessions", pa.float64(), NOT_WHOLE),
        ("exclusions", "sessions", "type", 1),
    ),
    "a whole number is not a number": (
        cast_column("exclusions", "sessions", pa.float64(), [1.0, float("nan"), 2.0]),
        ("exclusions", "sessions", "type", 1),
    ),
    "a whole number is a text with a half": (
        cast_column("exclusions", "sessions", pa.string(), ["3.5", "4", "2"]),
        ("exclusions", "sessions", "type", 1),
    ),
    "a whole number is a word": (
        cast_column("exclusions", "sessions", pa.string(), ["four", "4", None]),
        ("exclusions", "sessions", "type", 1),
    ),
    "a whole number is too large to add up": (
        cast_column("exclusions", "sessions", pa.uint64(), [2**64 - 1, 4, None]),
        ("exclusions", "sessions", "type", 1),
    ),
    "a whole number is true or false": (
        cast_column("exclusions", "sessions", pa.bool_(), [True, True, None]),
        ("exclusions", "sessions", "type", 2),
    ),
    "a date is a word": (
        cast_column("exclusions", "start_date", pa.string(), ["abc", "2025-03-04", "2025-03-04"]),
        ("exclusions", "start_date", "type", 1),
    ),
    "a date is written the English way": (
        cast_column("exclusions", "start_date", pa.string(), ["04/03/2025"] * 3),
        ("exclusions", "start_date", "type", 3),
    ),
    "a date is a whole number": (
        cast_column("exclusions", "start_date", pa.int32(), [20250304] * 3),
        ("exclusions", "start_date", "type", 3),
    ),
    "true and false are words": (
        cast_column("phonics", "met_standard", pa.string(), ["true"]),
        ("phonics", "met_standard", "type", 1),
    ),
    "true and false are 1 and 0": (
        cast_column("phonics", "met_standard", pa.int8(), [1]),
        ("phonics", "met_standard", "type", 1),
    ),
    "a code is a number with decimals": (
        cast_column("exclusions", "school_urn", pa.float64(), [100002.0] * 3),
        ("exclusions", "school_urn", "type", 3),
    ),
    "a text is bytes": (
        cast_column("exclusions", "category", pa.binary(), [b"suspension"] * 3),
        ("exclusions", "category", "type", 3),
    ),
    "a text is a list": (
        cast_column("exclusions", "category", pa.list_(pa.string()), [["suspension"]] * 3),
        ("exclusions", "category", "type", 3),
    ),
    "a number is a word": (
        cast_column("pupil_premium_plus", "spent_gbp", pa.string(), ["£10"]),
        ("pupil_premium_plus", "spent_gbp", "type", 1),
    ),
    "an academic year is written with a stroke": (
        cast_column("exclusions", "time_period", pa.string(), ["2024/25"] * 3),
        ("exclusions", "time_period", "time_period", 3),
    ),
}


@pytest.mark.parametrize("sentence", TYPE_FAULTS)
def test_a_column_of_the_wrong_type_is_one_fault(sentence: str, tmp_path: Path):
    spoil, expected = TYPE_FAULTS[sentence]
    export = small_export()
    report = check(write(tmp_path, around(export, "") | {expected[0]: spoil(export)}))
    assert found(report) == [expected]


def a_word(path: Path):
    path.write_text("pupil_id,sessions\n" * 20)


def nothing(path: Path):
    path.write_bytes(b"")


def half(path: Path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_its_end(path: Path):
    path.write_bytes(path.read_bytes()[:-3])


def damaged_inside(path: Path):
    whole = bytearray(path.read_bytes())
    whole[4:400] = bytes(396)
    path.write_bytes(whole)


def damaged_footer(path: Path):
    whole = bytearray(path.read_bytes())
    whole[-300:-20] = b"\xff" * 280
    path.write_bytes(whole)


def a_lying_footer(path: Path):
    path.write_bytes(path.read_bytes()[:-8] + (2**31).to_bytes(4, "little") + b"PAR1")


def text_that_is_none(path: Path):
    table = pq.read_table(path)
    invalid = pa.Array.from_buffers(
        pa.string(),
        3,
        [
            None,
            pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0])),
            pa.py_buffer(b"\xff\xfe" * 3),
        ],
    )
    pq.write_table(table.set_column(1, "pupil_id", invalid), path)


@pytest.mark.parametrize(
    "spoil",
    [
        a_word,
        nothing,
        half,
        without_its_end,
        damaged_inside,
        damaged_footer,
        a_lying_footer,
        text_that_is_none,
    ],
    ids=lambda spoil: spoil.__name__.replace("_", " "),
)
def test_a_file_that_cannot_be_read_is_named(spoil: Callable[[Path], None], tmp_path: Path):
    folder = write(tmp_path, small_export())
    spoil(folder / "exclusions.parquet")
    report = check(folder)
    assert found(report) == [("exclusions", "", "unreadable", 0)]
    assert "exclusions.parquet" in report.errors[0].sentence


def test_a_table_that_is_both_file_and_folder_is_refused(tmp_path: Path):
    folder = write(tmp_path, small_export())
    (folder / "attendance").mkdir()
    report = check(folder)
    assert found(report) == [("attendance", "", "file_and_folder", 0)]


def test_a_folder_without_a_parquet_file_is_refused(tmp_path: Path):
    folder = write(tmp_path, small_export())
    (folder / "sdq.parquet").unlink()
    (folder / "sdq").mkdir()
    (folder / "sdq" / "_SUCCESS").touch()
    assert found(check(folder)) == [("sdq", "", "no_files", 0)]


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path):
    export = small_export()
    twice = as_arrow("sdq", export["sdq"]).append_column("Score", pa.array([3]))
    assert found(check(write(tmp_path, export | {"sdq": twice}))) == [("sdq", "", "repeated_column", 0)]


def test_thousands_of_columns_are_refused_before_they_are_read(tmp_path: Path):
    wide = pa.table({f"c{number}": pa.array([1]) for number in range(2_001)})
    assert found(check(write(tmp_path, small_export() | {"sdq": wide}))) == [("sdq", "", "too_large", 0)]


def test_one_damaged_file_of_several_is_named_and_the_others_are_checked(tmp_path: Path):
    export = small_export()
    export["attendance"][0]["half_term"] = 9
    folder = write(tmp_path, export)
    (folder / "attendance.parquet").unlink()
    (folder / "attendance").mkdir()
    whole = as_arrow("attendance", export["attendance"])
    for number in range(3):
        pq.write_table(whole.slice(number * 40, 40), folder / "attendance" / f"part-{number}.parquet")
    damaged_inside(folder / "attendance" / "part-2.parquet")
    report = check(folder)
    assert found(report) == [("attendance", "", "unreadable", 0), ("attendance", "half_term", "range", 1)]
    assert "attendance/part-2.parquet" in report.errors[0].sentence
    assert report.errors[1].file == "attendance/part-0.parquet"


def test_the_first_row_is_numbered_from_one_within_its_file(tmp_path: Path):
    export = small_export()
    put("enrolments", 12, sex="Q")(export)
    put("enrolments", 7, sex="Q")(export)
    (fault,) = check(write(tmp_path, export)).errors
    assert (fault.count, fault.first_row) == (2, 8)
    assert fault.sentence == "2 rows: sex is none of F, M, U (first at row 8)"
    assert fault.says_rounded == "fewer than 10 rows: sex is none of F, M, U"


def test_the_second_of_two_equal_keys_is_pointed_at(tmp_path: Path):
    export = small_export()
    export["schools"] += [export["schools"][2] | {"school_urn": "100004"}, export["schools"][1]]
    (fault,) = check(write(tmp_path, export)).errors
    assert fault.first_row == 5


def test_a_key_with_a_null_in_it_is_not_also_repeated(tmp_path: Path):
    export = small_export()
    export["exclusions"][0]["exclusion_id"] = None
    export["exclusions"][1]["exclusion_id"] = None
    assert found(check(write(tmp_path, export))) == [("exclusions", "exclusion_id", "null", 2)]


def test_a_missing_column_does_not_hide_the_faults_of_the_others(tmp_path: Path):
    export = small_export()
    drop("attendance", "sessions_possible")(export)
    put("attendance", 0, half_term=0)(export)
    assert found(check(write(tmp_path, export))) == [
        ("attendance", "sessions_possible", "missing_column", 0),
        ("attendance", "half_term", "range", 1),
    ]


def test_every_fault_of_every_table_is_reported_at_once(tmp_path: Path):
    export = small_export()
    kept = [
        name
        for name in FAULTS
        if FAULTS[name][1][2] in ("code", "range", "pattern", "date", "identifying_name", "missing_table")
    ]
    for name in kept:
        FAULTS[name][0](export) if FAULTS[name][1][2] != "missing_table" else None
    expected = {FAULTS[name][1][:3] for name in kept if FAULTS[name][1][2] != "missing_table"}
    assert expected <= {fault[:3] for fault in found(check(write(tmp_path, export)))}
    assert len(expected) > 20


def test_messages_hold_no_value_of_a_child(tmp_path: Path):
    export = small_export()
    secret = "secretive-child"
    for rows in export.values():
        for row in rows:
            row |= {name: secret for name in row if name in ("pupil_id", "person_id", "sex", "outcome")}
            row |= {"remark": UPN, UPN: "turned on its side"}
    folder = write(tmp_path, export)
    with pytest.raises(ExportsRefused) as refused:
        checked(folder)
    report = check(folder)
    for text in (str(refused.value), report.as_json(), report.as_csv(), str(report.as_rows())):
        assert secret not in text
        assert UPN not in text
        assert "identifying_name" in report.as_json()


def test_a_refusal_names_one_table_and_numbers_its_faults(tmp_path: Path):
    export = small_export()
    drop("attendance", "sessions_off_site")(export)
    put("attendance", 7, sessions_unauthorised=67)(export)
    with pytest.raises(ExportsRefused) as refused:
        checked(write(tmp_path, export), in_use="the release of 3 November")
    assert str(refused.value) == (
        "attendance has 2 faults, so nothing was built; the release of 3 November stays in use.\n"
        "  1. column sessions_off_site is missing: a whole number, 0 or more\n"
        "  2. 1 row: absences exceed possible sessions (first at row 8)"
    )
    assert len(refused.value.faults) == 2


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ExportsRefused, match="does not exist"):
        check(tmp_path / "nowhere")


def test_an_empty_folder_lacks_the_five_required_tables(tmp_path: Path):
    assert found(check(tmp_path)) == [(name, "", "missing_table", 0) for name in REQUIRED]


def test_without_an_extract_table_no_event_may_be_after_today(tmp_path: Path):
    export = small_export()
    del export["extract"]
    put("exclusions", 0, start_date=dt.date.today() + dt.timedelta(days=1))(export)
    assert found(check(write(tmp_path, export))) == [("exclusions", "start_date", "date", 1)]


@pytest.mark.parametrize(
    "name",
    ["ward_name", "schoolName", "year_of_birth", "course_name", "renamed", "named_officer_role", "upnorth",
     "school_name", "la_name", "needs_addressed", "dobbed", "mailing", "immobile", "phoneme"],
)  # fmt: skip
def test_a_harmless_name_is_allowed(name: str):
    assert not is_identifying(name)


def test_a_harmless_extra_column_is_noted(tmp_path: Path):
    export = small_export()
    everywhere("sdq", ward_name="x")(export)
    report = check(write(tmp_path, export))
    assert found(report) == []
    (note,) = report.notes
    assert (note.table, note.rule) == ("sdq", "extra_columns")
    assert note.sentence == "1 column not in the contract, and ignored: ward_name"


@pytest.mark.parametrize(
    "name",
    ["name", "Forename", "pupil_name", "PupilName", "child name", "firstname", "LastName", "UPN", "pupil-upn",
     "FormerUPN", "former_upn", "upn1", "NHS_Number", "nhsno", "dob", "DOB", "date_of_birth", "BirthDate",
     "dateofbirth", "address", "HomeAddress", "address_line_1", "postcode", "post_code", "e_mail", "Email",
     "telephone", "phone_number", "MobileNo", "social_worker_name", "names", "addresses",
     "full_date_birth_year"],
)  # fmt: skip
def test_a_name_that_plainly_means_a_direct_identifier_is_refused(name: str):
    assert is_identifying(name)


def test_a_upn_in_a_column_of_codes_is_both_no_code_and_identifying(tmp_path: Path):
    export = small_export()
    put("enrolments", 2, sex=UPN)(export)
    assert found(check(write(tmp_path, export))) == [
        ("enrolments", "sex", "code", 1),
        ("enrolments", "sex", "identifying_values", 1),
    ]


def test_pseudonyms_that_only_begin_like_an_identifier_are_allowed(tmp_path: Path):
    export = small_export()
    put("exclusions", 0, pupil_id=f"{NO_UPN}-ff")(export)
    put("enrolments", 4, pupil_id=f"{NO_UPN}-ff", time_period=202425)(export)
    assert "identifying_values" not in {fault[2] for fault in found(check(write(tmp_path, export)))}


def test_checked_exports_cannot_be_made_of_a_report_with_faults(tmp_path: Path):
    export = small_export()
    put("sdq", 0, score=99)(export)
    exports = open_exports(write(tmp_path, export))
    with pytest.raises(ExportsRefused):
        CheckedExports(exports, check(tmp_path))


def test_a_valid_export_has_nothing_to_report(tmp_path: Path):
    assert check(write(tmp_path, small_export())).findings == ()


def test_the_report_is_drawn_as_a_table_with_every_sentence(tmp_path: Path):
    from rich.console import Console

    export = small_export()
    put("sdq", 0, score=99)(export)
    everywhere("sdq", **{"[bold]odd": "x"})(export)
    console = Console(record=True, width=160, file=(tmp_path / "log").open("w", encoding="utf-8"))
    console.print(checks_table(check(write(tmp_path / "export", export))))
    console.file.close()
    text = console.export_text()
    assert "score is not a whole number from 0 to 40" in text
    assert "[bold]odd" in text
    assert "1 fault" in text
