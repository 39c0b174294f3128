"""The access table: `access.toml` in the config folder, which says who is let in, as what, to which schools.

It is read again on every run of every page, so that whoever is struck from it is out with their next click.
Whoever is not in it is not let in, and neither is anybody while it has a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cswanalytics.access import EVERY_SCHOOL, OWN_SCHOOLS, Actor
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.toml_files import NotReadable, is_text, parsed
from cswanalytics.vocabulary import Role

FILE = "access.toml"
EMAIL = "email"
EMAIL_VERIFIED = "email_verified"
USUAL_HOURS = 10
MOST_HOURS = 24
"""A sign-in holds for a working day; one that held for weeks would make its cookie worth stealing."""

EXAMPLE_OF_AGREEMENT = "Data sharing agreement 2026/14, signed 3 September 2026"
SECTIONS = ("people", "sign_in", "log", "exact_view")


@dataclass(frozen=True)
class Entry:
    """One line of the table: whoever's sign-in carries this claim with this value has this role and schools.

    `name` is for readers of the file, and stands in the picker of the invented people.
    """

    claim: str
    value: str
    actor: Actor
    name: str = ""

    def fits(self, claims: Mapping[str, object], emails_are_verified: bool = False) -> bool:
        """Say whether a sign-in with these claims is meant. A list, such as of groups, fits by any item.

        An e-mail address counts only where the provider says that it is verified, or `emails_are_verified`
        says that it verifies all of them: elsewhere anybody may type in anybody's.
        """
        given = claims.get(self.claim)
        if self.claim != EMAIL:
            return self.value in given if isinstance(given, list | tuple) else given == self.value
        verified = claims.get(EMAIL_VERIFIED, emails_are_verified)
        return isinstance(given, str) and verified is True and given.casefold() == self.value.casefold()


@dataclass(frozen=True)
class AccessTable:
    """Who is let in, for how long a sign-in holds, where the log is, which schools have the exact view.

    `exact_view` maps the URN of a school to the written agreement under which it is switched on. `log` is
    the file of the audit log.
    """

    entries: tuple[Entry, ...] = ()
    max_age: timedelta = timedelta(hours=USUAL_HOURS)
    emails_are_verified: bool = False
    log: Path | None = None
    exact_view: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def actor(self, claims: Mapping[str, object]) -> Actor | None:
        """Give who a signed-in person is; None where the table does not know them.

        The first entry that fits decides the role. Schools of further entries with that role are added.
        """
        fitting = [entry.actor for entry in self.entries if entry.fits(claims, self.emails_are_verified)]
        if not fitting:
            return None
        role = fitting[0].role
        return Actor(role, frozenset().union(*(one.schools for one in fitting if one.role is role)))


def load(config: Path) -> AccessTable:
    """Read the table as it stands now. DefinitionsInvalid carries every fault, or says that there is none."""
    file = config / FILE
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        raise DefinitionsInvalid(f"there is no {FILE} in {config}, so nobody is let in") from None
    except OSError as error:
        raise DefinitionsInvalid(f"{file} cannot be read: {error.strerror}") from error
    return _read(str(file), written)


# The key is the file's bytes: what was read of other bytes is never used.
@lru_cache(maxsize=4)
def _read(file: str, written: bytes) -> AccessTable:
    try:
        raw = parsed(written)
    except NotReadable as error:
        raise DefinitionsInvalid(f"{file} {error}") from error
    faults = [f"[{section}] is not a section" for section in raw if section not in SECTIONS]
    sign_in, log = (_section(raw, name, faults) for name in ("sign_in", "log"))
    table = AccessTable(
        entries=_entries(raw.get("people", []), faults),
        max_age=_max_age(sign_in, faults),
        emails_are_verified=_yes_or_no(sign_in, "emails_are_verified", faults),
        log=_log(log, faults),
        exact_view=_exact_view(raw.get("exact_view", []), faults),
    )
    if table.exact_view and table.log is None:
        faults.append("[[exact_view]] needs a log of who opened it: name one with [log] file")
    if faults:
        lines = (f"  {number}. {fault}" for number, fault in enumerate(faults, start=1))
        raise DefinitionsInvalid(
            "\n".join([f"{file} has {len(faults)} fault(s), so nobody is let in:", *lines])
        )
    return table


def _section(raw: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    known = {"sign_in": ("max_age_hours", "emails_are_verified"), "log": ("file",)}[name]
    section = raw.get(name, {})
    if not isinstance(section, dict):
        faults.append(f"{name} is written as a section: [{name}]")
        return {}
    faults += [f"[{name}] {setting} is not a setting" for setting in section if setting not in known]
    return section


def _max_age(section: Mapping[str, Any], faults: list[str]) -> timedelta:
    hours = section.get("max_age_hours", USUAL_HOURS)
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 < hours <= MOST_HOURS:
        faults.append(f"[sign_in] max_age_hours must be a number above 0 and at most {MOST_HOURS}")
        return timedelta(0)
    return timedelta(hours=hours)


def _yes_or_no(section: Mapping[str, Any], name: str, faults: list[str]) -> bool:
    said = section.get(name, False)
    if not isinstance(said, bool):
        faults.append(f"[sign_in] {name} must be true or false, without quotes")
        return False
    return said


def _log(section: Mapping[str, Any], faults: list[str]) -> Path | None:
    if not section:
        return None
    file = section.get("file")
    if not is_text(file) or not file.strip():
        faults.append('[log] file must be given, as a text: file = "audit/questions.jsonl"')
        return None
    return Path(file.strip())


def _entries(raw: object, faults: list[str]) -> tuple[Entry, ...]:
    if not isinstance(raw, list):
        faults.append("people are written as [[people]], one for each")
        return ()
    entries: list[Entry] = []
    for number, given in enumerate(raw, start=1):
        found: list[str] = []
        entry = _entry(given, found) if isinstance(given, dict) else None
        if entry and any(_key(entry) == _key(other) for other in entries):
            found.append(
                f"there is another entry for this role with the same {entry.claim}: put them together"
            )
        if entry is None and not found:
            found.append("is not an entry: write [[people]] and its settings below")
        faults += [f"[[people]] {number}: {fault}" for fault in found]
        entries += [entry] if entry else []
    return tuple(entries)


def _key(entry: Entry) -> tuple[str, str, Role]:
    return entry.claim, entry.value.casefold() if entry.claim == EMAIL else entry.value, entry.actor.role


def _entry(raw: dict[str, Any], faults: list[str]) -> Entry | None:
    """Read one entry; None where it has faults, which are added."""
    known = ("name", EMAIL, "claim", "value", "role", "schools")
    faults += [f"{name} is not a setting of a person" for name in raw if name not in known]
    texts = {name: raw.get(name, "") for name in ("name", EMAIL, "claim", "value")}
    for name, text in texts.items():
        if not is_text(text) or (name in raw and not text.strip()):
            faults.append(f"{name} must be a text, and not an empty one")
    by_email, by_claim = EMAIL in raw, "claim" in raw or "value" in raw
    if by_email == by_claim or (by_claim and not ("claim" in raw and "value" in raw)):
        faults.append("say whom you mean: either email, or claim and value together")
    elif by_email and isinstance(raw[EMAIL], str) and raw[EMAIL].count("@") != 1:
        faults.append("email must be an e-mail address")
    elif raw.get("claim") == EMAIL:
        faults.append("an e-mail address is written as email, and not as claim and value")
    role = raw.get("role")
    if role not in tuple(Role):
        faults.append(f"role must be one of: {', '.join(Role)}")
        role = ""
    schools = _schools(raw, role, faults)
    if faults:
        return None
    claim, value = (EMAIL, raw[EMAIL]) if by_email else (raw["claim"], raw["value"])
    return Entry(claim.strip(), value.strip(), Actor(Role(role), schools), texts["name"].strip())


def _schools(raw: dict[str, Any], role: object, faults: list[str]) -> frozenset[str]:
    schools = raw.get("schools", [])
    if not isinstance(schools, list) or not all(_is_urn(urn) for urn in schools):
        faults.append('schools must be a list of URNs, six digits in quotes: ["123456"]')
        return frozenset()
    if role in OWN_SCHOOLS and not schools:
        faults.append(f"role {role} needs its schools: their URNs")
    if role in EVERY_SCHOOL and schools:
        faults.append(f"role {role} is given every school: leave schools out")
    return frozenset(schools)


def _exact_view(raw: object, faults: list[str]) -> Mapping[str, str]:
    if not isinstance(raw, list):
        faults.append("schools with the exact view are written as [[exact_view]], one for each")
        return {}
    switched_on: dict[str, str] = {}
    for number, given in enumerate(raw, start=1):
        entry = given if isinstance(given, dict) else {}
        found = [f"{name} is not a setting" for name in entry if name not in ("school", "agreement")]
        school, agreement = entry.get("school"), entry.get("agreement")
        if not _is_urn(school):
            found.append('school must be a URN, six digits in quotes: "123456"')
        elif school in switched_on:
            found.append("there is another entry for this school")
        if not is_text(agreement) or len(agreement.split()) < 2:
            found.append(f'agreement must refer to a written one: "{EXAMPLE_OF_AGREEMENT}"')
        faults += [f"[[exact_view]] {number}: {fault}" for fault in found]
        if not found:
            switched_on[str(school)] = str(agreement).strip()
    return MappingProxyType(switched_on)


def _is_urn(urn: object) -> bool:
    return isinstance(urn, str) and len(urn) == 6 and urn.isascii() and urn.isdigit()
