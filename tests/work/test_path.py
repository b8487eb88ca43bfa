"""From a log to a policy in one folder: what a step writes the next one reads, and nothing is taken back unseen."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.views.scored import scored_text
from nomoat.views.signed import told
from nomoat.views.work import cost_figure, plan_text, verdict_figure, verdict_text
from nomoat.work import drafting, journal
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.answer import Answer
from nomoat.work.endpoint import Endpoint
from nomoat.work.labels import _cell, to_label
from nomoat.work.marking import marked
from nomoat.work.openly import known_of
from nomoat.work.place import workplace
from nomoat.work.planned import run_plan
from nomoat.work.proven import proven
from nomoat.work.request import Request, Usage
from nomoat.work.routing import routed
from nomoat.work.store import append, requests
from nomoat.work.usecase import discover, freeze

SERVERS = """
[endpoints.closed]
url = "https://closed.example/v1"
model = "big"
price_input = 10
price_output = 30
[endpoints.open]
url = "http://127.0.0.1:1/v1"
model = "qwen3-8b"
price_input = 0.1
price_output = 0.3
"""
ON = date(2026, 11, 1)


@pytest.fixture
def work(tmp_path):
    """600 conversations of two use cases; triage is safe, summary loses 40 points."""
    folder = workplace(tmp_path / "work")
    append(folder, [
        Request(
            request_id=f"r{k}", conversation_id=f"c{k}", model="big", cost_usd=0.002, latency_ms=800.0,
            usage=Usage(input=100, output=10),
            messages=({"role": "user", "content": f"number {k}"},), response={"content": f"class {k % 5}"},
            hints={"tag": "triage" if k % 3 else "summary"},
        )
        for k in range(600)
    ])  # fmt: skip
    (tmp_path / "servers.toml").write_text(SERVERS)
    freeze(folder, discover(folder, clusters=False))
    return folder


def draft(folder, **more):
    asked = {"servers": folder.parent / "servers.toml", "incumbent": "closed", "candidates": ["open"], "margin": 0.1}
    return drafting.draft(folder, **{**asked, **more})


def run(folder, at=datetime(2026, 11, 2, tzinfo=UTC), name="proof-1"):
    """A run's journal, without servers: the candidate errs on 3 % of triage and 40 % of summary."""
    plan = plans.read(folder / plans.FILE)
    frame = frames.read(folder / frames.FILE, plan)
    rng, lines = np.random.default_rng(0), []
    for cell in frames.cells(plan, frame):
        right = f"class {int(cell.request_id[1:]) % 5}"
        errs = {"incumbent": 0.02, "again": 0.02, "open": 0.03 if cell.use_case == "triage" else 0.4}[cell.arm]
        said = "class 9" if rng.random() < errs else right
        usage = Usage(input=100, output=10)
        answer = Answer(
            run=name, arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k", at=at,
            model=plan.endpoints[cell.endpoint].model, response={"content": said}, usage=usage,
            cost_usd=plan.endpoints[cell.endpoint].cost(usage), served=cell.arm + "-v1",
        )  # fmt: skip
        lines.append(msgspec.json.encode(answer) + b"\n")
    place = folder / "runs" / name
    place.mkdir(parents=True)
    (place / "journal.jsonl").write_bytes(b"".join(lines))


