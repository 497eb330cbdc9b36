# Nobat: `make run` plays the clinic on this machine, `make test` runs all tests. Both install what is missing first.
-include .nobat/environment.mk
nobat = .venv/bin/nobat
python = .venv/bin/python

.PHONY: run test check bench soak pictures schemas sounds clean

run: prepared
	@$(MAKE) --no-print-directory demo

.PHONY: prepared prepared-for-tests demo tests checks calls kills
prepared:
	@./prepare.sh

prepared-for-tests:
	@./prepare.sh test

# These are started by a second make, which reads the environment that prepare.sh has just written.
demo:
	@$(nobat) demo

test: prepared-for-tests
	@$(MAKE) --no-print-directory tests

tests:
	$(python) -m pytest -n auto --dist loadfile -m "not last"
	$(python) -m pytest -m last

check: prepared
	@$(MAKE) --no-print-directory checks

checks:
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	.venv/bin/lint-imports

bench: prepared
	$(python) -m benchmarks

soak: prepared-for-tests
	@$(MAKE) --no-print-directory calls kills

calls:
	NOBAT_PHONE_CALLS=500 $(python) -m pytest -s tests/phone_line/test_kills.py

kills:
	NOBAT_STORE_KILLS=500 NOBAT_BROKER_KILLS=100 NOBAT_FREEZE_SECONDS=60 NOBAT_SILENT_ROUNDS=3 $(python) -m pytest -s tests/faults
	$(python) -m benchmarks.recovery

sounds: prepared
	$(python) -m sounds.render fa
	$(python) -m sounds.render en

pictures: prepared
	$(python) -m tests.pictures

schemas: prepared
	$(python) -m mqtt.schemas

clean:
	rm -rf .venv .nobat demo-output build *.egg-info
