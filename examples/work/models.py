"""Two small models that are fitted on the spot: real ones, that are right and wrong for reasons of their own.

Triage is a naive Bayes classifier over words. Fields are read by a perceptron that tags each word of the invoice as
number, total or neither, from the word's shape and its neighbours. How much text a model saw in training is all that
sets the two apart.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from itertools import pairwise

import numpy as np
from tickets import QUEUES, invoice, ticket

LABELS = ("none", "number", "total")


class Triage:
    """Naive Bayes with add-one smoothing over the words of a ticket."""

    def __init__(self, seen: int, seed: int) -> None:
        rng = random.Random(seed)
        self.queues = list(QUEUES)
        counts: dict[str, np.ndarray] = defaultdict(lambda: np.ones(len(self.queues)))
        prior = np.ones(len(self.queues))
        for _ in range(seen):
            text, queue = ticket(rng)
            column = self.queues.index(queue)
            prior[column] += 1
            for word in words(text):
                counts[word][column] += 1
        totals = sum(counts.values(), np.zeros(len(self.queues)))
        self.prior = np.log(prior / prior.sum())
        self.weights = {word: np.log(row / totals) for word, row in counts.items()}

    def answer(self, text: str) -> str:
        """The likeliest queue."""
        score = self.prior + sum(
            (self.weights[w] for w in words(text) if w in self.weights), np.zeros(len(self.queues))
        )
        return self.queues[int(score.argmax())]


class Fields:
    """An averaged perceptron over features of each word and of the two before it."""

    def __init__(self, seen: int, seed: int) -> None:
        rng = random.Random(seed)
        self.weights: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(LABELS)))
        sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(LABELS)))
        for _ in range(seen):
            text, right = invoice(rng)
            wanted = json.loads(right)
            tokens = text.split()
            for k, token in enumerate(tokens):
                truth = 1 if token == wanted["number"] else 2 if token == wanted["total"] else 0
                found = features(tokens, k)
                guess = int(self._score(found).argmax())
                if guess != truth:
                    for name in found:
                        self.weights[name][truth] += 1
                        self.weights[name][guess] -= 1
                for name in found:
                    sums[name] += self.weights[name]
        self.weights = sums

    def _score(self, found: list[str]) -> np.ndarray:
        return sum((self.weights[name] for name in found if name in self.weights), np.zeros(len(LABELS)))

    def answer(self, text: str) -> str:
        """The likeliest word of each field, as JSON."""
        tokens = text.split()
        scores = np.array([self._score(features(tokens, k)) for k in range(len(tokens))])
        best = {
            label: tokens[int((scores[:, at] - scores[:, 0]).argmax())] for at, label in ((1, "number"), (2, "total"))
        }
        return json.dumps(best)


class Model:
    """One of the two: answers chat messages, by the task that the system prompt sets."""

    def __init__(self, name: str, *, tickets: int, invoices: int, seed: int) -> None:
        self.name = name
        self.triage, self.fields = Triage(tickets, seed), Fields(invoices, seed)

    def answer(self, messages: list[dict[str, str]]) -> str:
        """What the assistant says."""
        task = messages[0]["content"] if messages else ""
        text = messages[-1]["content"] if messages else ""
        return self.fields.answer(text) if "invoice" in task.lower() else self.triage.answer(text)


def words(text: str) -> list[str]:
    """Lower-case words and pairs of them."""
    single = re.findall(r"[a-z0-9]+", text.lower())
    return single + [f"{a} {b}" for a, b in pairwise(single)]


def features(tokens: list[str], k: int) -> list[str]:
    """The shape of a word, and the words before it."""
    shape = re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", tokens[k])))
    before = [tokens[j].lower() if j >= 0 else "^" for j in (k - 1, k - 2)]
    return [
        "bias",
        f"shape={re.sub(r'9+', '9', shape)}",
        f"-1={before[0]}",
        f"-2={before[1]}",
        f"pair={shape[:2]}|{before[0]}",
    ]