def test_a_log_becomes_a_verdict_and_a_policy(work):
    found = draft(work)
    assert {u.name: (u.proof, u.why_not) for u in found.plan.use_cases} == {
        "triage": (400, None),
        "summary": (200, None),
    }
    plan = drafting.fixed(work, ON).plan
    run(work)
    scored = marked(work)
    assert scored.scored.by_arm == {"incumbent": 600, "open": 600, "again": 400}
    verdict = proven(work)
    assert {c.use_case: c.status for c in verdict.cases} == {"triage": "safe", "summary": "worse"}
    triage = verdict.cases[0]
    assert triage.cost.incumbent == pytest.approx(0.0013 / triage.score_incumbent)
    assert triage.cost.low < triage.cost.ratio < triage.cost.high
    assert verdict.sentence.startswith("An open model can take 67 % of requests (67 % of spend).")
    assert json.loads((work / "runs" / "proof-1" / "verdict.json").read_bytes())["sentence"] == verdict.sentence
    policy, files = routed(work, gateways=["litellm", "python", "vllm-sr"])
    assert [route.use_case for route in policy.routes] == ["triage"]
    assert all(path.exists() for path in files)
    assert len(files) == 4
    said = verdict_text(verdict, 90)
    # Nothing says what is right but the log: the summary that loses 40 points is shown to differ, no more.
    assert "On 33 % of requests the candidate is shown to differ from the logged answers by more" in verdict.sentence
    plain = " ".join(said.split())
    assert "Differs is all that this shows" in plain
    assert "open is weights-permissive: " in plain
    assert "Epoch AI, as of" in plain
    # 67 % of spend goes to a model at a hundredth of the price.
    assert verdict.saved_spend == pytest.approx(2 / 3 * 0.99, abs=1e-4)
    assert verdict.saved_low <= verdict.saved_spend <= verdict.saved_high
    assert "would cost about 66 % less than this log did" in plain
    assert f"Cost: ${13 / triage.score_candidate:.2f} against $1,3" in plain
    assert "a million successes" in plain
    assert "Answers came from: incumbent incumbent-v1 (400); open open-v1 (400)" in plain
    for wanted in ("1 November 2026", "Not known:", plan.sha256[:12], "favours the", "holds until", "asked twice"):
        assert wanted in said.replace("\n  ", " ")
    assert max(map(len, said.splitlines())) <= 90
    for width in (760, 360):
        for figure in (verdict_figure(verdict, width=width), cost_figure(verdict, width=width)):
            assert figure.spec()["description"]
    # 400 + 200 + 200 calls of triage at 1,300 millionths of a dollar, 400 at 13; half of that for 200 conversations.
    assert sum(case.cost_usd for case in found.plan.use_cases) == pytest.approx(1000 * 0.0013 + 600 * 0.000013)
    # 0.8 s an answer, 8 in flight at the incumbent, which is asked 600 and 400 times.
    assert [case.seconds for case in found.plan.use_cases] == [60.0, 40.0]
    planned = " ".join(plan_text(found, 90).split())
    assert "takes about a minute or two, if answers take as long as in the log" in planned
    assert "favours the incumbent" in planned
    assert "Prompts go to" in planned


def test_nothing_is_changed_unseen_once_it_is_fixed(work):
    draft(work)
    with pytest.raises(InputError, match="draft"):
        marked(work)
    drafting.fixed(work, ON)
    with pytest.raises(InputError, match="was fixed on"):
        draft(work)
    with pytest.raises(InputError, match="was fixed on"):
        drafting.fixed(work, ON + timedelta(days=1))
    run(work)
    marked(work)
    path = work / plans.FILE
    fixed = path.read_text()
    path.write_text(fixed.replace("margin = 0.1", "margin = 0.5"))
    with pytest.raises(InputError, match="changed after it was fixed"):
        proven(work)
    path.write_text(fixed)
    frame = (work / frames.FILE).read_bytes()
    (work / frames.FILE).write_bytes(frame.replace(b'"r1"', b'"r2"', 1))
    with pytest.raises(InputError, match="not the frame"):
        proven(work)
    (work / frames.FILE).write_bytes(frame)
    (work / "runs" / "proof-1" / "run.json").write_text(
        '{"schema_version":1,"run":"proof-1","plan":"other","endpoints":{},"arms":{}}'
    )
    with pytest.raises(InputError, match="made under plan other"):
        proven(work)


def truth_by_file(folder, n=600, wrong=0):
    """A file that says what is right; of the first `wrong` requests something else."""
    rows = [f"r{k},class {9 if k < wrong else k % 5}" for k in range(n)]
    (folder / "truths.csv").write_text("\n".join(["request_id,reference", *rows]) + "\n")


def scored_by(folder, scorer):
    path = folder / plans.FILE
    path.write_text(path.read_text().replace('{ kind = "normalised", reference = "logged" }', scorer))


