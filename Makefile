# Two commands are enough: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .venv-tools
# uv reads neither pip's settings nor the system's certificates by itself.
export UV_SYSTEM_CERTS ?= true
export UV_PYTHON_DOWNLOADS ?= never
UV := $(BIN)/uv

.PHONY: help install install-postgres install-suites install-telemetry demo test check fmt test-api test-faults test-long test-networks bluesky-server test-pages test-sign-in test-install test-large test-postgres crowd explore fuzz simulate bench bench-report docs pictures site audit audit-offline sbom vendor lock clean

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

install: $(VENV)/installed  ## Set up only: .venv/bin/campaign

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/installed: $(UV) requirements/main.txt pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/main.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --editable .
	@touch $@

install-postgres: $(VENV)/installed  ## Set up PostgreSQL and `campaign worker` as well
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/postgres.txt

install-telemetry: $(VENV)/installed  ## Set up what sends traces to an OpenTelemetry collector as well
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/telemetry.txt

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

demo: install  ## The whole main job with no accounts: writes demo-output/
	$(BIN)/campaign demo

check: $(VENV)/installed-dev  ## Lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Half of the time tests wait: for a process to start, for a second to come. So there are two of them
# for every processor.
TESTERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 2 )))

# Thousands of databases are safe on a disk only after a while each. Their files lie in memory where 6 GB
# of it are free for files; a run takes about 2.
MEMORY := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'END {print $$4 + 0}')" -gt 6000000 ] && echo /dev/shm)

