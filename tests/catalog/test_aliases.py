"""What a user says that a name means holds, on its days, until it is taken out; what cannot hold is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.catalog.aliases import NAME, Alias, add, aliases, remove
from nomoat.catalog.identified import identify
from nomoat.catalog.lock import locked
from nomoat.catalog.resolve import resolve
from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, OutputError, SnapshotError, UnknownName

DAY = date(2026, 1, 1)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "store"


def enter(home, name, id, source="gateway", **rest):
    return add(Alias(source=source, name=name, id=id, **rest), catalog=Catalog.open(home), home=home)


def means(home, name, day=None, source="gateway"):
    return identify(name, source=source, as_of=day, catalog=Catalog.open(home))


def test_a_name_means_what_the_user_said_and_says_by_whom(home):
    assert not means(home, "our-o3").resolved
    enter(home, "our-o3", "openai/o3@2025-04-16#effort=high", because="the gateway's page")
    found = means(home, "Our-O3")
    assert (found.id, found.method, found.confidence) == ("openai/o3@2025-04-16#effort=high", "exact", "certain")
    assert (found.origin, found.catalogued) == ("you", "openai/o3")
    assert "the gateway's page" in found.why
    assert not means(home, "our-o3", source="arena").resolved
    remove("our-o3", source="gateway", home=home)
    assert not means(home, "our-o3").resolved


def test_the_users_word_wins_over_what_is_shipped(home):
    shipped = means(home, "deepseek-r1", source="arena")
    assert (shipped.version, shipped.origin) == ("2025-01-20", "nomoat")
    enter(home, "deepseek-r1", "deepseek/deepseek-r1@2025-05-28", source="lmarena")
    found = means(home, "deepseek-r1", source="arena")
    assert (found.version, found.origin) == ("2025-05-28", "you")
    assert found.catalogued == "deepseek/deepseek-r1-may-2025"


def test_an_id_of_the_catalogue_leads_to_that_model(home):
    enter(home, "mine", "deepseek/deepseek-r1-may-2025")
    assert means(home, "mine").catalogued == "deepseek/deepseek-r1-may-2025"


def test_a_name_with_days_means_it_on_those_days_alone(home):
    enter(home, "house", "openai/gpt-5", since=DAY, until=DAY + timedelta(30))
    enter(home, "house", "openai/o3", since=DAY + timedelta(31))
    assert [means(home, "house", DAY + timedelta(n)).levels.model for n in (-1, 0, 30, 31, 900)] == [
        *(None, "openai/gpt-5", "openai/gpt-5", "openai/o3", "openai/o3")
    ]
    assert not means(home, "house").resolved
    with pytest.raises(InputError, match="has 2 meanings"):
        remove("house", source="gateway", home=home)
    assert [one.id for one in remove("house", source="gateway", since=DAY, home=home).aliases] == ["openai/o3"]


ENDS = st.none() | st.integers(0, 12)


@given(st.tuples(ENDS, ENDS), st.tuples(ENDS, ENDS))
def test_two_meanings_never_share_a_day(one, other):
    def made(ends):
        since, until = (None if end is None else DAY + timedelta(end) for end in ends)
        return Alias(source="s", name="n", id="openai/o3", since=since, until=until)

    def days(ends):
        return {n for n in range(-1, 14) if (ends[0] is None or ends[0] <= n) and (ends[1] is None or n <= ends[1])}

    forward = all(None in ends or ends[0] <= ends[1] for ends in (one, other))
    if forward:
        assert made(one).meets(made(other)) == bool(days(one) & days(other))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"id": "openai/gpt-5"}, "means openai/o3 already"),
        ({"name": " OUR-o3\u200b"}, "invisible"),
        ({"name": "OUR-O3", "since": DAY}, "already"),
        ({"name": ""}, "is no name"),
        ({"name": "x" * 201}, "too long"),
        ({"name": "other", "source": "*"}, "is no name"),
        ({"name": "other", "since": DAY, "until": DAY - timedelta(1)}, "is after"),
        ({"name": "o3-2025-04-16"}, ""),
        ({"name": "o3-2025-04-16", "id": "openai/o3@2024-12-20"}, "carries the date 2025-04-16"),
        ({"name": "gpt-5-high", "id": "openai/gpt-5#effort=low"}, "says effort=high"),
        ({"name": "other", "id": "openai/o33"}, "Expected one of 'openai/o3'"),
        ({"name": "other", "id": "nobody/nothing"}, "No model"),
        ({"name": "other", "id": "../../etc/passwd"}, "No model"),
        ({"name": "other", "id": ""}, "No model"),
        ({"name": "other", "id": "openai/o3#effort=high;price=1"}, "No model"),
        ({"name": "other", "because": "a\nb"}, "invisible"),
    ],
)
def test_what_cannot_hold_is_refused_and_changes_nothing(home, wrong, words):
    enter(home, "our-o3", "openai/o3")
    before = (home / NAME).read_bytes()
    asked = {"source": "gateway", "name": "our-o3", "id": "openai/o3", **wrong}
    if not words:
        assert add(Alias(**asked), catalog=Catalog.open(home), home=home).aliases[-1].id == "openai/o3"
        return
    with pytest.raises((InputError, UnknownName), match=words):
        add(Alias(**asked), catalog=Catalog.open(home), home=home)
    assert (home / NAME).read_bytes() == before
    assert sorted(path.name for path in home.iterdir()) == [".lock", NAME]


def test_the_file_is_for_people_and_survives_their_hands(home):
    enter(home, 'a "strange", name', "openai/o3", because="=1+1")
    assert (home / NAME).read_text().splitlines()[0] == "source,name,from,to,id,because"
    again = "\ufeff" + (home / NAME).read_text().replace("\n", "\r\n") + "\r\n"
    (home / NAME).write_bytes(again.encode())
    assert means(home, 'a "strange", name').resolved


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gateway,x,2026-13-01,,openai/o3,", "line 2, has a date that is none"),
        ("gateway,x", "line 2, has 2 cells"),
        (",x,,,openai/o3,", "line 2, has no source"),
        ("gateway,x,,,openai/o3,\ngateway,X,,,openai/gpt-5,", "line 3, gives 'X' a second meaning"),
        ('gateway,"x', "cannot be read"),
        ("gateway,\x00,,,openai/o3,", "line 2"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_is_left_alone(home, line, words):
    home.mkdir()
    (home / NAME).write_text(f"source,name,from,to,id,because\n{line}\n")
    with pytest.raises(SnapshotError) as raised:
        aliases(home)
    assert words in str(raised.value)
    assert NAME in str(raised.value)
    assert (home / NAME).read_text().endswith(f"{line}\n")


def test_another_header_or_other_bytes_are_no_aliases(home):
    home.mkdir()
    for content in (b"name,id\nx,y\n", b"\xff\xfe\x00"):
        (home / NAME).write_bytes(content)
        with pytest.raises(SnapshotError, match=NAME):
            aliases(home)
    assert len(Catalog.open(home).table("scores")) > 0


ADDS = """
import sys
from pathlib import Path
from nomoat.catalog.aliases import Alias, add
from nomoat.catalog.store import Catalog
from nomoat.errors import OutputError
home, worker = Path(sys.argv[1]), sys.argv[2]
catalog = Catalog.open(home)
for n in range(8):
    while True:
        try:
            add(Alias(source="gateway", name=f"{worker}-{n}", id="openai/o3"), catalog=catalog, home=home)
            break
        except OutputError as error:
            assert "Another nomoat" in str(error)
"""


def test_several_who_add_at_once_lose_nothing(home):
    workers = [subprocess.Popen([sys.executable, "-c", ADDS, str(home), worker]) for worker in ("a", "b")]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert {one.name for one in aliases(home).aliases} == {f"{worker}-{n}" for worker in "ab" for n in range(8)}


def test_a_lock_is_refused_while_it_is_held(home):
    with locked(home), pytest.raises(OutputError, match="Another nomoat"), locked(home):
        pass
    with locked(home):
        pass


def test_resolve_without_a_catalogue_knows_no_user(home, monkeypatch):
    enter(home, "our-o3", "openai/o3")
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    assert not resolve("our-o3", source="gateway").resolved