def test_the_truth_and_ones_own_scorer_are_part_of_the_plan(work):
    draft(work)
    scored_by(work, '{ kind = "python", function = "mine.py:right", reference = "truths.csv" }')
    with pytest.raises(InputError, match=r"mine\.py"):
        drafting.fixed(work, ON)
    truth_by_file(work)
    mine = "def right(text, request, reference):\n    return text == reference\n"
    (work / "mine.py").write_text(mine)
    plan = drafting.fixed(work, ON).plan
    assert set(plan.files) == {"mine.py", "truths.csv"}
    run(work)
    marked(work)
    found = proven(work)
    assert {o.title for o in found.origins} >= {"mine.py", "truths.csv", "journal.jsonl", "marks.jsonl"}
    truth_by_file(work, wrong=300)
    said = r"truths\.csv was \w{12} when the plan was fixed on 2026-11-01; it is \w{12} now.*--again"
    for step in (proven, marked, run_plan):
        with pytest.raises(InputError, match=said):
            step(work)
    truth_by_file(work)
    proven(work)
    (work / "mine.py").write_text(mine.replace("text == reference", "True"))
    with pytest.raises(InputError, match=r"mine\.py was"):
        marked(work)
    (work / "mine.py").unlink()
    with pytest.raises(InputError, match="it is not there now"):
        marked(work)
    # Who writes the new hash into the plan as well has changed the plan.
    (work / "mine.py").write_text(mine)
    path = work / plans.FILE
    path.write_text(path.read_text().replace(plan.files["mine.py"], "0" * 64))
    with pytest.raises(InputError, match="changed after it was fixed"):
        marked(work)


def test_logged_answers_cannot_change_under_a_fixed_plan(work):
    draft(work)
    drafting.fixed(work, ON)
    run(work)
    marked(work)
    kept = list(requests(work))
    for path in (work / "requests").iterdir():
        path.unlink()
    with pytest.raises(InputError, match=r"400 requests of 'triage' were in the table .* and are gone"):
        marked(work)
    append(work, [msgspec.structs.replace(one, response={"content": "class 9"}) for one in kept])
    with pytest.raises(InputError, match="What was logged of 'triage' was"):
        marked(work)
    with pytest.raises(InputError, match="What was logged of 'triage' was"):
        run_plan(work)


def test_runs_beside_the_one_that_is_signed_are_named(work):
    draft(work)
    drafting.fixed(work, ON)
    run(work)
    marked(work)
    assert not any("Other runs" in line for line in proven(work).unknown)
    for name, plan in (("lucky", plans.read(work / plans.FILE).sha256), ("wider", "other")):
        (work / "runs" / name).mkdir()
        said = {"schema_version": 1, "run": name, "plan": plan, "endpoints": {}, "arms": {}}
        (work / "runs" / name / "run.json").write_text(json.dumps(said))
    (said,) = [line for line in proven(work).unknown if "Other runs" in line]
    assert "lucky (this plan), wider (another plan)" in said


def test_answers_from_before_the_margins_are_no_proof(work):
    draft(work)
    drafting.fixed(work, date(2026, 11, 3))
    run(work)
    marked(work)
    with pytest.raises(InputError, match="1,600 answers of the run are older"):
        proven(work)


def test_the_next_generation_has_fresh_traffic_and_a_smaller_part_of_the_level(work):
    draft(work)
    first = drafting.fixed(work, ON)
    drafting.again(work)
    append(work, [
        Request(request_id=f"n{k}", conversation_id=f"n{k}", model="big", response={"content": "class 1"},
                messages=({"role": "user", "content": "new"},), hints={"tag": "triage"})
        for k in range(300)
    ])  # fmt: skip
    second = draft(work)
    assert second.plan.generation == 2
    before = {one.conversation_id for split in first.frame.use_cases.values() for one in split.proof}
    after = {one.conversation_id for split in second.frame.use_cases.values() for one in split.proof}
    assert len(before) == 600
    assert after == {f"n{k}" for k in range(300)}
    reasons = {u.name: u.why_not for u in second.plan.use_cases}
    assert reasons["summary"].startswith("0 conversations")
    assert second.plan.use_cases[0].margin == 0.1


