"""Newer, older and hostile copies of every source end in rows with origin, counted refusals, or a telling error.

One test body for all connectors: a source that is listed and has no whole copy in `whole.py` fails the first test, and
one that has gets every mutation below.
"""

from __future__ import annotations

import copy
import csv
import functools
import gzip
import io
import json
import math
import zipfile
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from nomoat.catalog.tables import TABLES
from nomoat.errors import SourceError
from nomoat.sources import openrouter, vercel
from nomoat.sources.curated import Curated
from nomoat.sources.disk import Disk
from nomoat.sources.gate import gate
from nomoat.sources.known import SOURCES
from nomoat.sources.plain import is_plain
from sources.boards import NOON
from sources.whole import KNOWN, WHOLE, naming

# Cells that a careless reader believes; written raw into JSON, and as text elsewhere.
HOSTILE = (
    "-1",
    "1e400",
    "NaN",
    '"=1+1"',
    '"\\u202eevil"',
    '"11/08/2026"',
    '"12.5"',
    "[]",
    "{}",
    "9" * 40,
    '"1970-01-01"',
)
# Their other files are those of another source, or of the same shape: no need to hurt them twice.
ONE_PART = frozenset({"epoch-notable", "aider"})
# Tables that follow from others or repeat names: their rows may go with a cell that is optional.
ASIDE = frozenset({"origins", "aliases", "benchmarks", "licensing", "openness", "effort", "components", "versions"})


@pytest.fixture(autouse=True, scope="module")
def kinds():
    """Open and closed as planted: the shipped catalogue takes no part in these tests."""
    with pytest.MonkeyPatch.context() as patch:
        for router in (openrouter, vercel):
            patch.setattr(router, "catalogued", lambda: {"openai/o3-2025-04-16": "closed"})
        yield


# --- Mutations of bytes, the same for every kind


def encodings(kind, body):
    """(label, bytes, whether the copy still says the same)."""
    yield "empty", b"", False
    yield "blank", b" \n", False
    yield "html", b"<!DOCTYPE html><html><title>502</title></html>", False
    yield "gzip", gzip.compress(body), False
    yield "cut", body[: len(body) * 2 // 3], False
    yield "nul", body[:20] + b"\0" + body[20:], False
    if kind in ("csv", "json", "yaml", "text"):
        yield "bom", b"\xef\xbb\xbf" + body, True
        yield "crlf", body.replace(b"\n", b"\r\n"), True
        yield "utf-16", body.decode().encode("utf-16"), False
        yield "latin-1", body.replace(b"e", "é".encode("latin-1"), 1), False


# --- Mutations of tables: CSV and Parquet


def tables(columns, rows):
    """(label, columns, rows, same) of a table of texts."""
    yield "header only", columns, [], False
    yield "reversed columns", columns[::-1], [row[::-1] for row in rows], True
    yield "a new column", [*columns, "brand new"], [[*row, "x"] for row in rows], True
    yield "twice", columns, [row for row in rows for _ in range(2)], False
    for at, column in enumerate(columns):
        yield f"without {column}", columns[:at] + columns[at + 1 :], [row[:at] + row[at + 1 :] for row in rows], False
        yield f"renamed {column}", [*columns[:at], f"{column}_v2", *columns[at + 1 :]], rows, False
        yield f"empty {column}", columns, [[*row[:at], "", *row[at + 1 :]] for row in rows], False
        cell = json.loads(HOSTILE[at % len(HOSTILE)], parse_constant=str, parse_float=str)
        bad = cell if isinstance(cell, str) else str(cell)
        what = "one cell" if len(rows) > 1 else "the cell"
        yield f"{what} {bad[:12]!r} in {column}", columns, [[*rows[0][:at], bad, *rows[0][at + 1 :]], *rows[1:]], False


def csvs(body):
    comment, text = b"", body
    while text.startswith(b"#"):
        line, _, text = text.partition(b"\n")
        comment += line + b"\n"
    columns, *rows = csv.reader(io.StringIO(text.decode()))
    for label, header, cells, same in tables(columns, rows):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *cells])
        yield label, comment + out.getvalue().encode(), same
    yield "semicolons", comment + text.replace(b",", b";"), False
    yield "a short row", body + b"x\n", False
    yield "an open quote", body + b'"x,\n', False


