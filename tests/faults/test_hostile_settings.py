"""Whatever stands in a file of settings: it is read, or its faults are told in plain English."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cswanalytics import access_table, audit, catalogue
from cswanalytics import settings as settings_of
from cswanalytics.access_table import AccessTable
from cswanalytics.audit import AuditLog
from cswanalytics.catalogue import DEFINITIONS, Catalogue
from cswanalytics.errors import DefinitionsInvalid, LogNotWritten
from cswanalytics.settings import LEAST_BASE, MOST_BASE, Settings

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "config"
OFTEN = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

VALUES = st.recursive(
    st.one_of(
        st.sampled_from(
            (
                *("true", "-1", "0", "5", "1e400", "nan", "-inf", "0x" + "f" * 500, "07:32:00", "2027-01-31"),
                *("2027-01-31T00:00:00", '""', '"\\u202e"', '"\\u0000"', '"six years"', '"vsh"', '"100001"'),
                *('"persistent_absence"', '"a@b"', "'''\n'''"),
            )
        ),
        st.text(string.ascii_letters + " =<>()'", max_size=12).map(lambda text: f'"{text}"'),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(st.sampled_from(["year", "gap", "name", "step", "because", "child"]), inner).map(
            lambda pair: f"{{ {pair[0]} = {pair[1]} }}"
        ),
    ),
    max_leaves=4,
)


def lines_of(file: Path) -> list[str]:
    """Give the lines of a file that is as it should be, to be put together otherwise."""
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] not in " ]#"]


@st.composite
def harmed(draw, file: Path) -> str:
    """Give a file of settings with some of its lines changed, doubled or gone."""
    lines = lines_of(file)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        name, equals, _ = line.partition("=")
        lines[place] = draw(
            st.one_of(
                VALUES.map(lambda value, name=name, equals=equals: f"{name}= {value}" if equals else value),
                st.just(line.replace("[[", "[").replace("]]", "]")),
                st.just(f"{name.strip(' []')} = 1"),
                st.just(""),
                st.text(max_size=20),
            )
        )
    return "\n".join(lines)


def plain(refused: DefinitionsInvalid) -> str:
    said = str(refused)
    assert said
    for line in said.splitlines():
        assert line.isprintable()
    for word in ("Traceback", "Error(", "object has no", "unexpected keyword", "NoneType"):
        assert word not in said
    return said


@OFTEN
@given(text=harmed(SAMPLE / "authority.toml"))
@example(text="authority = 5")
@example(text="cohort = []\nrounding = 'x'\nletters = 1\naims = 2\npublic_figures = 3")
@example(text="[authority]\nname = 5\nlegal_basis = []")
@example(text='[cohort]\nleft_out_of_previous = "RC8"')
@example(text="[cohort]\nwindow = []\nleft_out_of_previous = 5")
@example(text="[rounding]\nbase = 0x" + "f" * 10_000)
@example(text="[rounding]\nbase = " + "9" * 5_000)
@example(text="[[public_figures]]\nmeasure = 'm'\nyear = 202425\npupils = 0x" + "f" * 10_000)
@example(text="a = " + "[" * 100_000)
@example(text="\ufeff[authority]\nname = 'Borsetshire'")
def test_authority_toml_is_read_or_its_faults_are_told(tmp_path_factory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "authority"
    folder.mkdir(exist_ok=True)
    (folder / "authority.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read = settings_of.load(folder, catalogue.load().aimable())
    except DefinitionsInvalid as refused:
        plain(refused)
        return
    assert isinstance(read, Settings)
    assert isinstance(read.name, str)
    assert LEAST_BASE <= read.base <= MOST_BASE
    assert all(isinstance(code, str) for code in read.left_out_of_previous)


@OFTEN
@given(text=harmed(SAMPLE / "access.toml"))
@example(text="people = 5\nsign_in = []\nlog = ''\nexact_view = true")
@example(text='[log]\nfile = "a\\u0000b"')
@example(text='[[people]]\nclaim = []\nvalue = 2027-01-31\nrole = ["vsh"]\nschools = [[]]')
@example(text="a = " + "{a = " * 50_000)
@example(text="[sign_in]\nmax_age_hours = " + "9" * 5_000)
def test_access_toml_lets_in_whom_it_names_or_nobody(tmp_path_factory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "access"
    folder.mkdir(exist_ok=True)
    (folder / "access.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        table = access_table.load(folder)
    except DefinitionsInvalid as refused:
        plain(refused)
        return
    assert isinstance(table, AccessTable)
    assert (
        table.actor({"is_logged_in": True, "sub": "nobody", "email": "no@body", "email_verified": True})
        is None
    )


@settings(OFTEN, max_examples=25)
@given(text=harmed(DEFINITIONS / "measures" / "persistent_absence.toml"))
@example(text="examples = 5")
@example(text="ladder = 5\nexamples = [{}]\nnot_comparable = [{}]\nbreaks = [1]")
@example(text="title = 5\norder = 'first'\nkind = []\nneeds = 'attendance'\npopulation = 5")
def test_a_measure_of_an_authoritys_own_is_read_or_its_faults_are_told(tmp_path_factory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "measures"
    (folder / "measures").mkdir(parents=True, exist_ok=True)
    text = text.replace('name = "absence"', 'name = "own"')
    (folder / "measures" / "own.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    catalogue._load.cache_clear()
    try:
        read = catalogue.load(folder)
    except DefinitionsInvalid as refused:
        plain(refused)
        return
    assert isinstance(read, Catalogue)
    own = read.measures["own"]
    assert isinstance(own.title, str)
    assert isinstance(own.order, int)
    assert all(isinstance(table, str) for table in own.needs)


@pytest.mark.parametrize(
    "text",
    [
        "lists = 5",
        "[lists]\ntopics = []",
        "[lists.topics]\na = 5",
        "[lists]\nwhole_school_topics = {}",
        "x =",
    ],
)
def test_lists_of_an_authoritys_own_are_read_or_their_faults_are_told(tmp_path, text: str) -> None:
    (tmp_path / "offer.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionsInvalid, match=r"offer.toml") as refused:
        catalogue.load(tmp_path)
    plain(refused.value)


def test_a_file_of_settings_that_is_a_folder_or_closed_is_told(tmp_path) -> None:
    (tmp_path / "access.toml").mkdir()
    with pytest.raises(DefinitionsInvalid, match="cannot be read"):
        access_table.load(tmp_path)


def test_the_log_keeps_the_order_of_what_happened_when_the_clock_goes_back(tmp_path, monkeypatch) -> None:
    class Clock(audit.datetime):
        ticks = iter(["2026-11-03T10:00:00+00:00", "2026-11-03T09:00:00+00:00"])

        @classmethod
        def now(cls, zone=None):
            return cls.fromisoformat(next(cls.ticks))

    monkeypatch.setattr(audit, "datetime", Clock)
    log = AuditLog(tmp_path / "log.jsonl")
    log.add("first")
    log.add("second")
    first, second = log.file.read_text(encoding="utf-8").splitlines()
    assert "first" in first
    assert "second" in second


def test_a_log_whose_name_no_file_can_have_shows_nothing(tmp_path) -> None:
    with pytest.raises(LogNotWritten):
        AuditLog(tmp_path / ("x" * 5_000)).add("question")