def test_a_draft_keeps_what_people_edited(work):
    draft(work)
    path = work / plans.FILE
    text = (
        path.read_text().replace("margin = 0.1", "margin = 0.2", 1).replace('kind = "normalised"', 'kind = "exact"', 1)
    )
    path.write_text(text + "\n# mine\n")
    case = drafting.draft(work).plan.use_cases[0]
    assert (case.margin, case.scorer["kind"]) == (0.2, "exact")
    assert drafting.draft(work, margins={"summary": 0.3}).plan.use_case("summary").margin == 0.3
    with pytest.raises(InputError, match="No use case 'sumary'"):
        drafting.draft(work, margins={"sumary": 0.3})
    with pytest.raises(InputError, match="no endpoint 'other'"):
        drafting.draft(work, candidates=["other"])


def test_the_commands_say_it_in_one_line_each(work):
    def typed(*words):
        return CliRunner().invoke(main, ["work", *words, "--in", str(work)])

    assert "No incumbent" in typed("plan").stderr
    planned = typed("plan", "--endpoints", str(work.parent / "servers.toml"), "--incumbent", "closed", "--candidate",
                    "open", "--margin", "0.1", "--fix", "2026-11-01")  # fmt: skip
    assert planned.exit_code == 0
    assert "fixed on 2026-11-01" in planned.output
    assert "nomoat work run" in typed("score").stderr
    run(work)
    assert typed("prove").exit_code == 2
    assert typed("score").exit_code == 0
    proof = typed("prove", "--json")
    assert json.loads(proof.stdout)["sentence"].startswith("An open model can take 67 %")
    assert "plan " in typed("prove", "--cite").stdout
    assert "litellm.yaml written" in typed("route", "--to", "litellm").stderr
    wrong = typed("plan", "--margin", "triage=3")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)


def test_people_label_blind_and_their_labels_prove(work):
    draft(work)
    path = work / plans.FILE
    path.write_text(path.read_text().replace('{ kind = "normalised", reference = "logged" }',
                                             '{ kind = "human", file = "labels.csv" }'))  # fmt: skip
    drafting.fixed(work, ON)
    run(work)
    assert marked(work).scored.marks == 0
    assert {c.status for c in proven(work).cases} == {"undecided"}
    sheet = to_label(work, 150)
    read = list(csv.DictReader(sheet.csv().splitlines()))
    # What both arms said in the same words is shown once.
    assert 2 * 150 < len(sheet.rows) == len(read) == len({row["code"] for row in read}) < 2 * 150 * 2
    assert "incumbent" not in sheet.csv() + sheet.page().split('id="data">')[1].split("</script>")[0]
    assert "open" not in sheet.csv()
    # Of one request the arms come in no order of theirs, and letters alone stay what they are in a spreadsheet.
    assert [row["code"] for row in read] != sorted(row["code"] for row in read)
    assert all(row["code"].isalpha() for row in read)
    # A person who knows the right class, told by the number in the prompt.
    for row in read:
        row["score"] = str(int(row["answer"] == f"class {int(row['prompt'].split()[-1]) % 5}"))
    with (work / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, read[0])
        writer.writeheader()
        writer.writerows(read)
    assert marked(work).scored.strange == 0
    found = {c.use_case: c for c in proven(work).cases}
    assert {c.conversations for c in found.values()} == {150}
    assert "How far people agree on triage: no answer was labelled by two of them." in proven(work).unknown
    # Whoever stops half-way has labelled the conversations that come first: the rest of the order waits.
    drawn = frames.read(work / frames.FILE).use_cases["triage"].proof[:150]
    order = dict.fromkeys(row["request_id"] for row in read if row["use_case"] == "triage")
    assert list(order) == [request for one in drawn for request in one.requests]
    assert found["summary"].status == "worse"
    assert found["triage"].score_incumbent > 0.9


