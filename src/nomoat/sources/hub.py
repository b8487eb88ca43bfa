"""The Hugging Face Hub: downloads, likes, licences, parameters and lineage of what makers of models publish there.

Address and format from the Hub's API documentation, from clients that use it (`huggingface/huggingface.js`,
`list-models.ts`) and from published answers of 2026 (all read on 2026-11-22); no live answer was seen where this was
written. `GET /api/models?author=ORG&expand[]=...` lists repositories with what was asked for alone; the address of the
next page stands in the header `Link`. Anonymous callers may ask 500 times in five minutes; a token in HF_TOKEN is sent
when it is set, and to no other host.

What the counts are not: `downloadsAllTime` can fall, a GET or HEAD of a configuration file counts as a download, so do
test machines, and mirrors elsewhere do not (adoption.md 4).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nomoat.catalog.licences import Licences
from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.licensed import licences, read_licences
from nomoat.sources.nested import Record, document, take
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

SITE = "https://huggingface.co"
# Accounts of makers, as the ATOM project tracks them (tracked-models, Apache-2.0, 2026-08-17), those with one or two
# repositories included. THUDM is now zai-org: the Hub redirects, and what is met under both names counts once.
ORGANISATIONS = (
    *("01-ai", "AI-MO", "ai21labs", "allenai", "arcee-ai", "baichuan-inc", "baidu", "ByteDance-Seed", "CohereLabs"),
    *("deepseek-ai", "EleutherAI", "facebook", "google", "HuggingFaceTB", "ibm-granite", "inclusionAI", "internlm"),
    *("LiquidAI", "meta-llama", "microsoft", "MiniMaxAI", "mistralai", "moonshotai", "nvidia", "openai", "openbmb"),
    *("OpenGVLab", "poolside", "Qwen", "rednote-hilab", "sarvamai", "Skywork", "Snowflake", "stepfun-ai", "tencent"),
    *("tiiuae", "thinkingmachines", "XiaomiMiMo", "xai-org", "zai-org"),
)
EXPANDED = (
    *("author", "baseModels", "cardData", "createdAt", "disabled", "downloads", "downloadsAllTime", "gated", "likes"),
    *("pipeline_tag", "private", "safetensors", "tags"),
)
PAGE = 100
# What writes text; the Hub has a hundred tasks more, from embeddings to robots.
TASKS = {"text-generation", "text2text-generation", "image-text-to-text", "video-text-to-text", "any-to-any"}
RELATIONS = {"finetune", "adapter", "merge", "quantized"}
MOST_PARENTS = 50

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_LIST = re.compile(r"models of (?P<asked>.+)-\d{3}")
_ONE = re.compile(r"model (?P<asked>.+)")
_MOST = 10**15  # parameters, or downloads: beyond what any repository has
# Kept as downloads, but no release of the maker's own to draw a claim of openness from.
_PACKED = re.compile(r"(?:gguf|awq|gptq|mlx|onnx|fp8|nvfp4|int[48]|w[48]a\d+|[48]bit)(?=[-_.]|$)", re.I)


def fetch(
    web: Web, *, organisations: Iterable[str] = ORGANISATIONS, repositories: Iterable[str] = (), **options: Any
) -> tuple[Copy, ...]:
    """Fetch what organisations have on the Hub, page by page, and single repositories by their id."""
    token = os.environ.get("HF_TOKEN", "").strip()
    headers = {"Authorization": f"Bearer {token}"} if token else None
    expanded = [("expand[]", name) for name in EXPANDED]
    copies: list[Copy] = []
    for account in organisations:
        params = [("author", account), ("limit", str(PAGE)), ("sort", "downloads"), *expanded]
        address = f"{SITE}/api/models"
        copies += web.pages("hub", f"models of {account}", address, headers=headers, params=params, most=100)
    for repository in repositories:
        address = f"{SITE}/api/models/{quote(repository)}"
        copies.append(
            web.get("hub", f"model {repository}", address, kind="json", headers=headers, params=expanded)
        )  # fmt: skip
    return tuple(copies)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read pages of the list and single answers: repositories with their counts, lineage, and openness by licence.

    A repository that answers under another name than the one asked for has the latter as `formerly`; it is entered
    once, whichever names it was met under. Tasks that write no text are left out and counted.
    """
    hub = _Hub(naming, licences(read_licences(Curated(curated.folder))))
    for copy in copies:
        hub.read(copy)
    if not hub.met:
        raise SourceError("The Hub lists no repository of any organisation", "some", "nomoat update hub")
    return hub.finish()


