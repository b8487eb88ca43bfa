"""Which requests without a label speak of the same thing? Clusters of their words, frozen as centroids.

TF-IDF of words and pairs (or vectors of a server), 64 dimensions by truncated SVD, HDBSCAN; clusters whose centroids
nearly agree are joined.
What is kept are the centroids in the space of words, a few hundred numbers each: later requests need no library.
Over-splitting is harmless (use cases can be given one name), joining unlike ones is not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nomoat.errors import MissingExtra
from nomoat.types import Noun

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = 0.01  # of the requests: below that a cluster is none
JOIN = 0.85  # cosine of centroids of one use case said in two ways
KEPT = 300  # terms of a centroid
_TERM = re.compile(r"\b\w\w+\b")


class Cluster(Noun, frozen=True, kw_only=True):
    """A cluster: unit weights of its terms, the likeness below which a request is no member, and its own best words."""

    weights: dict[str, float]
    least: float
    label: str
    size: int  # of the sample


class Clusters(Noun, frozen=True, kw_only=True):
    """What was fitted on a sample of requests: the terms' rarity, and the clusters."""

    rarity: dict[str, float]
    clusters: tuple[Cluster, ...]

    def nearest(self, text: str) -> int | None:
        """The cluster of a text; None where it is like none of them.

        >>> made = Clusters(rarity={"sql": 1.0}, clusters=(Cluster(weights={"sql": 1.0}, least=0.5, label="", size=9),))
        >>> made.nearest("Write SQL"), made.nearest("Write a poem")
        (0, None)
        """
        vector = _vector(terms(text), self.rarity)
        best, at = 0.0, None
        for index, cluster in enumerate(self.clusters):
            likeness = sum(weight * cluster.weights.get(term, 0.0) for term, weight in vector.items())
            if likeness >= cluster.least and likeness > best:
                best, at = likeness, index
        return at


def terms(text: str) -> list[str]:
    """Words and pairs of words of a text; numbers are one word.

    >>> terms("Pay invoice 4711")
    ['pay', 'invoice', '00', 'pay invoice', 'invoice 00']
    """
    said = ["00" if word.isdigit() else word for word in _TERM.findall(text[:4000].lower())]
    return [*said, *(f"{one} {two}" for one, two in pairwise(said))]


def fit(texts: Sequence[str], *, seed: int = 0, vectors: NDArray[Any] | None = None) -> Clusters:
    """Find clusters in texts; the same for the same texts and seed.

    With `vectors`, (texts, width), those that lie close to each other are a cluster, whatever their words; what is kept
    are its words all the same, so that a later request is told without a server. Raises MissingExtra without
    scikit-learn. Fewer than 100 texts have none.
    """
    if len(texts) < 100:
        return Clusters(rarity={}, clusters=())
    require()
    from sklearn.cluster import HDBSCAN
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    least = max(2, len(texts) // 1000)
    weigher = TfidfVectorizer(analyzer=terms, min_df=least, max_df=0.5, max_features=20_000, sublinear_tf=True)
    try:
        matrix = weigher.fit_transform(texts)
    except ValueError:  # no term is in two texts
        return Clusters(rarity={}, clusters=())
    space = matrix if vectors is None else normalize(vectors)
    wide = min(64, space.shape[1] - 1, space.shape[0] - 1)
    whole = matrix.toarray() if vectors is None else space
    dense = normalize(TruncatedSVD(wide, random_state=seed).fit_transform(space)) if wide > 1 else whole
    found = HDBSCAN(min_cluster_size=max(10, int(SMALLEST * len(texts))), copy=True).fit_predict(dense)
    names = weigher.get_feature_names_out()
    rarity = dict(zip(map(str, names), map(float, weigher.idf_), strict=True))
    groups = _joined(matrix, found)
    counts = [Counter(t for at in group for t in set(terms(texts[at])) if t in rarity) for group in groups]
    clusters = []
    for group, own in zip(groups, counts, strict=True):
        centroid = _centroid(matrix, group)
        kept = {str(names[at]): float(centroid[at]) for at in centroid.argsort()[::-1][:KEPT] if centroid[at] > 0}
        size = math.sqrt(sum(weight * weight for weight in kept.values()))
        weights = {term: round(weight / size, 6) for term, weight in kept.items()}
        likeness = sorted(
            sum(w * weights.get(t, 0.0) for t, w in _vector(terms(texts[at]), rarity).items()) for at in group
        )
        clusters.append(
            Cluster(
                weights=weights, least=round(max(0.1, 0.8 * likeness[len(likeness) // 20]), 6),
                label=_label(own, counts, len(group)), size=len(group),
            )
        )  # fmt: skip
    used = {term for cluster in clusters for term in cluster.weights}
    return Clusters(rarity={term: round(rarity[term], 6) for term in sorted(used)}, clusters=tuple(clusters))


def require() -> None:
    """Raise MissingExtra where clusters cannot be looked for: before anything is paid for them."""
    if find_spec("sklearn") is None:
        raise MissingExtra(
            "scikit-learn is not installed", "it for clusters of requests", "pip install 'nomoat[cluster]'"
        )


def _joined(matrix: object, found: Sequence[int]) -> list[list[int]]:
    """The members of each cluster, clusters with nearly one centroid taken together, largest first."""
    groups: dict[int, list[int]] = {}
    for at, label in enumerate(found):
        if label >= 0:
            groups.setdefault(int(label), []).append(at)
    left = [groups[label] for label in sorted(groups)]
    centroids = [_centroid(matrix, group) for group in left]
    again = True
    while again:
        again = False
        for one in range(len(left)):
            for two in range(one + 1, len(left)):
                if float(centroids[one] @ centroids[two]) > JOIN:
                    left[one] = sorted(left[one] + left.pop(two))
                    centroids.pop(two)
                    centroids[one] = _centroid(matrix, left[one])
                    again = True
                    break
            if again:
                break
    return sorted(left, key=lambda group: (-len(group), group[0]))


def _centroid(matrix: object, group: Sequence[int]):  # type: ignore[no-untyped-def]  # noqa: ANN202  # of NumPy
    import numpy as np

    mean = np.asarray(matrix[list(group)].mean(axis=0)).ravel()  # type: ignore[index]
    return mean / (np.linalg.norm(mean) or 1.0)


def _vector(said: Sequence[str], rarity: dict[str, float]) -> dict[str, float]:
    """Unit weights of the terms that are known, (1 + ln count) times rarity, as scikit-learn's sublinear TF-IDF."""
    found = {t: (1 + math.log(n)) * rarity[t] for t, n in Counter(said).items() if t in rarity}
    size = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
    return {term: weight / size for term, weight in found.items()}


def _label(own: Counter[str], others: Sequence[Counter[str]], size: int, most: int = 4) -> str:
    """The terms that set a cluster apart (class-based TF-IDF); a pair stands for its words."""
    every: Counter[str] = Counter()
    for one in others:
        every.update(one)
    mean = sum(every.values()) / max(1, len(others))
    score = {t: n / size * math.log(1 + mean / every[t]) for t, n in own.items() if t != "00"}
    chosen: list[str] = []
    for term in sorted(score, key=lambda t: (-score[t] * (1.2 if " " in t else 1.0), t)):
        if not any(set(term.split()) & set(other.split()) for other in chosen):
            chosen.append(term)
        if len(chosen) == most:
            break
    return ", ".join(chosen) or "unlike any other"
