"""What fifty people at once wait for on one server, and whether its memory grows.

A real `cswanalytics serve` with the sample's release, on this machine alone, visited through its web socket
by as many people as there would be. Each opens the dashboard as one of the sample's invented people, reads
for about five seconds, follows the menu or chooses something else, and so on. First they all come within
five seconds to a server that has just said it is ready; then as many others come within a minute, and are
watched from when the last of them is there. After them a few people who do not read at all make ten thousand
interactions, while the server's memory is watched.

    python -m benchmarks.server_load [--releases FOLDER] [--people 50] [--seconds 120] [--interactions 10000]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Figure, spread, table
from benchmarks.invented import sample_released
from benchmarks.one_person import Person
from benchmarks.processes import at_work, tree
from benchmarks.served import resident, served

THINKING = 5.0
"""Seconds that a person reads, on average: half to half as much again, evenly."""

RUSH_SECONDS = 5.0
"""Within which all come, where all come at once."""

AFTER_RUSH = 25.0
"""Seconds for which they are then watched."""

COMING = 60.0
"""Seconds within which people come, where they do not all come at once."""

MEDIAN_MS, P95_MS, MEGABYTES, GROWTH = 60, 250, 500, 0.05
WITHOUT_THINKING = 4
"""How many people make the interactions of the second part: two cores can serve no more at once."""

WARM = 0.1
"""The share of those interactions after which memory is first looked at: caches have filled by then."""

MOST_SECONDS = 600.0
"""After which as many interactions are counted as were made."""


@dataclass
class Seen:
    """What people met with: seconds by what they did, and how often a page failed."""

    opened: list[float] = field(default_factory=list)
    taken: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "filter": []})
    faults: int = 0
    received: int = 0

    @property
    def every(self) -> list[float]:
        """All but the opening of the dashboard."""
        return [seconds for found in self.taken.values() for seconds in found]


async def reading(person: Person, coming: float, since: float, until: float, seen: Seen) -> None:
    """Have one person come within so long and use the dashboard, reading in between, until a time.

    What they wait for is counted from another time on.
    """
    await asyncio.sleep(person.chance.uniform(0, coming))
    seen.opened.append(await person.open())
    while time.monotonic() < until:
        await asyncio.sleep(person.chance.uniform(0.5 * THINKING, 1.5 * THINKING))
        counts, before = time.monotonic() >= since, person.received
        what, seconds = await person.do_something()
        if counts:
            seen.taken[what].append(seconds)
            seen.received += person.received - before
    await leave(person, seen)


async def hurrying(person: Person, number: int, until: float, seen: Seen) -> None:
    """Have one person use the dashboard without reading."""
    seen.opened.append(await person.open())
    for _ in range(number):
        if time.monotonic() > until:
            break
        what, seconds = await person.do_something()
        seen.taken[what].append(seconds)
    await leave(person, seen)


async def leave(person: Person, seen: Seen) -> None:
    seen.faults += person.faults
    await person.close()


async def people_reading(port: int, seeds: range, coming: float, since: float, seconds: float) -> Seen:
    """Have people come within so long; count from `since` on, for so long, what they wait for."""
    now, seen = time.monotonic(), Seen()
    watched = now + since, now + since + seconds
    await asyncio.gather(*(reading(Person(port, seed), coming, *watched, seen) for seed in seeds))
    return seen


async def people_hurrying(port: int, pid: int, interactions: int) -> tuple[Seen, list[tuple[int, float]]]:
    """Have a few people make so many interactions; give also the server's memory, by how many were made."""
    seen, until = Seen(), time.monotonic() + MOST_SECONDS
    each = interactions // WITHOUT_THINKING
    held: list[tuple[int, float]] = []
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            held.append((len(seen.every), resident(pid)))
            await asyncio.sleep(1)
        held.append((len(seen.every), resident(pid)))

    watching = asyncio.create_task(watch())
    some = (Person(port, 1000 + seed) for seed in range(WITHOUT_THINKING))
    await asyncio.gather(*(hurrying(person, each, until, seen) for person in some))
    done.set()
    await watching
    return seen, held


