PYTHON ?=
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
STUDY := experiments/household-vs-task
RESULTS := results/household-vs-task

# Processes that start without compiled modules take a second longer, and tests start hundreds.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help demo demo-map lab test lint bench base dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

demo: base ## compare per-household money with money that follows the task
	@$(BIN)/sansheng run $(STUDY)/study.yaml --out $(RESULTS)

demo-map: base ## where the answer turns: staffing (psi) against functions borne (rho)
	@$(BIN)/sansheng run $(STUDY)/map.yaml --out $(RESULTS)-map

lab: ## compare rules in the browser, alone or with a class
	@sh tools/install.sh lab "$(PYTHON)"
	@$(BIN)/sansheng lab

lint: dev ## ruff, mypy and the layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The kernels are compiled once before the tests share the cores.
test: lint ## lint, hold the speed, then every test
	$(BIN)/python tools/warm_up.py
	$(BIN)/python -m benchmarks.guard
	$(BIN)/python -m pytest -n $$($(BIN)/python -c 'import os; print(2 if (os.cpu_count() or 1) > 1 else 0)')

bench: base ## time this model beside Mesa objects, NumPy columns and AgentPy
	@$(BIN)/python -m benchmarks.run

base:
	@sh tools/install.sh base "$(PYTHON)"

dev:
	@sh tools/install.sh dev "$(PYTHON)"
