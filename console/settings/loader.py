"""Reads settings: every problem at once, each with its line and the remedy. Nothing is repaired, nothing starts half-working."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from console.domain.errors import SettingsError
from console.settings.document import FORMAT, Document, Keys, parse
from console.settings.fields import Field, fields_of

Section = TypeVar("Section")

_SECRET_NAMES = frozenset(
    {"token", "password", "passwd", "secret", "api_key", "apikey", "authorization", "bearer", "key_password"}
)


class InvalidSettings(SettingsError):
    """All problems of one file or command line, in the order of their lines."""

    def __init__(self, problems: Iterable[SettingsError]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Settings:
    """Checked values, one frozen dataclass per section, handed out by class."""

    __slots__ = ("_by_kind", "_sections", "path", "remark")

    def __init__(self, sections: Mapping[str, Any], path: Path | None = None) -> None:
        """`sections`: dataclass objects by the name of their table."""
        self._sections = dict(sections)
        self._by_kind: dict[type, Any] = {type(section): section for section in sections.values()}
        self.path = path
        """The file they came from; None: defaults and flags only."""
        self.remark: str | None = None
        """Why another file than the one that was asked for is in force, one sentence."""

    def of(self, kind: type[Section]) -> Section:
        """The section that `kind` declares. A KeyError means that it was not among the sections loaded."""
        section = self._by_kind[kind]
        assert isinstance(section, kind)
        return section

    def moved(self, path: Path) -> Settings:
        """The same values, from another file."""
        return Settings(self._sections, path)

    def plain(self) -> dict[str, dict[str, Any]]:
        """All values by table and key, for a snapshot: no secret is among them."""
        return {name: dataclasses.asdict(section) for name, section in self._sections.items()}


def load(
    path: Path | None, sections: Mapping[str, type], overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Settings:
    """Reads a file (None: defaults), lays `overrides` (section -> key -> value, from flags) over it, and checks all of it.

    Raises InvalidSettings with every problem found.
    """
    try:
        document = Document() if path is None else parse(_read(path), str(path))
    except SettingsError as error:
        raise InvalidSettings([error]) from None
    reader = _Reader(str(path or ""), document, sections)
    chosen = reader.read()
    return Settings(reader.build(chosen, overrides or {}), path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise SettingsError(
            f"{reason}.",
            where=str(path),
            remedy="Name a readable settings file with --config, or a balancer with --url.",
        ) from None


class _Reader:
    """One pass over one document; collects problems instead of stopping at the first."""

    def __init__(self, where: str, document: Document, sections: Mapping[str, type]) -> None:
        self._where = where
        self._document = document
        self._names = {tuple(name.split(".")): name for name in sections}
        self._sections = sections
        self._fields = {name: fields_of(kind) for name, kind in sections.items()}
        self._problems: list[SettingsError] = []

    def read(self) -> dict[str, dict[str, Any]]:
        """The checked values of the file, by section."""
        chosen: dict[str, dict[str, Any]] = {name: {} for name in self._sections}
        values = dict(self._document.values)
        schema = values.pop("schema", FORMAT)
        if isinstance(schema, bool) or schema != FORMAT:
            self._report(
                ("schema",),
                f"this program reads settings of schema {FORMAT} only.",
                f"Write schema = {FORMAT}, and let `dsr-console check` name the settings that changed.",
            )
        self._table((), values, chosen)
        return chosen

    def build(
        self, chosen: dict[str, dict[str, Any]], overrides: Mapping[str, Mapping[str, object]]
    ) -> dict[str, object]:
        """The section objects with the overrides over the file's values. Raises InvalidSettings."""
        for name, values in overrides.items():
            for key, given in values.items():
                field = self._fields[name][key]
                value = _now(field, given)
                problem = None if value is None and field.optional else _problem(field, value)
                if problem is not None:
                    self._problems.append(
                        SettingsError(f"{name}.{key} {problem[0]}", where="command line", remedy=problem[1])
                    )
                else:
                    chosen[name][key] = _converted(field, value)
        built: dict[str, object] = {}
        for name, kind in self._sections.items():
            try:
                built[name] = kind(**chosen[name])
            except (SettingsError, ValueError) as error:
                # A rule across fields (a section's own __post_init__); `where` then names the field.
                key = error.where if isinstance(error, SettingsError) else None
                keys = (*name.split("."), *((key,) if key else ()))
                self._report(keys, str(error).removeprefix(f"{key}: "), "", flag=key in overrides.get(name, {}))
        if self._problems:
            raise InvalidSettings(self._problems)
        return built

    def _report(self, keys: Keys, message: str, remedy: str, *, flag: bool = False) -> None:
        name = ".".join(keys)
        where = "command line" if flag or not self._where else self._where
        line = None if flag or not self._where else self._document.line(keys)
        self._problems.append(SettingsError(f"{name}: {message}", where=where, line=line, remedy=remedy))

    def _table(self, path: Keys, values: Mapping[str, Any], chosen: dict[str, dict[str, Any]]) -> None:
        name = self._names.get(path)
        fields = self._fields[name] if name is not None else {}
        for key, given in values.items():
            keys, value = (*path, key), given
            if name is not None and key in fields:
                value = _now(fields[key], given)
                problem = _problem(fields[key], value)
                if problem is None:
                    chosen[name][key] = _converted(fields[key], value)
                else:
                    self._report(keys, *problem)
            elif isinstance(value, dict) and any(known[: len(keys)] == keys for known in self._names):
                self._table(keys, value, chosen)  # pyright: ignore[reportUnknownArgumentType]  TOML tables have str keys
            elif key.lower() in _SECRET_NAMES:
                self._report(
                    keys,
                    "a secret has no place in this file.",
                    "Remove it; put it into the keyring (`dsr-console token set`), an environment variable or a file of mode 0600,"
                    " and name that with balancer.token_keyring, balancer.token_env or balancer.token_file.",
                )
            else:
                self._unknown(keys, fields, table=isinstance(value, dict))

    def _unknown(self, keys: Keys, fields: Mapping[str, Field], *, table: bool) -> None:
        known = [".".join(path) for path in self._names]
        if table:
            near = difflib.get_close_matches(".".join(keys), known, 1, 0.5)
            remedy = f"Did you mean [{near[0]}]?" if near else f"The tables are: {', '.join(known)}."
            self._report(keys, "there is no such table.", remedy)
            return
        path = ".".join(keys[:-1])
        near = difflib.get_close_matches(keys[-1], list(fields), 1, 0.5)
        elsewhere = [name for name, declared in self._fields.items() if keys[-1] in declared]
        if near:
            remedy = f"Did you mean {near[0]}?"
        elif elsewhere:
            remedy = f"It belongs in [{elsewhere[0]}]."
        elif fields:
            remedy = f"[{path}] has: {', '.join(fields)}."
        else:
            remedy = f"Put it into one of the tables: {', '.join(known)}."
        self._report(keys, "there is no such setting.", remedy)


