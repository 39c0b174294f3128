"""A release is written whole or not at all, and a damaged one is never read."""

import json
import shutil
from datetime import date, datetime

import pyarrow.parquet as pq
import pytest

from cswanalytics import release
from cswanalytics.errors import BuildInProgress, NoRelease, ReleaseDamaged
from tests.release.small_release import manifest, tables


@pytest.fixture
def copy(made, tmp_path):
    """Give a releases folder that a test may harm."""
    return shutil.copytree(made.releases, tmp_path / "releases")


def test_what_is_written_is_read_back(tmp_path):
    written = release.write(tmp_path, manifest(), tables())
    opened = release.open_current(tmp_path)
    assert opened.manifest == written.manifest
    assert opened.manifest.release == "2026-11-03T1000"
    assert opened.manifest.data_dates == {"schools": date(2026, 1, 9)}


def test_two_releases_of_one_minute_have_two_names(tmp_path):
    first = release.write(tmp_path, manifest(), tables())
    second = release.write(tmp_path, manifest(), tables())
    assert first.folder != second.folder
    assert release.current_name(tmp_path) == second.folder.name


def test_an_earlier_release_can_be_put_back_in_use(tmp_path):
    first = release.write(tmp_path, manifest(), tables())
    release.write(tmp_path, manifest(), tables())
    release.use(tmp_path, first.folder.name)
    assert release.open_current(tmp_path).folder == first.folder


def test_the_release_before_one_is_the_newest_older_one_that_can_be_read(tmp_path):
    days = ("2026-07-01", "2026-11-03", "2027-02-01", "2027-07-01")
    made = [
        release.write(
            tmp_path, manifest(released_at=datetime.fromisoformat(f"{day}T10:00:00+00:00")), tables()
        )
        for day in days
    ]
    made[1].table("cells").write_bytes(b"harmed")

    assert release.before(made[3]) == made[2]
    assert release.before(made[2]) == made[0]
    assert release.before(made[0]) is None


def test_no_release_says_what_to_run(tmp_path):
    with pytest.raises(NoRelease, match="cswanalytics build"):
        release.open_current(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["cells", "schools", "quality"])
def test_a_file_altered_by_one_byte_is_named(copy, name):
    file = release.open_current(copy).table(name)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ReleaseDamaged, match=f"{name}.parquet has been altered"):
        release.open_current(copy)


def test_a_truncated_and_a_missing_file_are_both_named_at_once(copy):
    opened = release.open_current(copy)
    opened.table("cells").write_bytes(opened.table("cells").read_bytes()[:-20])
    opened.table("schools").unlink()
    with pytest.raises(ReleaseDamaged, match=r"cells.parquet has been altered; schools.parquet is missing"):
        release.open_current(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}', "\u0000"])
def test_a_manifest_that_is_none_is_damage(copy, text):
    (release.open_current(copy).folder / release.MANIFEST).write_text(text)
    with pytest.raises(ReleaseDamaged):
        release.open_current(copy)


def test_a_release_of_another_form_says_to_build_again(copy):
    file = release.open_current(copy).folder / release.MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema_version": 99}))
    with pytest.raises(ReleaseDamaged, match="build it again"):
        release.open_current(copy)


@pytest.mark.parametrize("name", ["", "../elsewhere", "a/b", "\n"])
def test_current_may_name_nothing_but_a_release_beside_it(copy, name):
    (copy / release.CURRENT).write_text(name)
    with pytest.raises(ReleaseDamaged):
        release.open_current(copy)


def test_a_release_that_was_removed_says_so(copy):
    shutil.rmtree(release.open_current(copy).folder)
    with pytest.raises(ReleaseDamaged, match="put its folder back or build again"):
        release.open_current(copy)


def test_two_builds_at_once_are_refused_and_the_lock_goes_with_its_process(tmp_path):
    with release.building(tmp_path), pytest.raises(BuildInProgress):
        release.building(tmp_path)
    release.building(tmp_path).release()


def test_no_row_identifier_or_file_name_of_a_child_is_in_a_release(made):
    enrolments = pq.read_table(made.exports / "enrolments.parquet", columns=["pupil_id"])
    pupils = set(enrolments["pupil_id"].to_pylist())
    opened = release.open_current(made.releases)
    texts = [opened.folder.joinpath(release.MANIFEST).read_text()]
    for name in release.TABLES:
        table = pq.read_table(opened.table(name))
        assert "pupil_id" not in table.column_names
        texts += [str(value) for column in table.columns for value in column.unique().to_pylist()]
    text = "\n".join(texts)
    assert not [pupil for pupil in pupils if pupil in text]