@dataclass
class _Hub:
    """The repositories met so far, each under the name that it has now."""

    naming: Naming
    known: Licences
    facts: Facts = field(default_factory=Facts)
    met: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: dict[str, list[tuple[bool, int, str, str, str, str]]] = field(default_factory=dict)
    lines: set[tuple[str, str, str]] = field(default_factory=set)

    def read(self, copy: Copy) -> None:
        """Enter the repositories of one answer."""
        found = document(copy.path)
        listed = _LIST.fullmatch(copy.name)
        asked = listed["asked"] if listed else None
        if isinstance(found, dict) and "error" in found and "id" not in found:
            raise SourceError(f"{copy.address} says {str(found['error'])[:100]!r}", "repositories", "nomoat update hub")
        records = found if isinstance(found, list) else [found]
        if not records:
            self.facts.leave("pages of the Hub", "an organisation without a repository, or renamed")
            return
        single = _ONE.fullmatch(copy.name)
        published = _published(asked or "single repositories", copy)
        key = self.facts.origin(published, copy.retrieved.date(), copy.path)

        def enter(record: Record) -> None:
            self._enter(record, key, copy, asked, single["asked"] if single else None)

        take(self.facts, "repositories of the Hub", records, copy.path.name, "models", enter)

    def finish(self) -> Facts:
        """The rows of all answers, with one claim of openness a model."""
        for cells in self.met.values():
            self.facts.add("repositories", cells.pop("origin"), **cells)
        for model_id, claims in sorted(self.claims.items()):
            first = min(claims)
            if len({claim[3] for claim in claims}) > 1:
                why = "repositories of one model differ in their licence: that of the plainest name counts"
                self.facts.leave("licences of the Hub", why)
            self.facts.add("openness", first[5], **{"model_id": model_id, "class": first[3], "licence": first[4]})
        return self.facts

    def _enter(self, record: Record, key: str, copy: Copy, account: str | None, single: str | None) -> None:
        repository = record.text("id") or record.needed("modelId")
        if not _ID.fullmatch(repository):
            raise record.wrong("id", "an organisation and a name, such as 'Qwen/Qwen3-32B'")
        card, weights = record.record("cardData"), record.record("safetensors")
        pipeline, gated = record.text("pipeline_tag", 80), _gated(record)
        licence, created = _licence(record, card), record.day("createdAt", latest=copy.retrieved.date())
        counts = {
            "downloads_30d": _count(record, "downloads"),
            "downloads_all": _count(record, "downloadsAllTime"),
            "likes": _count(record, "likes"),
            "parameters": weights.number("total", 1, _MOST),
        }
        parents, relation, stated = _parents(record, card)
        if record.flag("private") or record.flag("disabled"):
            self.facts.leave("repositories of the Hub", "private or disabled")
            return
        if pipeline is not None and pipeline not in TASKS:
            self.facts.leave("repositories of the Hub", "of a task that writes no text")
            return
        owner, name = repository.split("/")
        formerly = single if single and single != repository else None
        if account and account.lower() != owner.lower():
            formerly = f"{account}/{name}"
        earlier = self.met.get(repository)
        if earlier:
            earlier["formerly"] = earlier["formerly"] or formerly
            self.facts.leave("repositories of the Hub", "met again, mostly under an earlier name: counted once")
            return
        named = self.naming.model(repository, source="hf", as_of=copy.retrieved.date())
        self.met[repository] = {
            "origin": key, "repository": repository, "model_id": named and named.model_id,
            "observed": copy.retrieved.date(), "licence": licence, "gated": gated, "created": created,
            "pipeline": pipeline, "formerly": formerly, **counts,
        }  # fmt: skip
        if named is None:
            if parents:
                self.facts.leave("lineage of the Hub", "of a repository that leads to no model")
            return
        self._add_lines(key, named.model_id, parents, relation, stated, copy)
        if relation in (None, "finetune") and licence:
            self._claim(named.model_id, repository, licence, key)

    def _claim(self, model_id: str, repository: str, licence: str, key: str) -> None:
        """Note what a licence says of openness; the plainest name of the maker's own release is heard first."""
        meant = self.known.of(licence, repository, model_id, source="hf")
        if meant is None or meant.openness is None:
            self.facts.leave("licences of the Hub", "the words say nothing of openness")
            return
        claim = (bool(_PACKED.search(repository)), len(repository), repository, meant.openness, licence, key)
        self.claims.setdefault(model_id, []).append(claim)

    def _add_lines(
        self, key: str, child: str, parents: list[str], relation: str | None, stated: str, copy: Copy
    ) -> None:
        for parent in parents:
            named = self.naming.model(parent, source="hf", as_of=copy.retrieved.date())
            parent_id = named and named.model_id
            if parent_id == child:
                self.facts.leave("lineage of the Hub", "the same model, packed otherwise")
            elif (child, parent, relation or "") not in self.lines:
                self.lines.add((child, parent, relation or ""))
                self.facts.add(
                    *("lineage", key), child_id=child, parent_id=parent_id, parent=parent,
                    relation=relation or "unknown", stated=stated,
                )  # fmt: skip