def _problem(field: Field, value: object) -> tuple[str, str] | None:
    """What is wrong with a value, and the remedy; None: nothing. Only numbers are echoed: text might be a pasted secret."""
    wanted = f"Write {field.type_words}{f' ({field.bounds_words})' if field.bounds_words else ''}."
    if field.many:
        if not isinstance(value, list | tuple):
            return "is not a list.", wanted
        items = cast(Iterable[object], value)
    else:
        items = (value,)
    for item in items:
        if not _is_kind(field.kind, item):
            return f"is {_word(item)}, not {field.type_words}.", wanted
        if isinstance(item, float) and not math.isfinite(item):
            return "is not a finite number.", wanted
        option = field.option
        if isinstance(item, int | float) and not isinstance(item, bool):
            low, high = option.low, option.high
            if (low is not None and item < low) or (high is not None and item > high):
                shown = f"{item:g}" if abs(item) < 1e15 else "far too large"
                return f"is {shown}, out of bounds.", f"Allowed: {field.bounds_words}."
            if abs(item) > 1e300:
                return "is far too large.", wanted
        if option.choices and item not in option.choices:
            return "is none of the choices.", f"Allowed: {field.bounds_words}."
    return None


def _now(field: Field, value: object) -> object:
    """A choice that was true or false in older files, in the word of today."""
    once = field.option.once
    if once is None or not isinstance(value, bool):
        return value
    return once[0] if value else once[1]


def _is_kind(kind: type, value: object) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _converted(field: Field, value: Any) -> Any:
    if value is None:
        return None
    return tuple(field.kind(item) for item in value) if field.many else field.kind(value)


def _word(value: object) -> str:
    for kind, word in (
        (bool, "true or false"),
        (int | float, "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "a table"),
    ):
        if isinstance(value, kind):
            return word
    return "a date"
