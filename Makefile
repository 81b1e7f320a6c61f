# `make check` does all that a change must pass.
BIN ?= .venv/bin

.PHONY: check format lint types contracts test attacks audit sbom lock

check: lint types contracts test

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

test:
	$(BIN)/pytest

attacks:
	ALL_ATTACKS=1 $(BIN)/pytest tests/attacks tests/cli/test_killed.py

audit:
	.ci/audit $(BIN)

sbom:
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --of JSON -o sbom.cdx.json

# The lock holds every platform's versions; `pip install -c requirements.lock` keeps to it.
lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --quiet --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --all-extras --group dev pyproject.toml -o requirements.lock
