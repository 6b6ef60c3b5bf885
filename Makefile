# Needs Python 3.11 or newer and make; everything else goes into .venv. PYTHON=... chooses another interpreter.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

# Workers of the tests; one more for all of them, for many wait for a server or for a process that was ended.
CORES = $(shell $(PYTHON) -c "import os; print(min(os.cpu_count() or 2, 8))")

# Of the payments targets; EXTRA=... takes any further options, such as EXTRA="--seed 7 --load-database".
START ?= 2024-01-01
END ?= 2024-01-15
DATE ?=
OUT ?= raw_data
EXTRA ?=

# Where Python keeps nothing that it has compiled, pytest rewrites all assertions each time, for as long as it collects.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo payments-initial payments-incremental bank-demo ecommerce-demo check test test-versions lint bench clean

help:
	@echo "make demo    set up, make the demo data set in generated_data_complete/, load and verify it"
	@echo "make payments-initial START=2024-01-01 END=2024-01-15"
	@echo "             set up, and begin a history of payments in raw_data/ (OUT=...; further options: EXTRA=...)"
	@echo "make payments-incremental"
	@echo "             continue that history up to yesterday (or DATE=2024-01-16)"
	@echo "make bank-demo"
	@echo "             set up, load a bank into six databases, verify them and ask four questions (EXTRA=...)"
	@echo "make ecommerce-demo"
	@echo "             set up, generate a marketplace, load and verify it (EXTRA=...)"
	@echo "make setup   set up only: everything goes into .venv"
	@echo "make check   set up, and check style and types, and run the tests that need neither a server nor much time"
	@echo "make test    set up, and run all tests"
	@echo "make test-versions"
	@echo "             try the lowest and the newest versions of all libraries on each Python of this machine"
	@echo "make lint    set up, and check style and types"
	@echo "make bench   set up, and measure --full-scale beside tpchgen-cli"
	@echo "make clean   remove the environment, caches and builds; data and logs stay"

setup: $(READY)

demo: $(READY)
	$(BIN)/python run_complete_data_generation.py --demo --load-database

payments-initial: $(READY)
	$(BIN)/payments --initial --start-date $(START) --end-date $(END) --output-dir $(OUT) $(EXTRA)

payments-incremental: $(READY)
	$(BIN)/payments --incremental --force $(if $(DATE),--date $(DATE)) --output-dir $(OUT) $(EXTRA)

check: lint
	$(BIN)/python -m pytest -n $(CORES) --dist worksteal -m "not slow and not server" --hypothesis-profile quick

bank-demo: $(READY)
	$(BIN)/dhub seed all --replace $(EXTRA)
	$(BIN)/dhub db query "SELECT transaction_type, COUNT(*) FROM transactions GROUP BY transaction_type" -d accounts_db
	$(BIN)/dhub db query "SELECT channel, COUNT(*) FROM interactions GROUP BY channel" -d customer_db
	$(BIN)/dhub db query "SELECT ROUND(AVG(nps_score), 2) as avg_nps, ROUND(AVG(satisfaction_rating), 2) as avg_rating \
	  FROM satisfaction_surveys" -d customer_db
	$(BIN)/dhub db query "SELECT response_type, COUNT(*), SUM(CASE WHEN converted THEN 1 ELSE 0 END) as conversions \
	  FROM campaign_responses GROUP BY response_type" -d customer_db

ecommerce-demo: $(READY)
	$(BIN)/ecommerce generate --load-database $(EXTRA)

test: $(READY)
	$(BIN)/python -m pytest -n $$(($(CORES) + 1)) --dist worksteal

# The interpreter that runs it is only the one that looks for others.
test-versions:
	$(PYTHON) .ci/versions.py --extras

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/full_scale.py

# Renewed when the lock or the project's metadata change. The compiler runs now, so that the first command is not slow.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " \
		+ sys.version.split()[0] + ". Name one: make PYTHON=/path/to/python3.12 ...")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q datagen *.py
	touch $@

clean:
	rm -rf .venv .venv-versions build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
