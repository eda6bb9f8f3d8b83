# `make` alone shows what there is.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# What make serve sets: the demo's own keys in instance/, plain HTTP on this machine only.
PACK ?= council
INSTANCE ?= instance
DEMO := PROBITY_DEMO=1 PROBITY_INSTANCE=$(INSTANCE) PROBITY_PUBLIC_URL=http://127.0.0.1:$(PORT)

# Compiled modules are kept: without them every command reads all sources anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve test year check explore requirements benchmark clean-demo

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/flask: requirements.txt pyproject.toml hatch_build.py package-lock.json
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(BIN)/flask

$(BIN)/pytest: $(BIN)/flask requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $(BIN)/pytest

serve: $(BIN)/flask ## Set everything up and serve the demo on http://127.0.0.1:8000 (PORT=, PACK=, INSTANCE=)
	@$(BIN)/python hatch_build.py
	@$(DEMO) $(BIN)/flask --app app db upgrade
	@$(DEMO) $(BIN)/flask --app app demo --pack $(PACK) --port $(PORT)
	@$(DEMO) sh -c '$(BIN)/flask --app app jobs run --every 30 & runner=$$!; \
	  $(BIN)/gunicorn --workers $(WORKERS) --bind 127.0.0.1:$(PORT) --log-level warning "app:create_app()" & server=$$!; \
	  trap "kill $$runner $$server" INT TERM; wait $$server; kill $$runner 2>/dev/null; wait'

test: $(BIN)/pytest ## Set everything up and run the whole suite
	@$(BIN)/python hatch_build.py
	$(BIN)/pytest -n 2 --dist worksteal

year: $(BIN)/pytest ## Live a whole year of 600 people on PostgreSQL (two minutes)
	@$(BIN)/python hatch_build.py
	PROBITY_WHOLE_YEAR=1 $(BIN)/pytest tests/year -k "year_without_a_fault and postgresql" --durations=1

check: $(BIN)/pytest ## Style, types and templates
	$(BIN)/ruff check .
	$(BIN)/mypy app

explore: $(BIN)/pytest ## Make histories of leaving and passwords that nobody has seen yet (minutes)
	PROBITY_HISTORIES=$$(shuf --input-range 4-999999999 --head-count 20 | paste -sd,) \
	  $(BIN)/pytest tests/credential_rotation/test_nothing_is_forgotten.py

benchmark: $(BIN)/pytest ## Measure against the budgets (minutes; quiet machine)
	$(BIN)/python -m tests.benchmarks

requirements: ## Pin again what pyproject.toml asks for (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra test --extra dev pyproject.toml -o requirements-test.txt

clean-demo: ## Throw the demo organisation away
	rm -rf $(INSTANCE)/probity.sqlite* $(INSTANCE)/evidence $(INSTANCE)/mail $(INSTANCE)/demo-secrets.env
