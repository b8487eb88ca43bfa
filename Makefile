# Two commands: `make report` and `make test`. Everything they need is installed here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test

.PHONY: report test clean

report: $(STAMP)
	$(BIN)/nomoat report

# pip reads [dependency-groups] only from 25.1 on: the venv's own pip is raised to that first.
test: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

$(BIN)/python:
ifneq ($(UV),)
	$(UV) venv --python '>=3.11' $(VENV)
else
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nomoat needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
endif

$(STAMP): pyproject.toml | $(BIN)/python
ifneq ($(UV),)
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet -e .
else
	$(BIN)/python -m pip install --quiet -e .
endif
	@touch $@

$(TEST_STAMP): pyproject.toml $(STAMP)
ifneq ($(UV),)
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --group test
else
	$(BIN)/python -m pip install --quiet --group test
endif
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
