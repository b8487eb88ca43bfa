"""From a log to a verdict whose truth is known, in two minutes: `make demo-work`.

Two real small models are fitted on the spot and served behind the chat API on this machine: one that a help desk pays
for today, one that costs a twentieth. A log of thousands of requests to the first is read, and each step is a command
that you can type. In the end the verdict stands beside the truth, which is counted here, without nomoat, from the right
answers; the exit code is 1 where it is wrong, or where no proof was found of what is so. Everything is written to
./nomoat-demo-work and nothing leaves this machine. `demo_work.py CONVERSATIONS LOSS` takes other numbers.
"""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean
from time import perf_counter

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "work"))

from demo import Demo, say  # noqa: E402
from log import PRICE, truths, write  # noqa: E402
from models import Model  # noqa: E402
from server import KINDS  # noqa: E402
from tickets import Task, tasks  # noqa: E402

INCUMBENT, CANDIDATE = KINDS
PRICES = {INCUMBENT: PRICE, CANDIDATE: (PRICE[0] / 20, PRICE[1] / 20)}
CONVERSATIONS, MARGIN = 4000, 0.03
# What a person would write into plan.toml: how an answer is scored, and against what.
SCORERS = {
    "triage": 'scorer = { kind = "exact", reference = "truths.csv" }',
    "invoices": 'scorer = { kind = "json_fields", reference = "truths.csv" }',
}


@contextmanager
def served() -> Iterator[dict[str, str]]:
    """Both models behind the chat API on free ports of this machine: name -> address."""
    running = []
    try:
        for name in KINDS:
            told = [sys.executable, str(HERE / "work" / "server.py"), name]
            running.append(subprocess.Popen(told, stdout=subprocess.PIPE, text=True))
        yield {name: server.stdout.readline().strip() for name, server in zip(KINDS, running, strict=True)}
    finally:
        for server in running:
            server.terminate()
        for server in running:
            server.communicate(timeout=20)


