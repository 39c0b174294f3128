"""What is measured is written down as it was measured: the writer of benchmarks/RESULTS.md."""

import importlib

import pytest

from benchmarks import results
from benchmarks.figures import Figure, spread, table


def test_a_figure_stands_beside_its_target_with_its_verdict_and_its_note():
    written = table(
        [
            Figure(
                "seconds", "2.1 s (1.9 to 2.4)", "under 2 s", met=False, note="a smaller bundle was tried"
            ),
            Figure("memory", "300 MB", "under 500 MB", met=True),
            Figure("rows", "12"),
        ]
    )
    assert written.splitlines()[2:] == [
        "| seconds | 2.1 s (1.9 to 2.4) | under 2 s | not met |",
        "| memory | 300 MB | under 500 MB | met |",
        "| rows | 12 |  |  |",
        "",
        "- **seconds**: a smaller bundle was tried",
    ]


def test_a_spread_is_the_median_with_the_quarters_around_it():
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "ms") == "4.0 ms (2.0 to 6.0)"
    assert spread([1234.56], "ms", 0) == "1,235 ms"


def test_naming_a_benchmark_refreshes_its_section_and_leaves_the_others():
    old = {name: results.section(name, "About.", "Then.", [Figure("x", name)]) for name in "abc"}
    before = results.merged("", old, "abc")
    fresh = results.section("b", "About.", "Now.", [Figure("x", "y")])
    after = results.merged(before, {"b": fresh}, "ab")
    assert after == results.merged("", {"a": old["a"], "b": fresh}, "ab")
    assert results.merged(after, {}, "ab") == after
    assert "\n## c" in before
    assert "\n## c" not in after  # what is measured no more goes


def test_the_machine_is_told():
    told = results.machine()
    for word in ("cores", "GB", "Python 3.", "duckdb ", "streamlit ", "plotly ", "pandas "):
        assert word in told


@pytest.mark.parametrize("name", results.benchmarks())
def test_every_benchmark_says_what_it_is_about_and_can_be_measured(name):
    module = importlib.import_module(f"benchmarks.{name}")
    assert module.__doc__
    assert callable(module.measured)