def _parents(record: Record, card: Record) -> tuple[list[str], str | None, str]:
    """What a repository was made from, how, and whether its author says how or the Hub concludes it.

    The card names the parents; the Hub concludes the relation from the files, unless the card states it too.
    """
    base = record.record("baseModels")
    found = [one.get("id") for one in base.values("models") if isinstance(one, dict)]
    relation = base.text("relation", 40)
    if not found:
        written = card.cells.get("base_model")
        found = written if isinstance(written, list) else [written]
        relation = relation or _tagged(record)
    said = card.text("base_model_relation", 40)
    relation = said or relation
    parents = list(dict.fromkeys(one for one in found if isinstance(one, str) and _ID.fullmatch(one)))
    if len(parents) > MOST_PARENTS:
        raise record.wrong("baseModels", f"at most {MOST_PARENTS} parents")
    if not parents:
        return [], None, "declared"
    known = relation if relation in RELATIONS else "unknown"
    return parents, known, "declared" if said or known == "unknown" else "inferred"


def _tagged(record: Record) -> str | None:
    for tag in record.values("tags"):
        if isinstance(tag, str) and tag.startswith("base_model:") and tag.split(":")[1] in RELATIONS:
            return tag.split(":")[1]
    return None


def _licence(record: Record, card: Record) -> str | None:
    """The tag of the card, or where it has none, that among the repository's tags."""
    written = card.cells.get("license")
    if isinstance(written, list):
        written = written[0] if len(written) == 1 else None
    if written:
        return Record(record.file, record.place, {"license": written}).text("license", 100)
    tags = [tag for tag in record.values("tags") if isinstance(tag, str) and tag.startswith("license:")]
    return Record(record.file, record.place, {"license": tags[0][8:]}).text("license", 100) if tags else None


def _gated(record: Record) -> str | None:
    written = record.cells.get("gated")
    if written is None:
        return None
    if written is False or written == "false":
        return "no"
    if written not in ("auto", "manual"):
        raise record.wrong("gated", "false, 'auto' or 'manual'")
    return str(written)


def _count(record: Record, key: str) -> int | None:
    found = record.number(key, 0, _MOST)
    return None if found is None else int(found)


def _published(asked: str, copy: Copy) -> Publication:
    return Publication(
        key=f"huggingface/{copy.name.replace(' ', '-')}",
        publisher="Hugging Face",
        dataset="huggingface",
        title=f"Models of {asked}" if asked != "single repositories" else "Single repositories",
        address=copy.address,
        licence="metadata of public repositories; each card's own terms",
        attribution="Hugging Face Hub, huggingface.co",
        evidence="measured by publisher",
    )
