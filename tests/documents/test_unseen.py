"""Documents that are slightly off: other code pages, line ends, tabs, labels with roles, stamps of other makes."""

from __future__ import annotations

import json
from datetime import date

from nomoat.documents.graph import graph
from nomoat.documents.read import read_bytes


def turns(document):
    return [(p.speaker, p.place.seconds, p.reading) for p in document.passages if p.kind == "segment"]


def people(document):
    return {n.name for n in graph([document]).nodes if n.kind == "person"}


INTERVIEW = (
    "Two Clinics, One Bill\r\nTorvald Brekke—Sept. 12, 2025 • 9 min read\r\n\r\n"
    "[00:01]\tMaren Holt (host): We’re back. Is it “cheap” yet?\r\n"
    "[00:07]\tOskar Lindt [CTO, Nordlys Labs]: Not at 5 € a page…\r\n\tbut GPT-4o mini is close.\r\n"
    "[00:15]\tMaren Holt (host): Oskar says Mistral Small makes fewer errors.\r\n"
    "[00:12]\tOskar Lindt [CTO, Nordlys Labs]: I did – and DeepSeek V3 beats Llama 3.3 on our letters.\r\n"
)


def test_an_interview_in_windows_1252_with_roles_and_tabs():
    document = read_bytes("one.txt", INTERVIEW.encode("cp1252"))
    assert (document.format, document.title) == ("transcript", "Two Clinics, One Bill")
    assert (document.authors, document.dating.day) == (("Torvald Brekke",), date(2025, 9, 12))
    assert document.speakers == ("Maren Holt", "Oskar Lindt")
    assert turns(document) == [
        ("Maren Holt", 1, "We’re back."),
        ("Maren Holt", 1, "Is it “cheap” yet?"),
        ("Oskar Lindt", 7, "Not at 5 € a page… but GPT-4o mini is close."),
        ("Maren Holt", 15, "Oskar says Mistral Small makes fewer errors."),
        ("Oskar Lindt", 12, "I did – and DeepSeek V3 beats Llama 3.3 on our letters."),
    ]
    assert [(f.kind, f.place.line) for f in document.flags] == [("encoding", 1), ("stamp order", 8)]
    assert ("person:oskar-lindt", "says about", "product:mistral-small") in {
        (c.source, c.type, c.target) for c in graph([document]).connections
    }


CAPTIONS = (
    "1\r\n1:02:03,500 --> 1:02:06,000\r\nHOST (Maren Holt): Welcome to\r\nthe late show.\r\n\r\n"
    "2\r\n1:02:06,000 --> 1:02:09,250\r\n- GUEST: Thanks. We run Kwen 3\r\n\r\n"
    "3\r\n1:02:09,250 --> 1:02:08,000\r\nand it costs 40 cents.\r\n\r\n"
    "1:02:12.000 --> 1:02:14.000\r\n<i>GUEST:</i> Nothing more.\r\n\r\n"
    "5\r\n1:99:12,000 --> 1:99:14,000\r\nLost words.\r\n"
)


def test_captions_with_a_byte_order_mark_hours_and_labels_in_tags():
    document = read_bytes("two.srt", b"\xef\xbb\xbf" + CAPTIONS.encode())
    assert document.speakers == ("Maren Holt", "GUEST")
    assert turns(document) == [
        ("Maren Holt", 3723.5, "Welcome to the late show."),
        ("GUEST", 3726, "Thanks."),
        ("GUEST", 3726, "We run Qwen 3 and it costs 40 cents."),
        ("GUEST", 3732, "Nothing more."),
        ("GUEST", None, "Lost words."),
    ]
    assert [f.kind for f in document.flags] == ["stamp order", "stamp"]
    assert people(document) == {"Maren Holt"}


NOTE = (
    "---\r\ntitle:\tWho pays: the second bill\r\ndate:\t31 Feb 2025\r\ndate:\t3rd Nov. 2025\r\nvideoId: not an id\r\n"
    'videoId:\tm3L_x9Kq-T8\r\nspeakers:\r\n\t- Maren Holt\r\n\t- "Lindt, Oskar"\r\ntags: [costs, "open, closed"]\r\n'
    "---\r\n\r\n# Who pays\r\n\r\n> [!NOTE]- In short\r\n> Prices fell by 40 %[00:01:09].\r\n\r\n"
    "Said by [[maren-holt]] and [[dario_amodei|Dario]] (1:05).\r\n\r\n"
    "*\tQwen 3 is cheaper than GPT-5 [00:02:10](https://youtu.be/m3L_x9Kq-T8?t=130).\r\n"
)


