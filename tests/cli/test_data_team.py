"""The data team's commands: who may see what, told; the exact view, written."""

import pytest
from typer.testing import CliRunner

from cswanalytics import cli, exact
from cswanalytics.errors import CswanalyticsError, DefinitionsInvalid
from cswanalytics.settings import SAMPLE_CONFIG

TABLE = """
[log]
file = "log.jsonl"
[[people]]
email = "head@example.org"
role = "head"
schools = ["900011", "999999"]
[[exact_view]]
school = "900011"
agreement = "Agreement 7 of 2026"
"""


@pytest.fixture
def config(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "access.toml").write_text(TABLE, encoding="utf-8")
    return tmp_path / "config"


def run(*arguments):
    done = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
    if isinstance(done.exception, CswanalyticsError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def test_access_tells_who_is_let_in_as_what_and_warns_of_a_school_the_release_does_not_know(made, config):
    done = run("access", "--config", config, "--releases", made.releases)
    assert "head\temail head@example.org\t900011, 999999\n" in done.stdout
    assert "exact view\t900011\tAgreement 7 of 2026\n" in done.stdout
    assert "Warning: 999999 is no school of release" in done.stderr
    assert "900011 is no school" not in done.stderr


def test_access_reads_the_samples_table_and_says_that_vsh_sees_every_school(tmp_path):
    assert (
        "vsh\tgroups virtual-school\tevery school\n"
        in run("access", "--config", SAMPLE_CONFIG, "--releases", tmp_path).stdout
    )


def test_access_tells_every_fault(config):
    (config / "access.toml").write_text("[doors]\n[[people]]\nrole = 'boss'\n", encoding="utf-8")
    with pytest.raises(DefinitionsInvalid, match=r"3 fault\(s\)"):
        run("access", "--config", config)


def test_access_without_a_config_folder_says_what_to_name(monkeypatch):
    monkeypatch.delenv("CSWANALYTICS_CONFIG", raising=False)
    with pytest.raises(CswanalyticsError, match="--config"):
        run("access")


def test_exact_writes_the_schools_that_are_switched_on_and_takes_them_away_again(made, config, tmp_path):
    to = tmp_path / "exact"
    given = ("exact", made.exports, "--to", to, "--releases", made.releases, "--config", config)
    assert "exact view of 1 school(s)" in run(*given).stderr
    assert exact.read(to, "900011", invented=True).rows

    (config / "access.toml").write_text("", encoding="utf-8")
    run(*given)
    assert list(to.iterdir()) == []


def test_exact_goes_beside_the_releases_unless_it_is_told_where(made, config, tmp_path, monkeypatch):
    monkeypatch.delenv("CSWANALYTICS_EXACT", raising=False)
    run("exact", made.exports, "--releases", tmp_path / "releases", "--config", config)
    assert exact.read(tmp_path / "exact", "900011", invented=True).rows