def parquets(body):
    whole = pq.read_table(io.BytesIO(body))
    yield "no rows", packed(whole.slice(0, 0)), False
    yield "reversed columns", packed(whole.select(whole.column_names[::-1])), True
    yield "a new column", packed(whole.append_column("brand new", pa.array(["x"] * len(whole)))), True
    yield "twice", packed(pa.concat_tables([whole, whole])), False
    for at, column in enumerate(whole.column_names):
        texts = whole.column(column).cast(pa.string())
        yield f"without {column}", packed(whole.drop_columns([column])), False
        yield (
            f"renamed {column}",
            packed(whole.rename_columns([f"{n}_v2" if n == column else n for n in whole.column_names])),
            False,
        )
        yield f"null {column}", packed(whole.set_column(at, column, pa.nulls(len(whole), pa.string()))), False
        yield f"text {column}", packed(whole.set_column(at, column, texts)), True
        yield f"categorical {column}", packed(whole.set_column(at, column, texts.dictionary_encode())), True
        for bad in ("-1", "NaN", "1e400", "=1+1", "\u202eevil"):
            cells = pa.array([bad, *texts.to_pylist()[1:]])
            yield f"one cell {bad!r} in {column}", packed(whole.set_column(at, column, cells)), False


def packed(table):
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


# --- Mutations of documents: JSON and YAML


def documents(whole):
    """(label, document, raw values for its '@n@' marks, same): each key in turn, in all records or in one."""
    yield "a list where an object was", [whole] if isinstance(whole, dict) else {"data": whole}, {}, False
    yield "nothing in it", type(whole)(), {}, False
    yield "null", None, {}, False
    for key in sorted(keys(whole)):
        yield f"without {key}", edited(whole, key, lambda held, k: held.pop(k)), {}, False
        yield f"renamed {key}", edited(whole, key, lambda held, k: held.update({f"{k}V2": held.pop(k)})), {}, False
        yield f"null {key}", edited(whole, key, lambda held, k: held.update({k: None})), {}, False
    for at, key in enumerate(sorted(keys(whole))):
        bad = HOSTILE[at % len(HOSTILE)]
        once = edited(whole, key, lambda held, k: held.update({k: "@0@"}), most=1)
        what = "one cell" if repeated(whole, key) else "the cell"
        yield f"{what} {bad[:12]} in {key}", once, {'"@0@"': bad}, False
    yield "a new key", edited(whole, None, lambda held, k: held.update({"brandNew": {"x": [1]}})), {}, None


def keys(held):
    """The names of fields: of an object whose values are all objects, those of these."""
    found = set()
    if isinstance(held, dict):
        record = not all(isinstance(one, dict) for one in held.values()) or len(held) == 1
        found = set(held) if record else set()
        return found.union(*(keys(one) for one in held.values()))
    return found.union(*(keys(one) for one in held)) if isinstance(held, list) else found


def repeated(held, key):
    """Whether a key is in two objects or more, and holds neither objects nor lists."""
    found = []

    def walk(one):
        if isinstance(one, dict) and key in one:
            found.append(one[key])
        for inner in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            walk(inner)

    walk(held)
    return len(found) > 1 and not any(isinstance(one, dict | list) for one in found)


def edited(whole, key, change, most=10**6):
    """A copy with a change at every object that has the key (all objects for None), or at the first `most`."""
    made, count = json.loads(json.dumps(whole, default=str)), 0

    def walk(held):
        nonlocal count
        for one in list(held.values()) if isinstance(held, dict) else held:
            if isinstance(one, dict | list):
                walk(one)
        if isinstance(held, dict) and (key is None or key in held) and count < most:
            count += 1
            change(held, key)

    if isinstance(made, dict | list):
        walk(made)
    return made


def jsons(body):
    for label, found, raw, same in documents(json.loads(body)):
        text = json.dumps(found)
        for mark, cell in raw.items():
            text = text.replace(mark, cell)
        yield label, text.encode(), bool(same)
    yield "indented", json.dumps(json.loads(body), indent=2).encode(), True
    listed = json.loads(body)
    if isinstance(listed, list):
        yield "reversed", json.dumps(listed[::-1]).encode(), False
        yield "twice", json.dumps(listed * 2).encode(), False
    yield "deep", b'{"data": ' * 5000 + b"1" + b"}" * 5000, False


def yamls(body):
    for label, found, raw, same in documents(yaml.safe_load(body)):
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False)
        for mark, cell in raw.items():
            text = text.replace(mark.strip('"'), cell).replace(f"'{cell}'", cell)
        yield label, text.encode(), bool(same)


def zips(body):
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    yield "no file", filed({}), False
    yield (
        "another folder",
        filed({f"renamed/{name.partition('/')[2] or name}": one for name, one in files.items()}),
        None,
    )
    yield "a path that leads out", filed({"../../evil.csv": b"a,b\n1,2\n", **files}), True
    for name, inner in files.items():
        yield f"without {name}", filed({key: one for key, one in files.items() if key != name}), False
        kind = {"csv": "csv", "json": "json", "yml": "yaml", "yaml": "yaml"}[name.rpartition(".")[2]]
        for label, mutated, same in mutations(kind, inner):
            yield f"{name}: {label}", filed({**files, name: mutated}), same


