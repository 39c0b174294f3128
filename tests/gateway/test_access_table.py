"""The access table: who is let in, as what, to which schools; denied by default, every fault told at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from cswanalytics import access_table
from cswanalytics.access import Actor
from cswanalytics.access_table import load
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.settings import SAMPLE_CONFIG
from cswanalytics.vocabulary import Role

HEAD = Actor(Role.HEADTEACHER, frozenset({"900001", "900002"}))


@pytest.fixture
def table(tmp_path):
    """Give what reads a table of some text."""

    def read(text: str) -> access_table.AccessTable:
        (tmp_path / "access.toml").write_text(text, encoding="utf-8")
        return load(tmp_path)

    return read


def faults(table, text: str) -> str:
    with pytest.raises(DefinitionsInvalid) as refused:
        table(text)
    return str(refused.value)


def person(**settings: object) -> str:
    lines = (f"{name} = {value!r}".replace("'", '"') for name, value in settings.items())
    return "\n".join(["[[people]]", *lines, ""])


def verified(address: str) -> dict[str, object]:
    return {"email": address, "email_verified": True}


def test_the_sample_has_an_example_of_each_role_that_is_read_without_a_fault():
    example = load(SAMPLE_CONFIG)
    assert {entry.actor.role for entry in example.entries} == set(Role)
    assert any(len(entry.actor.schools) > 1 for entry in example.entries)
    assert example.exact_view
    assert all(entry.name for entry in example.entries)


def test_without_a_table_nobody_is_let_in(tmp_path):
    with pytest.raises(DefinitionsInvalid, match="nobody is let in"):
        load(tmp_path)


def test_an_empty_table_knows_nobody(table):
    assert table("").actor(verified("anybody@example.org")) is None
    assert table("").max_age == timedelta(hours=10)


def test_an_email_is_found_whatever_its_capitals(table):
    found = table(person(email="Head@Example.org", role="head", schools=["900001", "900002"]))
    assert found.actor(verified("head@example.ORG")) == HEAD
    assert found.actor(verified("head@example.org.uk")) is None


@pytest.mark.parametrize("said", [{}, {"email_verified": False}, {"email_verified": "true"}])
def test_an_email_that_nobody_verified_lets_nobody_in(table, said):
    found = table(person(email="head@example.org", role="vsh"))
    assert found.actor({"email": "head@example.org", **said}) is None


def test_a_provider_that_verifies_all_emails_may_be_trusted_and_never_against_its_own_word(table):
    found = table("[sign_in]\nemails_are_verified = true\n" + person(email="v@example.org", role="vsh"))
    assert found.actor({"email": "v@example.org"}) == Actor(Role.VIRTUAL_SCHOOL_HEAD)
    assert found.actor({"email": "v@example.org", "email_verified": False}) is None


def test_a_claim_fits_as_a_text_or_in_a_list_and_only_whole(table):
    found = table(person(claim="groups", value="virtual-school", role="vsh"))
    vsh = Actor(Role.VIRTUAL_SCHOOL_HEAD)
    assert found.actor({"groups": "virtual-school"}) == vsh
    assert found.actor({"groups": ["staff", "virtual-school"]}) == vsh
    for value in ("virtual-school-guests", "Virtual-School", ["virtual"], None, 1, {"virtual-school": 1}):
        assert found.actor({"groups": value}) is None
    assert found.actor({"roles": "virtual-school"}) is None


def test_the_first_entry_that_fits_decides_and_schools_of_the_same_role_are_put_together(table):
    found = table(
        person(email="l@example.org", role="head", schools=["900001"])
        + person(claim="groups", value="trust", role="head", schools=["900002"])
        + person(claim="groups", value="dts", role="dt", schools=["900003"])
        + person(claim="groups", value="board", role="vsh")
    )
    claims = {**verified("l@example.org"), "groups": ["board", "dts", "trust"]}
    assert found.actor(claims) == HEAD
    assert found.actor({"groups": ["board", "dts"]}) == Actor(Role.DESIGNATED_TEACHER, frozenset({"900003"}))


def test_a_change_of_the_file_holds_at_once_even_within_the_same_second(table, tmp_path):
    one = table(person(email="v@example.org", role="vsh"))
    other = table(person(email="w@example.org", role="vsh"))
    assert one.actor(verified("v@example.org"))
    assert other.actor(verified("v@example.org")) is None


def test_every_fault_is_told_at_once_in_plain_english(table):
    said = faults(
        table,
        "[sign_in]\nmax_age_hours = 900\nforever = true\n[doors]\nopen = true\n[log]\nfile = 3\n"
        + person(email="nobody", role="boss")
        + person(email="h@example.org", role="head")
        + person(email="v@example.org", role="vsh", schools=["900001"])
        + person(claim="groups", role="dt", schools=["1"])
        + person(email="d@example.org", claim="groups", value="x", role="data")
        + person(claim="email", value="d@example.org", role="data", shool="900001")
        + person(email="twice@example.org", role="data")
        + person(email="Twice@example.org", role="data")
        + '[[exact_view]]\nschool = "12"\nagreement = "yes"\n',
    )
    for words in (
        "[doors] is not a section",
        "[sign_in] forever is not a setting",
        "max_age_hours must be a number above 0 and at most 24",
        "[log] file must be given",
        "[[people]] 1: email must be an e-mail address",
        "[[people]] 1: role must be one of: vsh, head, dt, data",
        "[[people]] 2: role head needs its schools",
        "[[people]] 3: role vsh is given every school",
        "[[people]] 4: say whom you mean",
        "[[people]] 4: schools must be a list of URNs",
        "[[people]] 5: say whom you mean",
        "[[people]] 6: shool is not a setting of a person",
        "[[people]] 6: an e-mail address is written as email",
        "[[people]] 8: there is another entry for this role with the same email",
        "[[exact_view]] 1: school must be a URN",
        "[[exact_view]] 1: agreement must refer to a written one",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    "text",
    [
        "people = 3",
        "people = [3]",
        "[people]\nx = 1",
        "exact_view = 'all'",
        "log = 1",
        "= nonsense",
        "[sign_in]\nmax_age_hours = true",
        "[sign_in]\nmax_age_hours = -1",
        "[sign_in]\nemails_are_verified = 'yes'",
        "[[people]]\nemail = 3\nrole = 'vsh'",
        "[[people]]\nclaim = ''\nvalue = ''\nrole = 'vsh'",
    ],
)
def test_a_table_of_another_shape_is_refused_and_not_guessed(table, text):
    assert "nobody is let in" in faults(table, text) or "not readable as TOML" in faults(table, text)


def test_the_exact_view_needs_a_log_of_who_opened_it(table):
    entry = '[[exact_view]]\nschool = "900001"\nagreement = "Agreement 7 of 2026"\n'
    assert "needs a log" in faults(table, entry)
    assert table('[log]\nfile = "a.jsonl"\n' + entry).exact_view == {"900001": "Agreement 7 of 2026"}
    assert table("[log]\nfile = 'a.jsonl'").log == Path("a.jsonl")
