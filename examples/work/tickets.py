"""Support tickets and invoices that were never written by anybody, with the right answer of each.

Two kinds of traffic, as a help desk has them: sort a ticket into one of six queues, and read two fields off an invoice.
The right answers are known because the texts are drawn from them.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

TRIAGE = (
    "Sort the customer's ticket into one queue: billing, delivery, login, refund, bug or other. "
    "Answer with the queue alone."
)
EXTRACT = 'Read the invoice. Answer with JSON: {"number": "...", "total": "..."} and nothing else.'

QUEUES = {
    "billing": ["charged twice", "invoice is wrong", "card was declined", "subscription price", "payment failed"],
    "delivery": [
        "parcel has not arrived",
        "courier left it",
        "tracking shows nothing",
        "wrong address",
        "delivered late",
    ],
    "login": ["forgot my password", "cannot sign in", "code never arrives", "account is locked", "two-factor fails"],
    "refund": ["want my money back", "return the item", "refund still missing", "cancel the order", "sent it back"],
    "bug": ["app crashes", "page stays blank", "button does nothing", "error 500", "export is empty"],
    "other": [
        "do you have a shop in Lyon",
        "looking for a job",
        "press request",
        "praise for your team",
        "opening hours",
    ],
}
OPENERS = ["Hello,", "Hi there,", "Good morning,", "Dear team,", "Please help:", "Third time I write:"]
FILLER = [
    *("since Monday", "on my phone", "for order 4711", "with the blue one", "and nobody answers", "again"),
    *("as before", "in the new version", "for my mother", "before the holidays", "if that is possible"),
]
SELLERS = ["Acme GmbH", "Northwind Ltd", "Contoso SA", "Globex BV", "Initech Oy"]
LABELS = [("Invoice", "Total"), ("Invoice no.", "Amount due"), ("Rechnung Nr.", "Summe"), ("Bill number", "To pay")]


@dataclass(frozen=True)
class Task:
    """One request with the right answer, and whose turn of which conversation it is."""

    use_case: str
    conversation: str
    turn: int
    messages: tuple[dict[str, str], ...]
    answer: str


def ticket(rng: random.Random) -> tuple[str, str]:
    """A ticket and its queue; one in twelve speaks of two things, so that nobody gets all of them right."""
    queue = rng.choice(list(QUEUES))
    words = [rng.choice(OPENERS), rng.choice(QUEUES[queue]), *rng.sample(FILLER, rng.randint(1, 4))]
    if rng.random() < 1 / 12:
        words.insert(rng.randint(1, len(words)), rng.choice(QUEUES[rng.choice(list(QUEUES))]))
    return " ".join(words), queue


def invoice(rng: random.Random) -> tuple[str, str]:
    """An invoice and its two fields, among other numbers that look alike."""
    number = f"{rng.choice('ABR')}{rng.randint(10_000, 99_999)}"
    total = f"{rng.randint(10, 9_999)}.{rng.randint(0, 99):02d}"
    first, second = rng.choice(LABELS)
    net = f"{float(total) * 0.8:.2f}"
    lines = [
        rng.choice(SELLERS),
        f"Customer {rng.randint(1000, 9999)}",
        f"{first} {number}",
        f"Net {net}",
        f"{second} {total} EUR",
        f"Due 2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    ]
    if rng.random() < 0.5:
        lines[3], lines[4] = lines[4], lines[3]
    return "\n".join(lines), json.dumps({"number": number, "total": total})


def tasks(conversations: int, seed: int) -> list[Task]:
    """Conversations of one to four tickets, or of one invoice each, half of either kind."""
    rng = random.Random(seed)
    made = []
    for k in range(conversations):
        if k % 2:
            text, right = invoice(rng)
            asked = ({"role": "system", "content": EXTRACT}, {"role": "user", "content": text})
            made.append(Task("invoices", f"c{k}", 0, asked, right))
            continue
        for turn in range(rng.randint(1, 4)):
            text, right = ticket(rng)
            asked = ({"role": "system", "content": TRIAGE}, {"role": "user", "content": text})
            made.append(Task("triage", f"c{k}", turn, asked, right))
    return made