def filed(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def mutations(kind, body):
    yield from encodings(kind, body)
    own = {"csv": csvs, "json": jsons, "yaml": yamls, "parquet": parquets, "zip": zips}.get(kind)
    if own:
        yield from own(body)
    if kind == "text":  # a table between bars
        head, _, *rows = body.decode().splitlines()
        cells = [line.strip("|").split("|") for line in (head, *rows)]
        for label, columns, lines, same in tables(cells[0], cells[1:]):
            shown = ["|" + "|".join(line) + "|" for line in (columns, ["---"] * len(columns), *lines)]
            yield label, ("\n".join(shown) + "\n").encode(), same


# --- What must hold of whatever comes out


def brought(disk, source, parts):
    """Read parts as an update does, from files of a disk; returns what passes the gate."""
    copies = []
    for part, body in parts:
        path = disk.home / "given" / part.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        copies.append(disk.take(source, part.name, path, kind=part.kind))
    learnt = copy.deepcopy(known(), {id(known().table): known().table})
    ids = {learnt.model(one, source="models.dev").model_id for one in KNOWN}
    return gate(SOURCES[source].read(copies, Curated(), learnt), ids)


@functools.cache
def known():
    return naming()


def main(facts):
    """The rows that the source is asked for, without their origins."""
    return {
        table: sorted(json.dumps({k: v for k, v in row.items() if k != "origin_id"}, default=str) for row in rows)
        for table, rows in facts.tables.items()
        if rows and table not in ASIDE
    }


def damaged(label):
    """Whether single records were hurt: fields that are missing in all of them are seen by the update (`news.py`)."""
    said = label.rpartition(": ")[2].partition(" ")[0]
    # The last line of a list that was cut can be whole by chance: a server's length says that it was cut (`web.py`).
    return said not in {"without", "renamed", "null", "empty", "nothing", "no", "cut"}


def fewer(now, rows):
    return sum(map(len, now.values())) < sum(map(len, rows.values()))


def wrong(facts):
    """What no bytes may bring into the store; empty where all is well."""
    keys = {row["origin_id"] for row in facts.tables.get("origins", [])}
    for table, rows in facts.tables.items():
        for row in rows:
            if row["origin_id"] not in keys:
                return f"{table} without origin"
            for column, value in row.items():
                if table == "origins":
                    continue
                if isinstance(value, str) and not is_plain(value, 2000):
                    return f"{table}.{column} is {value[:40]!r}"
                if isinstance(value, float) and not math.isfinite(value):
                    return f"{table}.{column} is {value}"
                if isinstance(value, date) and not date(1970, 12, 31) < value <= date(2027, 11, 30):
                    return f"{table}.{column} is {value}"
            if set(row) - {*TABLES[table], "origin_id"}:
                return f"{table} has unknown columns"
            if table == "scores" and not 0 <= row["performance"] <= 1:
                return f"a performance of {row['performance']}"
            if table == "offerings" and any((row[name] or 0) < 0 for name in ("input", "output", "cache_read")):
                return "a negative price"
    return ""


def test_every_source_that_is_listed_has_a_whole_copy_here():
    assert set(WHOLE) == set(SOURCES)


@pytest.mark.parametrize("source", WHOLE)
def test_no_drift_or_damage_ends_in_a_traceback_or_a_silent_loss(source, tmp_path):
    with Disk(tmp_path, tmp_path, retrieved=NOON.date()) as disk:
        faults = found_faults(disk, source)
    assert not faults, f"{len(faults)} of {source}:\n" + "\n".join(faults)


def found_faults(disk, source):
    parts = WHOLE[source]
    whole = brought(disk, source, [(part, part.body) for part in parts])
    assert not wrong(whole)
    rows = main(whole)
    assert rows
    faults = []
    for at, part in enumerate(parts[:1] if source in ONE_PART else parts):
        for label, body, same in mutations(part.kind, part.body):
            given = [(one, body if n == at else one.body) for n, one in enumerate(parts)]
            what = f"{part.file}: {label}"
            try:
                found = brought(disk, source, given)
            except SourceError as error:
                if label.startswith("one cell"):
                    faults.append(f"{what}: one bad cell loses the file: {error}")
                if same:
                    faults.append(f"{what}: refused though it says the same: {error}")
                elif not error.seen or not error.expected:
                    faults.append(f"{what}: an error that does not say what was seen and expected: {error!r}")
                continue
            except Exception as error:
                faults.append(f"{what}: {type(error).__name__}: {error}")
                continue
            now = main(found)
            if bad := wrong(found):
                faults.append(f"{what}: {bad}")
            elif same and now != rows:
                faults.append(f"{what}: says the same and brings other rows")
            elif damaged(label) and fewer(now, rows) and not found.left_out - whole.left_out:
                went = {table: len(one) - len(now.get(table, ())) for table, one in rows.items()}
                faults.append(f"{what}: {went} rows went and nothing was counted")
    return faults
