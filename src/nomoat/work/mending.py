"""What can be had from a record that is not quite what its format says? All but the cells that are wrong."""

from __future__ import annotations

import json
import re
from collections import Counter

import msgspec

from nomoat.work.formats import format_of
from nomoat.work.formats.row import Format, Row

MOST = 12  # cells of one record that may be wrong
_TEXT = re.compile(r"Expected `str\b[^`]*`, got `(?:int|float)`")
_FIELD = re.compile(r"`\$((?:\.[^.`\[]+)+)")


def mended(part: bytes, format: Format, faults: Counter[str]) -> list[Row] | str:
    """The rows of a record after all, or why there are none; what had to be assumed is counted in `faults`."""
    try:
        text = part.decode()
    except UnicodeDecodeError:
        text = part.decode("cp1252", "replace")
        faults["records that are no UTF-8, read as Windows-1252"] += 1
    try:
        record = json.loads(text.replace("\x00", "").lstrip("\x1e"), strict=False, parse_constant=lambda name: None)
    except ValueError:
        return "no JSON"
    except RecursionError:
        return "nested too deep"
    if not isinstance(record, dict):
        return "no JSON object"
    return _dropping(record, format, faults)


def _dropping(record: dict[str, object], format: Format, faults: Counter[str]) -> list[Row] | str:
    """Read a record without the fields that have another type than its format says."""
    for _ in range(MOST):
        try:
            whole = json.dumps(record, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
            return format.rows(whole.decode("utf-16-le", "replace").encode())
        except msgspec.ValidationError as error:
            found = _FIELD.search(str(error))
            if found is not None and _TEXT.match(str(error)) and _written(record, found[1].split(".")[1:]):
                continue
            if found is None or not _dropped(record, found[1].split(".")[1:]):
                other = format_of(record)
                if other is None or other is format:
                    return "no request of this format"
                format = other
                continue
            faults[f"{found[1][1:]} of another type"] += 1
        except (msgspec.DecodeError, ValueError):
            return "no JSON in a field that holds JSON"
        except RecursionError:
            return "nested too deep"
        except (AttributeError, TypeError, KeyError, IndexError):
            return "no request of this format"
    return f"more than {MOST} fields of another type"


def _written(record: dict[str, object], path: list[str]) -> bool:
    """Write a number as the text that was expected, as of an id that a database counts up; false for anything else."""
    holder: object = record
    for name in path[:-1]:
        holder = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or type(holder.get(path[-1])) not in (int, float):
        return False
    holder[path[-1]] = str(holder[path[-1]])
    return True


def _dropped(record: dict[str, object], path: list[str]) -> bool:
    """Take the cell at the end of the path out of a record; false where there is none."""
    holder: object = record
    for name in path[:-1]:
        holder = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or path[-1] not in holder:
        return False
    del holder[path[-1]]
    return True
