# SPDX-License-Identifier: AGPL-3.0-or-later
# Every target below sets up what it needs; `make` alone prints this help. Assets that are built already take 0.1 s.
PYTHON ?= python3
VENV := .venv
PONTE := $(VENV)/bin/ponte
ONCE ?=
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup assets compiled demo run test pictures chaos check bench clean

help: ## print this help
	@echo "Ponte: schedules intercultural mediators and dispatches interpreters."
	@echo
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'
	@echo
	@echo "Options: ONCE=1 (demo: stop after the summary) · SEED=N (demo) · PYTHON=python3.12"

setup: $(VENV)/.installed assets compiled ## build .venv with the command .venv/bin/ponte

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Ponte needs Python 3.11 or newer; try: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

assets: $(VENV)/.installed
	@$(VENV)/bin/python dispatch/web/assets/build.py

compiled: $(VENV)/.compiled

$(VENV)/.compiled: $(VENV)/.installed solver/kernel.py solver/saddle.py
	@$(VENV)/bin/python -m solver.warm
	@touch $@

demo: setup ## a seeded province's week, end to end, then serve it (ONCE=1: stop after the summary)
	$(PONTE) demo --seed $(SEED) $(if $(ONCE),--once,)

run: setup ## serve, worker and clock under one parent, on the embedded PostgreSQL
	$(PONTE) run

test: setup ## every test, on the embedded PostgreSQL and in the system's Chromium
	@$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m pytest

pictures: setup ## the pictures of the guides (docs/pictures), of a scene that is always the same
	@$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m tests.browser.guide_pictures

# The figures are written after each test, so an interrupted or failed run reports what it has.
chaos: setup ## every promise at its full size (hours), with its figures in docs/reliability.md
	@$(VENV)/bin/python -m pytest -m chaos -n 0 -v tests/chaos; outcome=$$?; \
	$(VENV)/bin/python -m tests.chaos.report && exit $$outcome

check: setup ## format, lint, types and the import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: setup $(VENV)/.peers ## the planner against its bound, its greedy baseline and other solvers
	$(VENV)/bin/python -m bench

$(VENV)/.peers: requirements-bench.lock $(VENV)/.installed
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

clean: ## remove what the targets above made (the embedded database's data stay)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dispatch/web/static/vendor dispatch/web/assets/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
