"""An authority's settings are read once and checked whole."""

from pathlib import Path

import pytest

from cswanalytics import settings
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.settings import Settings, Window

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "config"


def written(folder: Path, text: str) -> Path:
    (folder / "authority.toml").write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, text: str) -> str:
    with pytest.raises(DefinitionsInvalid) as refused:
        settings.load(written(folder, text))
    return str(refused.value)


def test_without_a_config_folder_the_defaults_hold():
    assert settings.load() == Settings(name="", window=Window.SIX_YEARS, base=5)


def test_without_authority_toml_the_defaults_hold_and_the_folder_is_kept(tmp_path: Path):
    assert settings.load(tmp_path) == Settings(config=tmp_path)


def test_every_setting_is_read(tmp_path: Path):
    found = settings.load(
        written(
            tmp_path,
            """
            [authority]
            name = "Borsetshire"
            legal_basis = "An agreement of 1 May 2026"
            [cohort]
            window = "ever"
            left_out_of_previous = ["RC8"]
            [rounding]
            base = 10
            """,
        )
    )

    assert found == Settings(
        name="Borsetshire",
        window=Window.EVER,
        base=10,
        legal_basis="An agreement of 1 May 2026",
        left_out_of_previous=("RC8",),
        config=tmp_path,
    )


def test_the_example_that_ships_says_what_holds_without_it():
    example = settings.load(SAMPLE)

    assert (example.window, example.base) == (Settings().window, Settings().base)
    assert example.left_out_of_previous == Settings().left_out_of_previous


@pytest.mark.parametrize("base", ["4", "3", "0", "-5", "5.5", "true", '"5"'])
def test_nothing_is_published_to_a_base_under_5(tmp_path: Path, base: str):
    said = faults_of(tmp_path, f"[rounding]\nbase = {base}\n")

    assert "[rounding] base must be a whole number of 5 or more" in said


def test_a_window_outside_its_list_is_told_with_the_list(tmp_path: Path):
    said = faults_of(tmp_path, '[cohort]\nwindow = "ten years"\n')

    assert "[cohort] window must be one of: six years, ever" in said


def test_every_fault_is_told_at_once(tmp_path: Path):
    said = faults_of(
        tmp_path,
        """
        [authority]
        nmae = "Borsetshire"
        [cohort]
        window = "ten years"
        [rounding]
        base = 3
        [colours]
        """,
    )

    assert "has 4 fault(s)" in said
    assert "[colours] is not a section" in said
    assert "[authority] nmae is not a setting" in said
    assert "[cohort] window must be one of" in said
    assert "[rounding] base must be" in said


def test_a_file_that_is_not_toml_is_named(tmp_path: Path):
    assert "authority.toml is not readable as TOML" in faults_of(tmp_path, "[authority")


def test_a_config_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(DefinitionsInvalid, match=r"the config folder .*nowhere does not exist"):
        settings.load(settings.config_folder(tmp_path / "nowhere"))


def test_an_option_stands_above_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(settings.CONFIG_VARIABLE, str(SAMPLE))
    monkeypatch.setenv(settings.RELEASES_VARIABLE, "elsewhere")

    assert settings.config_folder(tmp_path) == tmp_path
    assert settings.releases_folder(tmp_path) == tmp_path
    assert settings.config_folder(None) == SAMPLE
    assert settings.releases_folder(None) == Path("elsewhere")


def test_without_either_there_is_no_config_and_releases_is_beside(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(settings.CONFIG_VARIABLE, raising=False)
    monkeypatch.delenv(settings.RELEASES_VARIABLE, raising=False)

    assert settings.config_folder(None) is None
    assert settings.releases_folder(None) == Path("releases")