def servers(path: Path, addresses: dict[str, str]) -> None:
    """The file that names whom prompts may go to, and at what price."""
    lines = []
    for name, address in addresses.items():
        lines += [f"[endpoints.{name}]", f'url = "{address}"', f'model = "{name}"']
        lines += [f"price_input = {PRICES[name][0]}", f"price_output = {PRICES[name][1]}"]
        # No catalogue knows a model that was fitted a minute ago: whoever wrote this file says how open it is.
        lines += ['openness = "open-source"', "self_hosted = true"] if name == CANDIDATE else []
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def edited(path: Path) -> None:
    """Edit the draft of the plan as a person would: its scorers."""
    lines, case = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        case = line.strip("[]").removeprefix("use_cases.") if line.startswith("[") else case
        lines.append(SCORERS[case] if line.startswith("scorer") else line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say("\n   (The draft is edited: what is right is said by a file, and for an invoice field by field.)")
    for case, line in SCORERS.items():
        say(f"   [use_cases.{case}] {line}")


def right(task: Task, said: str) -> float:
    """1 for the right queue; of an invoice the share of fields that are right."""
    if task.use_case == "triage":
        return float(said == task.answer)
    wanted, seen = json.loads(task.answer), json.loads(said)
    return fmean(seen.get(field) == value for field, value in wanted.items())


def truth(made: list[Task], models: dict[str, Model]) -> dict[str, dict[str, float]]:
    """Use case -> model -> the mean of right answers over all its requests in the log."""
    cases = dict.fromkeys(task.use_case for task in made)
    return {
        case: {
            name: fmean(right(task, model.answer(list(task.messages))) for task in made if task.use_case == case)
            for name, model in models.items()
        }
        for case in cases
    }


def beside(verdict: dict, target: Callable[[str], str], made: list[Task], models: dict[str, Model], m: float) -> bool:
    """Print the verdict beside the truth; whether it is right on every use case, on its share, and in its policy.

    `target` says which model the policy gives a use case to, `m` is the margin.
    """
    counted = truth(made, models)
    sizes = Counter(task.use_case for task in made)
    say(f"\n   {'right answers, counted by this demo':>60}   what nomoat says")
    say(f"   {'use case':10}{INCUMBENT:>15}{CANDIDATE:>15}{'loss':>10}{'allowed':>10}")
    good, taken = {case["use_case"] for case in verdict["cases"]} == set(counted), 0
    for case in verdict["cases"]:
        name, status = case["use_case"], case["status"]
        mine, theirs = counted[name][INCUMBENT], counted[name][CANDIDATE]
        holds = (status == "safe") == (mine - theirs <= m) and (target(name) == CANDIDATE) == (status == "safe")
        good, taken = good and holds, taken + (status == "safe") * sizes[name]
        told = "listed" if status == "safe" else f"not listed ({status})"
        # Nothing wrong is said of a case that could be listed and is undecided, but nothing is shown either.
        missed = "NO PROOF FOUND" if status in ("undecided", "not provable") else "WRONG"
        row = (f"{100 * share:.1f} %" for share in (mine, theirs))
        say(
            f"   {name:10}{''.join(f'{cell:>15}' for cell in row)}{100 * (mine - theirs):>10.1f}{100 * m:>10.1f}   "
            f"{told}: {'right' if holds else missed}"
        )
    after = sum(counted[name][target(name)] * size for name, size in sizes.items()) / len(made)
    before = sum(counted[name][INCUMBENT] * size for name, size in sizes.items()) / len(made)
    say(f"   Under the policy {100 * after:.1f} % of all answers are right; {100 * before:.1f} % are today.")
    return good and abs((verdict["share_requests"] or 0.0) - taken / len(made)) < 1e-5


def routing(path: Path, on: date) -> Callable[[str], str]:
    """The function that nomoat wrote for a gateway: use case -> model, on a day."""
    written = runpy.run_path(str(path))["target"]
    return lambda use_case: written(use_case, on)["model"]


def main(folder: Path, conversations: int = CONVERSATIONS, margin: float = MARGIN) -> int:
    """Walk from a log to a policy; the exit code says whether the verdict is right."""
    demo, today = Demo(folder), datetime.now(UTC).date()
    work = folder / "store" / "work"
    shutil.rmtree(work, ignore_errors=True)
    models = {name: Model(name, **how) for name, how in KINDS.items()}
    made = tasks(conversations, seed=7)
    write(folder / "log.jsonl", made, models[INCUMBENT])
    say(f"Two models are fitted; {len(made):,} requests to {INCUMBENT} are in log.jsonl, as LiteLLM keeps them.")
    demo.step("What is in the log?", "work", "read", "log.jsonl")
    demo.step("Who serves these requests today, and for how much?", "work", "profile")
    demo.step("What are they made of?", "work", "usecases")
    truths(work / "truths.csv", made)
    with served() as addresses:
        servers(folder / "servers.toml", addresses)
        named = ("--endpoints", "servers.toml", "--incumbent", INCUMBENT, "--candidate", CANDIDATE)
        demo.step("What would a proof take?", "work", "plan", *named, "--margin", f"{margin}", lines=24)
        edited(work / "plan.toml")
        day = today.isoformat()
        demo.step("Margins are fixed, hashed and dated before any answer", "work", "plan", "--fix", day, lines=7)
        demo.step("Both models answer the same requests; the incumbent some of them twice", "work", "run", lines=24)
    demo.step("How good are the answers?", "work", "score")
    demo.step("What may be signed?", "work", "prove", lines=64)
    demo.step(
        "Which requests may go where? As a gateway takes it", "work", "route", "--to", "litellm", "--to", "python"
    )
    verdict = json.loads((work / "runs" / "proof-1" / "verdict.json").read_text(encoding="utf-8"))
    good = beside(verdict, routing(work / "routing.py", today), made, models, margin)
    say(f"\n   To look into it: NOMOAT_HOME={folder.name}/store nomoat explore, and there Your work")
    said = "The verdict is right." if good else "The verdict is NOT right."
    say(f"\n{said} Done in {perf_counter() - demo.start:.0f} s; all of it lies in {folder.name}.")
    return 0 if good else 1


if __name__ == "__main__":
    given = [kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)]
    sys.exit(main(Path("nomoat-demo-work").resolve(), *given))
