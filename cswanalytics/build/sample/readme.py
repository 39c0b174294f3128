"""The note beside the files, which says that they are invented."""

from collections.abc import Mapping
from pathlib import Path

TEXT = """# Sampleshire: an invented authority

**Every child, school and figure in this folder is invented.** No file holds, or was made from, any record of
a real person. Sampleshire, its schools and its trusts do not exist, nor does the authority's code. Each
Parquet file says so too, in its metadata under `cswanalytics.invented`.

The files were made by

    cswanalytics sample DIR --pupils {pupils} --schools {schools} --years {years} --seed {seed}

and the same command makes the same bytes again. They follow the export contract, table by table.

## What it shows
- The academic year 2025/26 is in progress: attendance to half-term 2, no results, no census yet.
- About 11 in 100 pupils have a social worker, or had one in the last six years.
- Absence, suspensions and results of children in need, on a protection plan, looked after and of all pupils
  come near England's published figures (Department for Education, Open Government Licence v3.0; in
  `cswanalytics/definitions/national.csv`). `benchmarks/sample_calibration.py` measures how near, on a sample
  of 150,000 pupils. Where England publishes no figure (children whose social worker has left, the early
  years, phonics), one is assumed, and `cswanalytics/build/sample/england.py` says so.
- Social care episodes overlap, reopen and end; some are short breaks (V3, V4); some children are matched to
  no school roll, for every reason the contract knows.
- Schools differ modestly. In an authority of twelve schools or more three stand out: two in the absence of
  children with a social worker, one in suspensions.
- Severe absence of children with a social worker has come down to England's figure since 2021/22; most else
  follows England.

## What is wrong with it, on purpose
`cswanalytics check` warns of two things, as it would of a real export (very small samples may have more or
fewer):
1. one primary school sent no attendance for half-term 4 of 2023/24;
2. a few pupils are two people in the social care system.

## Tables
| table | rows |
|---|---:|
{rows}
"""


def write_readme(
    folder: Path, pupils: int, schools: int, years: int, seed: int, rows: Mapping[str, int]
) -> None:
    """Write README.md beside the tables: that they are invented, how they were made, and how long each is."""
    listed = "\n".join(f"| {name} | {count:,} |" for name, count in rows.items())
    text = TEXT.format(pupils=pupils, schools=schools, years=years, seed=seed, rows=listed)
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
