# Everything is done in .venv; a second call starts at once.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: study test lint tests bench bench-plan messages completions screens clean

study: $(READY)  ## study from this checkout
	@$(BIN)/mlquiz study

test: lint tests  ## lint, types, formatting, all tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tests: $(READY)
	$(BIN)/mlquiz check
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

bench: $(READY)  ## ratios of medians, side by side
	$(BIN)/python -m bench

bench-plan: $(READY)  ## the plan for a date against other ways to study, simulated; QUICK=--quick for a part of it
	$(BIN)/python -m bench.plan $(QUICK)

messages: $(READY)  ## compile the interface's translations
	$(BIN)/pybabel compile --directory mlquiz/locale --domain mlquiz

completions: $(READY)  ## the table that completion at the prompt goes by
	$(BIN)/python -m mlquiz.cli.completion_table

screens: $(READY)  ## the pictures in docs/screens
	$(BIN)/python tests/screens.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache dist

# pip older than 25.1 knows no dependency groups, so pip itself comes first.
$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("mlquiz needs Python 3.11 or newer; try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@