def test_labels_of_nobody_are_counted_and_two_that_differ_are_refused(work):
    draft(work)
    path = work / plans.FILE
    path.write_text(path.read_text().replace('{ kind = "normalised", reference = "logged" }',
                                             '{ kind = "human", file = "labels.csv" }'))  # fmt: skip
    drafting.fixed(work, ON)
    run(work)
    assert "--to-label 200" in scored_text(marked(work), 90)
    rows = ["arm,request_id,score", "incumbent,r1,1", "open,r1,0", "open,r1,0", "open,r99999,1", "nobody,r1,1"]
    (work / "labels.csv").write_text("\n".join(rows) + "\n")
    found = marked(work)
    assert (found.scored.marks, found.scored.strange) == (2, 2)
    assert [(r.scorer, r.arm, r.mean) for r in found.scored.rows] == [
        ("human", "incumbent", 1.0),
        ("human", "open", 0.0),
    ]
    assert "2 labels of no answer of this run, left out." in scored_text(found, 90)
    (work / "labels.csv").write_text("\n".join([*rows, "open,r1,1"]) + "\n")
    with pytest.raises(InputError, match=r"labels\.csv, line 7: a second label of open r1, 1 and before 0"):
        marked(work)


@pytest.mark.parametrize("reply", ["I cannot help with that.", "0 1 2 3 4", "10", ""])
def test_what_a_judge_says_that_nobody_can_read_is_counted_and_its_verdict_says_what_is_missing(work, reply):
    servers = work.parent / "servers.toml"
    text = servers.read_text().replace('model = "big"', 'model = "big"\nfamily = "gpt"')
    text = text.replace('model = "qwen3-8b"', 'model = "qwen3-8b"\nfamily = "qwen"')
    servers.write_text(text + '\n[endpoints.jury]\nurl = "http://127.0.0.1:3/v1"\nmodel = "j"\nfamily = "mistral"\n')
    draft(work)
    scored_by(work, '{ kind = "rubric", judge = "jury" }')
    drafting.fixed(work, ON)
    run(work)
    judged = work / "runs" / "proof-1-judge"
    judged.mkdir()
    answers = [
        Answer(run="j", arm="judge", request_id=f"{one.request_id}|{one.arm}", conversation_id="c", key="k", model="j",
               response={"content": reply})
        for one in journal.answers(work / "runs" / "proof-1")
    ]  # fmt: skip
    (judged / "journal.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in answers))
    scored = marked(work).scored
    assert scored.broken == scored.by_arm
    assert any("of the judge that nobody can read" in note for note in scored.notes)
    found = proven(work)
    assert {case.status for case in found.cases} == {"undecided"}
    said = " ".join(line for case in found.cases for line in told(case))
    assert "nomoat work score --to-label 200" in said
    assert "alone proves nothing" in said
    assert "run/proof-1-judge/journal.jsonl" in {one.id for one in found.origins}


def test_what_a_model_writes_is_no_formula_on_a_sheet():
    assert _cell("=HYPERLINK(1)").startswith("'=")
    assert _cell("plain") == "plain"


def test_only_candidates_that_are_allowed_are_planned(work):
    servers = work.parent / "servers.toml"
    more = '[endpoints.mine]\nurl = "http://127.0.0.1:3/v1"\nmodel = "our-own"\nself_hosted = true\n'
    servers.write_text(SERVERS + more)
    both = ["open", "mine"]
    plain = draft(work, candidates=both, limits={"classes": ["weights-permissive"]})
    assert {u.candidates for u in plain.plan.use_cases} == {("open",)}
    assert [(row.what, row.why) for row in plain.left_out] == [
        ("use cases for candidate mine", "of unknown openness, not weights-permissive")
    ]
    housed = draft(work, candidates=both, limits={"classes": [], "self_hosted": True}).plan
    assert {u.candidates for u in housed.use_cases} == {("mine",)}
    with pytest.raises(InputError, match="No candidate is allowed: open is not self-hosted"):
        draft(work, candidates=["open"], limits={"self_hosted": True})
    with pytest.raises(InputError, match="No openness class"):
        draft(work, limits={"classes": ["opne"]})
    assert draft(work, budget_usd=3.0, limits={"self_hosted": False}).plan.budget_usd == 3.0


def test_candidates_too_small_for_the_traffic_or_too_dear_are_left_out_with_why(work):
    servers = work.parent / "servers.toml"
    more = (
        '[endpoints.short]\nurl = "http://127.0.0.1:3/v1"\nmodel = "our-short"\ncontext = 100\n'
        "price_input = 0.1\nprice_output = 0.1\n"
        '[endpoints.unpriced]\nurl = "http://127.0.0.1:4/v1"\nmodel = "our-own"\nopenness = "weights-permissive"\n'
    )
    servers.write_text(SERVERS + more)
    # A request of the log takes 110 tokens, 100 in and 10 out.
    found = draft(work, candidates=["open", "short", "unpriced"], limits={"price": 5.0})
    case = found.plan.use_cases[0]
    assert case.candidates == ("open",)
    assert case.barred == {
        "short": "reads 100 tokens, and the longest request takes 110",
        "unpriced": "of unknown price, and $5 a million tokens was the most allowed",
    }
    assert {row.what.split()[-1]: row.count for row in found.left_out} == {"short": 2, "unpriced": 2}
    # Who is barred is not asked, so no prompt goes there.
    assert "Prompts go to 127.0.0.1:1 (open), closed.example (closed) when" in plan_text(found, 300)
    # What was asked for stays in the draft, and the candidates come back where nothing bars them.
    assert drafting.draft(work).plan.use_cases[0].barred == case.barred
    with pytest.raises(InputError, match=r"open costs \$0\.118 a million tokens in your mix, and \$0\.11 was the most"):
        drafting.draft(work, limits={"price": 0.11})
    with pytest.raises(InputError, match="No modality 'sound'"):
        drafting.draft(work, limits={"reads": ["sound"]})
    # What the user attests counts where the catalogue is silent.
    path = work / plans.FILE
    path.write_text(path.read_text().replace("price = 5.0", ""))
    attested = drafting.draft(work, limits={"classes": ["weights-permissive"]}).plan.use_cases[0]
    assert attested.candidates == ("open", "unpriced")


def test_how_open_a_model_is_comes_with_whoever_says_so_and_its_licence():
    """A floating name is as open as all that it may mean; a name that nobody knows is as open as the plan attests."""
    ends = {
        name: Endpoint(name=name, url="https://a.example/v1", model=model, openness=mine)
        for name, model, mine in (
            ("floating", "gpt-4o", None), ("llama", "meta-llama/Llama-3.1-8B-Instruct", None),
            ("mine", "our-own", "open-source"), ("nobody", "our-own", None), ("boast", "gpt-4o", "open-source"),
        )
    }  # fmt: skip
    known = known_of(plans.Plan(endpoints=ends))
    assert known["floating"].openness == "closed-api"
    assert known["llama"].openness == "weights-restricted"
    assert "licence Llama 3.1 Community" in known["llama"].by
    assert (known["mine"].openness, known["mine"].by.split(",")[0]) == ("open-source", "attested in plan.toml")
    assert (known["nobody"].openness, known["nobody"].by) == (None, None)
    assert (known["boast"].openness, known["boast"].differs) == ("closed-api", "open-source")


def test_pictures_go_to_models_that_see(work):
    servers = work.parent / "servers.toml"
    servers.write_text(SERVERS + '[endpoints.blind]\nurl = "http://127.0.0.1:3/v1"\nmodel = "m"\nreads = ["text"]\n')
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
    append(work, [
        Request(request_id=f"i{k}", conversation_id=f"i{k}", model="big", response={"content": "cat"},
                messages=({"role": "user", "content": [part]},), hints={"tag": "summary"})
        for k in range(3)
    ])  # fmt: skip
    found = draft(work, candidates=["open", "blind"]).plan
    assert found.use_case("summary").barred["blind"] == "reads text, and 3 requests hold image"
    assert found.use_case("triage").barred == {}


def test_each_use_case_keeps_the_candidates_that_were_edited_for_it(work):
    servers = work.parent / "servers.toml"
    servers.write_text(SERVERS + '[endpoints.mine]\nurl = "http://127.0.0.1:3/v1"\nmodel = "our-own"\n')
    draft(work, candidates=["open", "mine"])
    path = work / plans.FILE
    head, tail = path.read_text().split("[use_cases.summary]")
    tail = tail.replace('candidates = ["open", "mine"]', 'candidates = ["mine"]')
    path.write_text(head + "[use_cases.summary]" + tail)
    plan = drafting.fixed(work, ON).plan
    assert plan.use_case("summary").candidates == ("mine",)
    assert plan.use_case("triage").candidates == ("open", "mine")


def test_a_plan_that_can_prove_nothing_is_not_fixed(work):
    draft(work, margin=0.001)
    with pytest.raises(InputError, match=r"No use case can be proven with this traffic: triage, because a proof"):
        drafting.fixed(work, ON)
    assert plans.read(work / plans.FILE).sha256 is None


@pytest.mark.parametrize("body", ["raise KeyError('gone')", "return float('nan')", "raise SystemExit(3)"])
def test_a_scorer_that_always_fails_proves_nothing(work, body):
    """Two zeros are no difference, and no difference is what a proof bets on."""
    draft(work)
    scored_by(work, '{ kind = "python", function = "mine.py:right" }')
    (work / "mine.py").write_text(f"def right(text, request, reference):\n    {body}\n")
    drafting.fixed(work, ON)
    run(work)
    with pytest.raises(InputError, match=r"the scorer failed on each of the first 50 answers: (Key|Value)Error"):
        marked(work)
    with pytest.raises(InputError, match="There are no marks"):
        proven(work)


def test_a_scorer_that_stumbles_over_the_incumbent_helps_no_candidate(work):
    draft(work)
    scored_by(work, '{ kind = "python", function = "mine.py:right", reference = "truths.csv" }')
    truth_by_file(work)
    mine = "def right(text, request, reference):\n    assert text != 'class 9'\n    return text == reference\n"
    (work / "mine.py").write_text(mine)
    drafting.fixed(work, ON)
    run(work)
    scored = marked(work).scored
    assert len(scored.unscorable) == scored.broken["incumbent"] > 0
    found = {c.use_case: c for c in proven(work).cases}
    assert {c.score_incumbent for c in found.values()} == {1.0}
    assert found["summary"].score_candidate < 0.7  # where it alone stumbles, it has failed


def test_what_is_typed_for_a_draft_is_checked_before_anything_is_written(work):
    draft(work)
    before = (work / plans.FILE).read_text()
    for said in ({"level": 2.0}, {"discordance": -1.0}, {"seed": -1}):
        (key,) = said
        with pytest.raises(InputError, match=rf"--{key} -?\d.*Try: --{key}"):
            draft(work, settings=said)
    assert (work / plans.FILE).read_text() == before


def test_a_use_case_of_the_plan_that_the_traffic_does_not_have_is_not_dropped_in_silence(work):
    draft(work)
    path = work / plans.FILE
    path.write_text(path.read_text().replace("[use_cases.triage]", "[use_cases.triaje]"))
    with pytest.raises(InputError, match=r"use_cases\.triaje.*Expected 'triage'.*would be lost"):
        draft(work)


def test_a_date_that_is_older_than_the_requests_of_the_frame_is_named(tmp_path):
    folder = workplace(tmp_path / "work")
    first = datetime(2026, 10, 31, 12, tzinfo=UTC)
    append(folder, [
        Request(
            request_id=f"r{k}", conversation_id=f"c{k}", model="big", time=first + timedelta(days=k % 3),
            messages=({"role": "user", "content": f"number {k}"},), response={"content": f"class {k % 5}"},
            hints={"tag": "triage"},
        )
        for k in range(300)
    ])  # fmt: skip
    (tmp_path / "servers.toml").write_text(SERVERS)
    freeze(folder, discover(folder, clusters=False))
    draft(folder)
    drafting.fixed(folder, ON)
    run(folder, at=datetime(2026, 11, 3, tzinfo=UTC))
    marked(folder)
    assert any("of 2026-11-01: 100 requests of its frame are later" in line and "2026-11-02" in line
               for line in proven(folder).unknown)  # fmt: skip


def test_a_plan_that_masks_says_so_from_the_draft_to_the_policy(work):
    found = draft(work, redact=True)
    assert "Personal data are masked" in plan_text(found, 100)
    assert draft(work).plan.redact  # what a draft says stays
    drafting.fixed(work, ON)
    run(work)
    marked(work)
    assert any(line.startswith("Unmasked prompts") for line in proven(work).unknown)
    assert any("unmasked" in line for line in routed(work)[0].void_if)
