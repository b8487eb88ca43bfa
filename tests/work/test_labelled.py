"""Labels of people count as they were meant, whatever a spreadsheet did to them, and how far people agree is said."""

from __future__ import annotations

import csv
import io
import json
import re

import msgspec
import pytest

from nomoat.errors import InputError
from nomoat.stats.agreement import ac1, alike, alpha
from nomoat.work.answer import Answer
from nomoat.work.labelled import Labels, agreed, code, labelled, people
from nomoat.work.labels import Sheet


def answer(request="r1", arm="open", error=None):
    return Answer(run="r", arm=arm, request_id=request, conversation_id="c", key="k", model="m",
                  response=None if error else {"content": "x"}, error=error)  # fmt: skip


CODE = code(answer())


@pytest.mark.parametrize(
    "raw",
    [
        f"code,score\n{CODE},0.5\n".encode(),
        f"\ufeffcode;score;prompt\r\n{CODE};0,5;Grüße\r\n".encode(),
        f"code\tscore\n{CODE}\t0,5\n".encode("utf-16"),
        f"Code, Score ,prompt\n{CODE}, 0.5 ,caf\xe9\n,,\n".encode("latin-1"),
        f"use_case,code,request_id,prompt,answer,score,by\nu,{CODE},1.23E+17,p,a,.5\n".encode(),
        b"arm,request_id,score\nopen,r1,0.5\nopen,r2\n",
    ],
)
def test_labels_are_read_as_spreadsheets_write_them(raw, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_bytes(raw)
    found = people([path])
    mark = labelled(answer(), "u", found)
    assert (mark.score, mark.scorer) == (0.5, "human")
    assert labelled(answer("r2"), "u", found) is None
    assert labelled(answer("r2", error="timeout"), "u", found).score == 0


def test_two_people_are_two_labels_and_one_person_has_one(tmp_path):
    ann, bob = tmp_path / "ann.csv", tmp_path / "bob.csv"
    ann.write_text(f"code,score\n{CODE},1\n")
    bob.write_text(f"code,score\n{CODE},0\n")
    both = people([ann, bob])
    assert both.of(answer()) == {"ann.csv": 1.0, "bob.csv": 0.0}
    assert labelled(answer(), "u", both).score == 0.5
    bob.write_text(f"code,score,by\n{CODE},1,Bob\n{CODE},0,Ann\n{CODE},0,Bob\n")
    with pytest.raises(InputError, match=f"line 4: a second label of {CODE} by Bob, 0 and before 1"):
        people([bob])
    bob.write_text("by,when\nBob,now\n")
    with pytest.raises(InputError, match="columns"):
        people([bob])
    bob.write_text(f"code,score\n{CODE},2\n")
    with pytest.raises(InputError, match="line 2: score '2'"):
        people([bob])


def test_a_code_is_no_number_and_no_name_and_one_label_is_enough_for_what_is_the_same():
    seen = {code(answer(f"r{k}")) for k in range(4000)}
    assert len(seen) == 4000
    assert code(answer(arm="incumbent")) == CODE
    assert code(msgspec.structs.replace(answer(), response={"content": "y"})) != CODE
    assert code(msgspec.structs.replace(answer(), response={"content": "x", "tool_calls": [{}]})) != CODE
    assert all(re.fullmatch("[b-df-hj-np-tv-z]{10}", one) for one in seen)


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, interval alpha 0.849;
# of the same table irrCAC and Gwet's handbook print AC1 0.775.
OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def test_agreement_is_the_published_one():
    units = [[float(row[k]) for row in OBSERVERS if row[k] != "."] for k in range(12)]
    assert alpha(units) == pytest.approx(0.849, abs=5e-4)
    assert ac1(units) == pytest.approx(0.77544, abs=5e-6)
    assert alike(units) == pytest.approx(0.81818, abs=5e-6)


def test_agreement_where_one_label_is_rare_or_all_are_equal():
    rare = [{"a": 1.0, "b": 1.0}] * 95 + [{"a": 0.0, "b": 1.0}] * 5
    found = agreed("u", rare)
    assert (found.people, found.answers, found.alike) == (2, 100, 0.95)
    assert found.low < 0.95 < found.high
    assert found.alpha < 0.01 < 0.9 < found.ac1
    same = agreed("u", [{"a": 1.0, "b": 1.0}] * 9 + [{"a": 0.0}])
    assert (same.answers, same.alike, same.alpha, same.ac1) == (9, 1.0, None, None)
    assert agreed("u", [{"a": 1.0}, {}]) is None
    assert Labels().of(answer()) == {}


def test_a_page_holds_any_text_as_text_and_a_sheet_no_formula_and_no_cell_too_long():
    evil = "</script><script>alert(1)</script><!--\u2028{{data}}"
    sheet = Sheet(run="r", rows=(("u", CODE, "=cmd|r", evil, "x" * 40_000),))
    page = sheet.page()
    held = page.split('id="data">')[1].split("</script>")[0]
    assert json.loads(held)["rows"][0] == {"use_case": "u", "code": CODE, "prompt": evil, "answer": "x" * 40_000}
    assert page.count("<script") == 2
    assert "http" not in page.replace("http-equiv", "")
    (row,) = csv.DictReader(io.StringIO(sheet.csv()))
    assert row["request_id"] == "'=cmd|r"
    assert max(map(len, row.values())) < 32_767
    assert "10,000 more characters" in row["answer"]