def test_a_note_with_tabs_contradictions_and_slugs():
    document = read_bytes("three.md", NOTE.encode())
    assert (document.title, document.video) == ("Who pays: the second bill", "m3L_x9Kq-T8")
    assert document.dating.day == date(2025, 11, 3)
    assert document.speakers == ("Maren Holt", "Oskar Lindt")
    assert document.themes == ("costs", "open, closed")
    assert [(p.kind, p.place.seconds, p.section) for p in document.passages[2:]] == [
        ("callout", 69, "In short"), ("sentence", 65, None), ("bullet", 130, None),
    ]  # fmt: skip
    assert [(f.kind, f.place.line) for f in document.flags] == [("date", 3), ("contradiction", 5)]
    assert people(document) == {"Maren Holt", "Oskar Lindt", "Dario Amodei"}


NESTED = {
    "meta": {"title": "Bills", "publishedAt": "2025-11-03T10:00:00Z", "show": "Field Bills"},
    "result": {"channels": [{"alternatives": [{"transcript": "whole text again", "paragraphs": {"paragraphs": [
        {"speaker": 0, "start": 0.2, "end": 4.0, "sentences": [
            {"text": "We moved to Llama 4.", "start": 0.2, "end": 2},
            {"text": "It costs less than", "start": 2, "end": 3},
            {"text": "GPT-5 did.", "start": 3, "end": 4},
        ]},
        {"speaker": 1, "start": 4, "end": 6, "sentences": [{"text": "Does it?", "start": 4, "end": 6}]},
    ]}}]}]},
}  # fmt: skip


def test_nested_json_in_utf_16():
    document = read_bytes("four.json", json.dumps(NESTED).encode("utf-16"))
    assert (document.title, document.publisher, document.dating.day) == ("Bills", "Field Bills", date(2025, 11, 3))
    assert turns(document) == [
        ("Speaker 0", 0.2, "We moved to Llama 4."),
        ("Speaker 0", 2, "It costs less than GPT-5 did."),
        ("Speaker 1", 4, "Does it?"),
    ]


LETTER = """From: Maren Holt <maren@bills.example>
To: readers
Date: Mon, 3 Nov 2025 09:00:00 +0100
Subject: Re: the bill, again

Hi all,

In 2024 we paid 9 dollars; today it is 70 cents a million tokens, says Nordlys Labs.

Alibaba's quen 3 and Jack Clarke of Antropic are in the news.

--\x20
Maren Holt
unsubscribe
"""


def test_a_letter_with_headers_a_signature_and_names_misheard():
    document = read_bytes("five.txt", LETTER.encode())
    assert (document.title, document.authors) == ("Re: the bill, again", ("Maren Holt",))
    assert document.dating.day == date(2025, 11, 3)
    assert [p.kind for p in document.passages[-3:]] == ["boilerplate"] * 3
    assert [(r.seen, r.read, r.certain) for r in document.repairs] == [
        ("quen 3", "Qwen 3", False), ("Jack Clarke", "Jack Clark", False), ("Antropic", "Anthropic", False),
    ]  # fmt: skip


TALK = """The Map Ahead
Oskar LindtSeptember 12, 20251 hr 2 min
Knowledge graph3 entities · 2 connections
Transcript4 segments
Full Transcript
0:01Open models are cheap.
0:09 They are
0:12good.
1:75 Lost words.
Topics2 themes
Open ModelsQwen
Smart Objects3 · 2 links
Companies· 1
Alibaba
Persons· 1
Oskar Lindt
"""


def test_a_digest_whose_transcript_runs_on_and_whose_stamps_are_glued():
    document = read_bytes("six.txt", TALK.encode())
    assert document.format == "digest"
    assert turns(document) == [
        (None, 1, "Open models are cheap."),
        (None, 9, "They are good."),
        (None, None, "Lost words."),
    ]
    assert [f.kind for f in document.flags] == ["stamp"]
    assert [r.kind for r in document.repairs] == ["header", "glued", "glued", "glued"]
    assert {"Alibaba", "Oskar Lindt"} <= {n.name for n in graph([document]).nodes}
