"""A user's own prices: read, marked, kept nowhere, and refused line by line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import NomoatError, TableError
from nomoat.world.negotiated import negotiated
from nomoat.world.price import price
from world.shops import catalogue, model, offer, opened

GOOD = """# ours
[[price]]
provider = "Our cloud"
model = "O"
input = 0.2
output = 0.6
valid_from = 2025-06-01

[[price]]
provider = "Their cloud"
model = "c"
input = 0.02  # less than a third of all others, and yet ours
output = 0.02
cache_read = 0.01
batch_input = 0.01
batch_output = 0.01
valid_from = 2025-01-01
valid_to = 2025-12-31
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    rows = [offer("s", "o", 1, 1), offer("t", "c", 2, 2)]
    return catalogue(tmp_path_factory.mktemp("own"), ("2026-01-01", models, rows))


def file(folder: Path, text: str) -> Path:
    path = folder / "my.toml"
    path.write_text(text)
    return path


def test_own_prices_compete_and_are_marked(world, tmp_path):
    path = file(tmp_path, GOOD)
    found = price(catalog=world, at_level=[120], draws=0, prices=path).levels[0]
    assert (found.follower.price, found.follower.cheapest.yours) == (pytest.approx(0.3), True)
    assert found.follower.cheapest.provider == "Our cloud"
    assert found.leader.price == 2  # theirs ended on the day before
    then = price(catalog=world, at_level=[120], draws=0, prices=path, at=date(2025, 12, 31))
    assert (then.levels[0].leader.price, then.levels[0].leader.cheapest.yours) == (0.02, True)
    assert then.origins[-1].id == "own/my.toml"
    told = [(s.date, s.price) for s in then.levels[0].leader.history]
    assert told == [(date(2024, 1, 1), 2.0), (date(2025, 1, 1), 0.02)]


def test_own_prices_are_written_nowhere(world, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from nomoat.cli import main

    home = tmp_path / "home"
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    text = GOOD.replace('"O"', '"deepseek/deepseek-v3.2"').replace('"c"', '"openai/gpt-5"')
    path = file(tmp_path, text.replace("= 0.2\n", "= 0.001\n").replace("= 0.6\n", "= 0.001\n"))
    said = CliRunner().invoke(main, ["price", "--prices", str(path), "--draws", "20", "--json"])
    assert said.exit_code == 0, said.output
    assert "Our cloud" in said.stdout
    assert [p for p in tmp_path.rglob("*") if p.is_file() and b"Our cloud" in p.read_bytes()] == [path]


def test_a_free_price_of_ones_own_is_no_price_either(world, tmp_path):
    text = GOOD.replace("input = 0.2\n", "input = 0\n").replace("output = 0.6", "output = 0")
    found = price(catalog=world, at_level=[120], draws=0, prices=file(tmp_path, text))
    assert found.levels[0].follower.price == 1
    assert any("zero" in x.why for x in found.left_out)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("input = 0.2", "input = -0.2", 5, "input"),
        ("input = 0.2", "input = nan", 5, "input"),
        ("input = 0.2", "input = inf", 5, "input"),
        ("input = 0.2", "input = 2e5", 5, "input"),
        ("input = 0.2", "input = true", 5, "input"),
        ("input = 0.2", 'input = "0.2"', 5, "number"),
        ("input = 0.2\n", "", 2, "input"),
        ("output = 0.6", 'output = 0.6\ncurrency = "EUR"', 7, "US dollars"),
        ("valid_from = 2025-06-01\n", 'currency = "USD"\n', 2, "without valid_from"),
        ("valid_from = 2025-06-01", 'valid_from = "2025-06-01"', 7, "without quotes"),
        ("valid_from = 2025-06-01", "valid_from = 2025-06-01T10:00:00", 7, "2026-07-01"),
        ("valid_to = 2025-12-31", "valid_to = 2024-12-31", 18, "before valid_from"),
        ('model = "O"', 'model = "Nobody Knows"', 4, "Nobody Knows"),
        ('model = "O"', 'model = ""', 4, "name"),
        ('provider = "Our cloud"', "provider = 7", 3, "provider"),
        ("cache_read = 0.01", "cached = 0.01", 14, "unknown 'cached'"),
        ("batch_output = 0.01", "batch_output = -1", 16, "batch_output"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(world, tmp_path, old, new, line, said):
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(TableError, match=rf"my\.toml line {line}: .*") as wrong:
        negotiated(file(tmp_path, text), catalog=world)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"\[\[price\]\]"),
        ("price = 3", r"\[\[price\]\]"),
        ("price = []", r"\[\[price\]\]"),
        ("[[price]\nx = 1", "line 1"),
        ("[[price]]\ninput = ", "end of document"),
        ("other = 1\n" + GOOD, "'other'"),
        (GOOD + GOOD, "entry 1"),
        ('price = [{provider = "p", model = "O", input = -1, output = 1, valid_from = 2025-01-01}]', "entry 1"),
    ],
)
def test_what_is_no_list_of_prices_is_refused(world, tmp_path, text, said):
    with pytest.raises(TableError, match=said):
        negotiated(file(tmp_path, text), catalog=world)


