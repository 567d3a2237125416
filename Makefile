# The commands of a checkout. Each makes the environment it needs in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help serve build validate test fuzz every-page check format extraction-report screenshots pages docs dist clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

serve: $(VENV)/installed ## build the graph if it is not built, and serve it on http://127.0.0.1:8000/
	$(BIN)/cdsgraph serve --port $(PORT)

build: $(VENV)/installed ## build the graph from data/ into build/
	$(BIN)/cdsgraph build

validate: $(VENV)/installed ## check the built graph against shapes/
	$(BIN)/cdsgraph validate

test: check ## lint, types and all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

fuzz: $(VENV)/installed-dev ## thousands of damaged queries and files against the reader and the service (minutes)
	$(BIN)/python -m pytest -m slow

every-page: $(VENV)/installed-dev ## each page of the site in a browser, in both languages: no barrier, no sideways scrolling (minutes)
	$(BIN)/python -m pytest -m every_page --numprocesses 2 --dist load tests/browser/test_each_page.py

check: $(VENV)/installed-dev ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-dev ## rewrite the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

extraction-report: $(VENV)/installed-dev ## measure reading and write docs/extraction.md
	$(BIN)/python -m benchmarks.extraction_report

screenshots: $(VENV)/installed-dev build ## pictures of every kind of page in build/screenshots/, to be looked at
	$(BIN)/python -m benchmarks.screenshots

pages: $(VENV)/installed-dev ## write the pages of docs/ that are made from code, ontology and lock files
	$(BIN)/python -m documenting

docs: $(VENV)/installed-dev ## build the documentation site into build/site
	$(BIN)/python -m documenting site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

dist: $(VENV)/installed-dev ## build wheel and sdist into dist/, with their checksums
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build
	cd dist && sha256sum * > SHA256SUMS

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/installed
