# Two commands: `make report` and `make test`. Everything they need is installed here, in this folder.
#   make report     the answer, as ./nomoat-report/index.html
#   make test       linter, types, all tests: under 15 minutes on two cores
#   make demo       from documents to verdicts in two minutes; on your own with DOCS=DIR
#   make demo-work  from a log to a verdict whose truth is known: two real models behind the chat API, two minutes
#   make docs       the reference pages and the picture of the README, made again
#   make bench      times beside the targets and beside what others do; an environment of its own
#   make calibrate  simulated worlds: does a 90 % interval hold 90 % of the time, does the proof hold?
VENV := .venv
BENCH := .venv-bench
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# The first Python that is new enough, whatever it is called here.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)

# $(call environment,FOLDER): an empty environment. pip reads [dependency-groups] only from 25.1 on.
ifneq ($(UV),)
environment = $(UV) venv --quiet --allow-existing --python '>=3.11' $(1)
install = VIRTUAL_ENV=$(1) $(UV) pip install --quiet $(2) || { echo "uv could not install; with pip in its place: make UV= $(MAKECMDGOALS)" >&2; exit 1; }
else
environment = $(if $(PYTHON),,$(error nomoat needs Python 3.11 or newer, and no python3 here is. Install one, or: make PYTHON=/path/to/python3.12)) \
	$(PYTHON) -m venv $(1) && $(1)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
install = $(1)/bin/python -m pip install --quiet $(2)
endif

.PHONY: report test demo demo-work docs bench calibrate clean

report: $(VENV)/.installed
	@$(BIN)/nomoat report

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

demo: $(VENV)/.installed
	@$(BIN)/python examples/demo.py "$(DOCS)"

demo-work: $(VENV)/.installed
	@$(BIN)/python examples/demo_work.py

docs: $(VENV)/.installed
	$(BIN)/python docs/reference/generate.py
	$(BIN)/nomoat frontier --out docs/img/frontier.svg

bench: $(BENCH)/.installed-peers
	@failed=; for file in $(filter-out benchmarks/calibrate%,$(wildcard benchmarks/*.py)); do \
		echo "== $$file"; $(BENCH)/bin/python $$file || failed="$$failed $$file"; done; \
	if [ -n "$$failed" ]; then echo "Did not run to the end:$$failed"; exit 1; fi

calibrate: $(BENCH)/.installed
	$(BENCH)/bin/python benchmarks/calibrate.py
	$(BENCH)/bin/python benchmarks/calibrate_proof.py

$(VENV)/.installed $(BENCH)/.installed: %/.installed: pyproject.toml
	$(call environment,$*)
	$(call install,$*,-e .)
	@touch $@

$(BENCH)/.installed-peers: pyproject.toml $(BENCH)/.installed
	$(call install,$(BENCH),--group bench)
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	$(call install,$(VENV),--group test)
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache
