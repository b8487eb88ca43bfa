"""From documents to verdicts in two minutes: `make demo`, or `make demo DOCS=DIR` on documents of your own.

Each step is a command that you can type; what is left of a long answer is counted. Everything is written to
./nomoat-demo and nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).parent
LOOKALIKES = HERE.parent / "tests" / "documents" / "lookalikes"
LINES = 14  # of an answer that are shown
SPOKEN = ("transcript", "digest", "note")


class Demo:
    """A folder, a store in it, and the steps that run there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.setting = {
            **os.environ,
            "NOMOAT_HOME": str(folder / "store"),
            "COLUMNS": "100",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.number, self.start = 0, perf_counter()

    def ask(self, *words: str) -> tuple[int, str]:
        """Run one command of nomoat; return its exit code and what it printed."""
        told = [sys.executable, "-m", "nomoat", *words]
        ran = subprocess.run(told, capture_output=True, text=True, cwd=self.folder, env=self.setting, timeout=600)
        return ran.returncode, ran.stderr + ran.stdout

    def step(self, shows: str, *words: str, lines: int = LINES) -> None:
        """Say what a step shows, type it, and print the beginning of its answer; stop the demo if it fails."""
        self.number += 1
        typed = " ".join(f"'{word}'" if " " in word else word for word in words)
        say(f"\n{self.number}. {shows} ({perf_counter() - self.start:.0f} s)\n   $ nomoat {typed}")
        code, out = self.ask(*words)
        # 1: some files were refused, and the others are kept.
        if code and (code != 1 or "add" not in words):
            say(out)
            sys.exit(code)
        shown = out.rstrip().splitlines()
        for line in shown[:lines]:
            say(f"   {line}")
        if len(shown) > lines:
            say(f"   ... {len(shown) - lines} more lines")

    def document(self, *words: str) -> dict:
        """The JSON of an answer."""
        code, out = self.ask(*words, "--json")
        if code:
            say(out)
            sys.exit(code)
        return json.loads(out[out.index("{") :])


def say(line: str) -> None:
    """Print a line at once, so that a reader sees where the demo is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder: Path, documents: Path) -> None:
    """Walk from files to a report."""
    demo = Demo(folder)
    own = documents.resolve() != LOOKALIKES.resolve()
    docs = os.path.relpath(documents, folder)
    demo.step("Documents are read as they come, and their bytes kept; bad ones are named", "documents", "add", docs)
    kept = demo.document("documents")["documents"]
    worst = max(kept, key=lambda d: d["repairs"] + d["flags"])
    demo.step("When was it said, and what had to be repaired or refused?", "documents", "show", worst["id"], lines=24)
    demo.step("Which sentences can be held against data?", "documents", "statements", worst["id"])
    demo.step("Whom and what do they speak of?", "documents", "entities")
    demo.step("Who is connected with whom, stated where?", "documents", "graph")
    demo.step(
        "The same to look into, by mouse or keyboard: open graph.html", "documents", "graph", "--out", "graph.html"
    )
    notes(demo, kept)
    if not own:
        demo.step(
            "Statements of a talk become claims with a test",
            "claims",
            "add",
            os.path.relpath(HERE / "talk-digest.toml", folder),
        )
    ours = {d["sha256"] for d in kept}
    claims = [c["id"] for c in demo.document("claims")["claims"] if c["sha256"] in ours]
    if not claims:
        say("\n   No claim of the ledger was said in these documents: `nomoat claims add FILE` takes yours.")
        claims = ["china-performance", "garage", "slight-edge"]
    demo.step("Is it true: then, then as known now, and now?", "claims", "check", *claims[:12], lines=32)
    demo.step("One of them in full, with its evidence", "claims", "show", claims[0], lines=40)
    demo.step("Two statements, two denominators", "claims", "conflicts", "five-percent", lines=24)
    demo.step("All statements with their badges open the report", "report", "--out", "report")
    say(f"\nDone in {perf_counter() - demo.start:.0f} s. Open {folder / 'report' / 'index.html'}")


def notes(demo: Demo, kept: list[dict]) -> None:
    """Write notes of the first recording that carries times, and read them again."""
    for one in sorted(kept, key=lambda d: SPOKEN.index(d["format"]) if d["format"] in SPOKEN else len(SPOKEN)):
        if not demo.ask("documents", "write", one["id"])[0]:
            out = "notes"
            demo.step(
                "A recording becomes notes, each sentence with its second",
                "documents",
                "write",
                one["id"],
                "--out",
                out,
            )
            demo.step("... which look like this", "documents", "write", one["id"], lines=24)
            return
    say("\n   None of these documents carries times, so no notes are written.")


if __name__ == "__main__":
    main(Path("nomoat-demo").resolve(), Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else LOOKALIKES)
