"""What must not leave the house is seen, what looks like it is not, and masking leaves JSON whole."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.work.request import Request
from nomoat.work.sensitive import flags, kinds, luhn, masked, masked_json, mod97, redacted

# Numbers that card networks and standards publish as examples.
CARDS = ("4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117", "3530111333300000")
IBANS = ("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NO9386011117947")
HELD = [
    *(("card", text) for text in CARDS),
    *(("iban", text) for text in IBANS),
    ("e-mail", "ada.lovelace+bills@mail.example.co.uk"),
    ("phone", "+49 (0)30 901820"),
    ("phone", "(212) 555-0187"),
    ("phone", "0171 2345678"),
    ("key", "sk-proj-" + "a1B2" * 8),
    ("key", "AKIA" + "Q3EXAMPLEQ3EXAMP"),
    ("key", "ghp_" + "a" * 36),
    ("key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
    ("key", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN"),
    ("password", "DB_PASSWORD=corr3ct-horse"),
    ("password", '"api_key": "abc123def456"'),
    ("password", "my password is hunter2!"),
    ("password", "Passwort: Sommer2026!"),
    ("password", "contraseña: Gato#1234"),
    ("password", "密码:Mao#12345"),
    ("key", "postgres://admin:S3cretPw@db.example.com"),
    ("key", "Bearer 8d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d"),
    ("key", "gsk_" + "a1B2" * 12),
    ("e-mail", "jörg@müller.de"),
    ("phone", "01 42 68 53 00"),
    ("phone", "0171 123 45 67"),
    ("phone", "020 7946 0958"),
    ("phone", "tel. 4155552671"),
    ("national id", "078-05-1120"),
    ("national id", "SSN 219099999"),
    ("national id", "86 095 742 719"),  # Germany, of the tax office's own test data
    ("national id", "12345678Z"),  # Spain
    ("national id", "X1234567L"),
    ("national id", "AB 12 34 56 C"),  # United Kingdom
    ("national id", "RSSMRA85T10A562S"),  # Italy
    ("national id", "2 55 08 14 168 025 38"),  # France
    ("national id", "529.982.247-25"),  # Brazil
    ("national id", "811228-9874"),  # Sweden
    ("national id", "11010519491231002X"),  # China
    ("national id", "756.9217.0769.85"),  # Switzerland
    ("national id", "PESEL 44051401359"),
    ("national id", "BSN: 111222333"),
]
NOT = [
    "4111 1111 1111 1112", "DE88 3704 0044 0532 0130 00", "order 4711 of 2026-09-01", "1234567890123",
    "version 1.2.3.4.5.6.7", "3.141592653589793238", "pi = 3.14159265358979", "12:30:45", "user@localhost",
    "the password is wrong", "secret: none given", "0000-00-0000", "lat 52.520008, long 13.404954",
    "https://example.org/a/123", "529.982.247-26", "86 095 742 718", "12345678A", "RSSMRA85T10A562T", "811228-9875",
    "110105194912310021", "756.9217.0769.86", "2 55 08 14 168 025 39", "git@github.com:org/repo.git", "logo@2x.png",
    "sk-eleton-key-for-the-door", "next_token = 'abc123def'", 'password = os.environ["DB_PASSWORD"]',
    "api_key: ${OPENAI_API_KEY}", "password: <your password 1>", "part 123-456-7890-12", "https://a.example:8080/x@y",
    "Bearer token required", "EAN 4006381333931", "Flight 0400 20261001",
    "2026-11-22T08:18:57Z", "sk-learn", "token count: 4096", "1 000 000 000 000",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), HELD)
def test_it_is_seen_within_a_sentence_and_gone_after_masking(kind, text):
    sentence = f"Please note: {text} (thanks)."
    assert kinds(sentence) == {kind: 1}
    assert text not in masked(sentence)
    assert not kinds(masked(sentence))


@pytest.mark.parametrize("text", NOT)
def test_what_only_looks_like_it_is_left(text):
    assert masked(f"See {text} here") == f"See {text} here"


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_of_ten_last_digits_exactly_one_checks(digits):
    assert sum(luhn(digits + last) for last in "0123456789") == 1


@given(st.text(alphabet="0123456789", min_size=12, max_size=20), st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_of_an_account_is_seen(account, at, by):
    right = next(f"DE{check:02}{account}" for check in range(2, 99) if mod97(f"DE{check:02}{account}"))
    at = 4 + at % len(account)
    wrong = right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]
    assert not mod97(wrong)


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text):
    once = masked(text)
    assert masked(once) == once


@given(st.recursive(st.none() | st.text(max_size=30) | st.integers(), lambda v: st.dictionaries(st.text(max_size=5), v),
                    max_leaves=6))  # fmt: skip
def test_masked_json_is_json_of_the_same_shape(value):
    before = {"a@b.org": value, "content": "line\nada@x.org\\n"}
    after = json.loads(masked_json(json.dumps(before)))
    assert after["content"] == "line\n[e-mail]\\n"
    assert list(after) == list(before)


def test_a_request_without_any_is_the_same_object_and_one_with_says_that_it_was_masked():
    plain = Request(request_id="a", conversation_id="a", model="m", messages=({"role": "user", "content": "Hello"},))
    assert redacted(plain) is plain
    held = Request(
        request_id="a", conversation_id="a", model="m",
        messages=({"role": "user", "content": [{"type": "text", "text": "ada@x.org"}]},),
        response={"role": "assistant", "tool_calls": [{"function": {"arguments": '{"card": "4111111111111111"}'}}]},
    )  # fmt: skip
    assert flags(held) == {"e-mail", "card"}
    assert flags(redacted(held)) == frozenset()
    assert redacted(held).redaction == "masked"


@pytest.mark.parametrize(
    "unit", ["a@", "1 ", "0 ", "password ", "DE00 ", "eyJ", "a.", "+1 (", "-----BEGIN PRIVATE KEY"]
)
def test_no_text_takes_long(unit):
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    masked(text)
    assert time.process_time() - start < 5
