# One-command checks. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two: with a third, what waits for a homeserver misses its time on two cores. Who plays what: tests/shares.py.
WORKERS := -n 2
LOCKFLAGS := --universal --generate-hashes --python-version 3.11 --no-header --no-annotate

.PHONY: help demo test long check lint format bench soak lock clean
help: ## show this list
	@grep -hE '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# The stamp lives inside the environment: delete .venv and everything is made again.
$(VENV)/.stamp: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "hotspotbot needs Python 3.11 or newer"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv: $(VENV)/.stamp ## the virtual environment, from the hashed lock file

demo: $(VENV)/.stamp ## two weeks of a programme on a real homeserver, in about a minute
	$(BIN)/hotspotbot demo

test: lint ## everything: lint, types, unit, dialogs, storage, simulation, end to end
	$(BIN)/pytest $(WORKERS) --durations 15 -m "not long"

long: $(VENV)/.stamp ## what takes minutes of real time: drills, takeovers, a whole year, other bots
	$(BIN)/pytest -n 2 --durations 15 -m long
	HOTSPOTBOT_MORE=10 $(BIN)/pytest -n 2 tests/property/test_access.py tests/property/test_questions.py

check: lint ## the fast loop: lint, types, unit and property tests
	$(BIN)/pytest -n 2 -m "not e2e and not slow and not long"

lint: $(VENV)/.stamp ## ruff, mypy, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.stamp ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.stamp ## measure, as ratios against a baseline in the same run
	$(BIN)/python -m benchmarks

KILLS ?= 300
MINUTES ?= 30
soak: long ## kill the bot KILLS times on a real homeserver, then simulate for MINUTES; prints the tallies
	$(BIN)/python -m tests.faults.soak --kills $(KILLS)
	$(BIN)/python -m tests.faults.soak --kills $(KILLS) --postgresql
	$(BIN)/python -m tests.simulation.soak --minutes $(MINUTES)

lock: ## make the lock file anew (needs uv)
	uv pip compile $(LOCKFLAGS) --extra dev pyproject.toml -o requirements.lock

clean: ## remove what the other targets made
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