def measured(
    releases: Path | None = None, people: int = 50, seconds: float = 120, interactions: int = 10_000
) -> Iterator[Figure]:
    """Serve the sample's release and measure what people wait for, and the server's memory."""
    with tempfile.TemporaryDirectory() as folder:
        found = releases or sample_released(Path(folder))
        with served(found) as (port, process):
            yield Figure("memory of the server when it says it is ready", f"{resident(process.pid):.0f} MB")
            yield from in_a_rush(port, people)
            yield from while_reading(port, process.pid, people, seconds)
            if interactions:
                yield from while_hurrying(port, process.pid, interactions)


def in_a_rush(port: int, people: int) -> Iterator[Figure]:
    """Give what people wait for who all come at once."""
    seen = asyncio.run(people_reading(port, range(people), RUSH_SECONDS, 0, RUSH_SECONDS + AFTER_RUSH))
    waits = [1000 * wait for wait in seen.every]
    crowd = f"{people} people all within {RUSH_SECONDS:.0f} s"
    yield Figure(f"{crowd}: opening the dashboard", spread([1000 * wait for wait in seen.opened], "ms", 0))
    yield Figure(
        f"{crowd}: wait for a page or a filter", spread(waits, "ms", 0),
        note=f"{len(waits):,} interactions; {_late(waits)}; {seen.faults} failed",
    )  # fmt: skip


def _late(waits: list[float]) -> str:
    return f"95th percentile {statistics.quantiles(waits, n=20)[-1]:,.0f} ms, the longest {max(waits):,.0f}"


def while_reading(port: int, pid: int, people: int, seconds: float) -> Iterator[Figure]:
    """Give what people wait for who come one after another and read in between."""
    before, began = sum(map(at_work, tree(pid))), time.monotonic()
    seeds = range(people, 2 * people)
    seen = asyncio.run(people_reading(port, seeds, COMING, COMING, seconds))
    busy = (sum(map(at_work, tree(pid))) - before) / (time.monotonic() - began)
    waits = [1000 * wait for wait in seen.every]
    middle, late = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
    crowd = f"{people} people thinking {THINKING:.0f} s"
    kinds = "; ".join(
        f"{what}: {spread([1000 * wait for wait in found], 'ms', 0)}" for what, found in seen.taken.items()
    )
    yield Figure(
        f"{crowd}: wait for a page or a filter", spread(waits, "ms", 0), f"under {MEDIAN_MS} ms",
        middle < MEDIAN_MS, f"{len(waits):,} interactions; {kinds}; {seen.faults} failed",
    )  # fmt: skip
    yield Figure(
        f"{crowd}: 95th percentile", f"{late:.0f} ms, the longest {max(waits):,.0f}", f"under {P95_MS} ms",
        late < P95_MS,
    )  # fmt: skip
    yield Figure(f"{crowd}: opening the dashboard", spread([1000 * wait for wait in seen.opened], "ms", 0))
    yield Figure(
        f"{crowd}: cores the server keeps busy", f"{busy:.2f}",
        note=f"{seen.received / max(1, len(waits)) / 1000:.0f} kB sent for an interaction",
    )  # fmt: skip


def while_hurrying(port: int, pid: int, interactions: int) -> Iterator[Figure]:
    """Give what the server holds in memory, and whether that grows."""
    began = time.monotonic()
    seen, held = asyncio.run(people_hurrying(port, pid, interactions))
    took, made = time.monotonic() - began, len(seen.every)
    warm = next(memory for number, memory in held if number >= WARM * made)
    most, last = max(memory for _, memory in held), held[-1][1]
    growth = last / warm - 1 if warm else 0.0
    crowd = f"{made:,} interactions of {WITHOUT_THINKING} people without thinking"
    yield Figure(
        f"{crowd}: memory of the server, at most", f"{most:.0f} MB", f"under {MEGABYTES} MB",
        most < MEGABYTES if warm else None,
    )  # fmt: skip
    yield Figure(
        f"{crowd}: growth of its memory", f"{growth:+.1%}, {warm:.0f} to {last:.0f} MB",
        f"under {GROWTH:.0%}", growth < GROWTH if warm else None,
        f"from the first {WARM:.0%} of the interactions to the last; {seen.faults} failed",
    )  # fmt: skip
    yield Figure(f"{crowd}: how many a second", f"{made / took:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--releases", type=Path, help="releases built before; the sample's by default")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--interactions", type=int, default=10_000, help="without thinking; 0 for none")
    chosen = parser.parse_args()
    print(table(measured(chosen.releases, chosen.people, chosen.seconds, chosen.interactions)))


if __name__ == "__main__":
    main()