def test_a_file_that_is_none_is_refused(world, tmp_path):
    with pytest.raises(TableError, match="no file"):
        negotiated(tmp_path / "nowhere.toml", catalog=world)
    with pytest.raises(TableError, match=r"cannot be read|no text"):
        negotiated(tmp_path, catalog=world)
    (tmp_path / "raw.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="UTF-8"):
        negotiated(tmp_path / "raw.toml", catalog=world)
    (tmp_path / "huge.toml").write_bytes(b"#" * (1 << 21))
    with pytest.raises(TableError, match="at most"):
        negotiated(tmp_path / "huge.toml", catalog=world)


def test_a_model_is_found_by_any_name_that_the_catalogue_resolves(tmp_path):
    from nomoat.catalog.store import Catalog

    text = GOOD.split("[[price]]")[1]
    for written in ("deepseek/deepseek-v3.2", "DeepSeek-V3.2"):
        path = file(tmp_path, "[[price]]" + text.replace('"O"', f'"{written}"'))
        assert negotiated(path, catalog=Catalog.open())[0][0]["model_id"] == "deepseek/deepseek-v3.2"


@given(st.text(max_size=200))
def test_no_text_makes_it_stumble(text):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.toml"
        path.write_bytes(f"[[price]]\n{text}".encode("utf-8", "surrogatepass"))
        try:
            rows, _ = negotiated(path)
        except NomoatError as error:
            assert "my.toml" in str(error)  # noqa: PT017
        else:
            assert rows


def test_each_own_price_is_set_beside_the_cheapest_other_or_says_why_it_does_not_count(world, tmp_path):
    more = """
[[price]]
provider = "Free cloud"
model = "O"
input = 0
output = 0
valid_from = 2025-06-01
"""
    found = price(catalog=world, at_level=[120], draws=0, prices=file(tmp_path, GOOD + more)).own
    assert [(p.provider, p.model, p.price, p.other, p.seller) for p in found] == [
        ("Our cloud", "O", pytest.approx(0.3), 1, "s"),
        ("Their cloud", "C", None, 2, "t"),
        ("Free cloud", "O", None, 1, "s"),
    ]
    assert [p.why.split(",")[0] for p in found] == [
        "", "not offered on that day (2026-01-01)", "a price of zero is a plan or a free tier",
    ]  # fmt: skip
    then = price(catalog=world, at_level=[120], draws=0, prices=file(tmp_path, GOOD), at=date(2025, 12, 31)).own
    assert (then[1].price, then[1].cached, then[1].batch) == (0.02, pytest.approx(0.0125), 0.01)
    assert price(catalog=world, at_level=[120], draws=0).own == ()