test: check  ## Everything that must hold before a commit
	$(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/pytest -n $(TESTERS) --dist worksteal

install-suites: $(VENV)/installed-dev $(TOOLS)/installed  ## Set up what the longer suites need beside `make test`
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/networks.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/pages.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/api.txt

test-faults: $(VENV)/installed-dev  ## Every crash point with every network fault on every kind of network
	$(BIN)/pytest -n auto -m "faults or not faults" tests/faults tests/keeping
	$(BIN)/pytest -n 0 -m faults tests/campaign

test-long: $(VENV)/installed-dev  ## What takes some seconds each: planted faults, moves cut off, guides carried out
	$(BIN)/pytest -n auto -m long tests/architecture tests/campaign tests/moving tests/simulation

test-api: $(VENV)/installed-dev  ## The whole API under schemathesis: no fault, no answer unlike its document
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/api.txt
	$(BIN)/pytest -m api tests/api_schema

test-networks: $(VENV)/installed-dev  ## Against the real Bluesky server and its index, from npm
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/networks.txt
	$(BIN)/pytest -m networks tests/networks

PORT ?= 2583
bluesky-server: $(VENV)/installed-dev  ## The real Bluesky on this machine, to try a campaign on: docs/how-to/try-bluesky.md
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/networks.txt
	@PORT=$(PORT) $(BIN)/python -m tests.networks.trial

test-pages: $(VENV)/installed-dev $(TOOLS)/installed  ## Pages, report and this documentation before axe-core; a PDF/UA checker
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/pages.txt
	$(BIN)/pytest -m pages tests/pages

test-sign-in: $(VENV)/installed-dev  ## Signing in against an OpenID Connect server that we did not write, from npm
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/networks.txt
	$(BIN)/pytest -m sign_in tests/sign_in

test-install: $(VENV)/installed-dev  ## The wheel in fresh environments, on every Python there is here
	$(BIN)/pytest -n auto -m install -rs tests/install

test-postgres: $(VENV)/installed-dev  ## Processes on PostgreSQL, killed, frozen and cut off for minutes
	$(BIN)/pytest -m crowd tests/crowd

test-large: $(VENV)/installed-dev  ## Films of 300 MB on every network that takes them, and the memory they cost
	$(BIN)/pytest -n 0 -s -m large tests/large_videos

FUZZ_SECONDS ?= 120
fuzz: $(VENV)/installed-dev  ## Drawn input for all that comes from outside: FUZZ_SECONDS for each fuzzer
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/pytest -n auto -m fuzz tests/fuzz

explore: $(VENV)/installed-dev  ## The laws of `make test` over other examples each time
	$(BIN)/pytest -n auto --hypothesis-profile=drawn $(shell grep -rlE '@given|RuleBasedStateMachine' tests --include=test_*.py)

crowd: $(VENV)/installed-dev  ## The same for ten minutes of 20,000 deliveries
	CROWD_MINUTES=10 CROWD_POSTS=1000 $(BIN)/pytest -m crowd tests/crowd

BENCH := .venv-bench
$(BENCH)/installed: $(UV) requirements/bench.txt
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(BENCH)
	$(UV) pip install --quiet --compile-bytecode --python $(BENCH)/bin/python --require-hashes -r requirements/bench.txt
	@touch $@

MEASURE ?=
bench: $(BENCH)/installed  ## Speed against others and against the limit: MEASURE="burst --big"
	$(BENCH)/bin/python -m benchmarks $(MEASURE)

bench-report: $(BENCH)/installed  ## The weekly report over ten million snapshots, against DuckDB
	$(UV) pip install --quiet --compile-bytecode --python $(BENCH)/bin/python --require-hashes -r requirements/bench-report.txt
	$(BENCH)/bin/python -m benchmarks.report

# Sphinx and the auditors stay apart from what the program runs with, so that neither bends the other.
$(TOOLS)/installed: $(UV) requirements/tools.txt
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(TOOLS)
	$(UV) pip install --quiet --compile-bytecode --python $(TOOLS)/bin/python --require-hashes -r requirements/tools.txt
	@touch $@

audit-offline: $(VENV)/installed-dev $(TOOLS)/installed  ## Secrets in the whole history, and licences of what is locked
	$(TOOLS)/bin/python -m tests.supply.secrets
	$(BIN)/pytest -n 0 -q tests/supply

audit: audit-offline  ## The same, and known holes in what is locked; says so where they cannot be asked for
	$(TOOLS)/bin/python -m tests.supply.holes

sbom: $(TOOLS)/installed  ## What the program is made of, as CycloneDX: build/sbom.json
	$(TOOLS)/bin/python -m tests.supply.sbom build/sbom.json

SEEDS ?= 0:10000
simulate: $(VENV)/installed-dev  ## Ten thousand small campaigns in which everything goes wrong
	$(BIN)/python -m simulation --seeds $(SEEDS)

fmt: $(VENV)/installed-dev  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/installed-dev  ## Write the pages that are made from the code
	$(BIN)/python -m tests.docs.made

WEEK ?= 2027-W06
pictures: $(VENV)/installed-dev  ## Take the pictures of the documentation anew, the report's from the demo (needs Chromium)
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/pages.txt
	$(BIN)/campaign demo
	PICTURES=docs/images REPORT=demo-output/reports/report-$(WEEK).html $(BIN)/pytest -n 0 -m pages tests/pages/test_pictures.py

site: $(TOOLS)/installed  ## The documentation as a site with search: build/site
	$(TOOLS)/bin/python -m docs.site.assemble build/site-pages
	$(TOOLS)/bin/sphinx-build -q -W --keep-going -b html -d build/site-trees build/site-pages build/site

vendor:  ## For maintainers, with Node.js: write campaign/web/static/vendor anew
	cd frontend && npm ci --no-audit --no-fund && node vendor.mjs

lock: $(UV)  ## For maintainers: write requirements/ anew
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements/main.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra postgres -c requirements/main.txt -o requirements/postgres.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra telemetry -c requirements/main.txt -o requirements/telemetry.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group networks -o requirements/networks.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group api -c requirements/dev.txt -o requirements/api.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group pages -c requirements/dev.txt -o requirements/pages.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group tools -o requirements/tools.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group bench-report -o requirements/bench-report.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra postgres --group bench -c requirements/main.txt -c requirements/dev.txt -o requirements/bench.txt

clean:  ## Take away what was built, and the demo's output
	rm -rf $(VENV) $(BENCH) $(TOOLS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-output rehearsal-output
