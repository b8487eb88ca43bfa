"""Which single words are first names that somebody is called by, and of nobody else?

A first name alone names a person where it says or thinks something: `Jane says Mistral is cheap` is Jane's view and not
Mistral's. The list is of frequent first names in several languages without those that are also words, firms or models
(Claude, Gemma, Devin, Grace); a name that is not on it is left to the review list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

GIVEN = frozenset(
    re.findall(
        r"[^ ]+",
        "Aisha Alan Alex Alice Alicia Amir Amy Ana Anders Andrea Andreas Andrew Angela Anita Anna Anne Annika "
        "Antonio Astrid Barbara Ben Benjamin Beth Bob Brian Bruno Camille Carlos Caroline Catherine Charlotte "
        "Chen Chloe Chris Christina Christine Claire Clara Daniel Daniela David Deborah Diana Diego Dmitri "
        "Edward Elena Elizabeth Ellen Emily Emma Eric Erik Eva Fatima Felix Fiona Francesca Gabriel George "
        "Giulia Hannah Hans Helen Helena Henrik Hugo Ian Ines Ingrid Irene Isabel Ivan Jacob James Jan Jane "
        "Janet Jean Jennifer Jessica Jim Joan Johan John Jonas Jorge José Joseph Juan Julia Julie Karen Karin "
        "Kate Katherine Kevin Laura Lena Leon Linda Lisa Louise Lucas Lucia Lucy Luis Lukas Marco Maria Marie "
        "Mario Marta Martha Martin Mary Matthew Maya Mei Michael Michelle Miguel Mohammed Monica Nadia Nancy "
        "Natalie Nathan Nicole Nina Olga Oliver Olivia Omar Oscar Pablo Patricia Paul Paula Pedro Peter "
        "Philip Pierre Priya Rachel Raj Rebecca Richard Robert Roberto Ruth Ryan Samuel Sandra Sanjay Sara "
        "Sarah Sergei Simon Sofia Sophie Stefan Stephen Steven Susan Sven Thomas Tim Tom Tomas Vera Victoria "
        "Wei William Yuki",
    )
)
_SAYS = (
    r"(?:also |still |now |once |really )?(?:says?|said|thinks?|thought|believes?|believed|argues?|argued|told|tells|"
    r"reckons?|insists?|expects?|predicts?|warns?|asked|asks|explained|explains|wonders|jokes|joked|agrees|disagrees)\b"
)
_CALLED = re.compile(rf"(?<![\w’'-])({'|'.join(sorted(GIVEN))})(?= {_SAYS})")


def called(reading: str) -> Iterator[str]:
    """The first names in a sentence that stand alone and say something.

    >>> list(called("Jane says Mistral is cheap.")), list(called("Mary Jane said so; Acme says no."))
    (['Jane'], [])
    """
    for found in _CALLED.finditer(reading):
        before = reading[: found.start()].rstrip()
        # behind a capital it is the end of a longer name
        if not re.search(r"[A-ZÀ-Þ][\w’'.-]*$", before) or before.endswith((".", "!", "?")):
            yield found[1]
