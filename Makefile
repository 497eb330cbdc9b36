# Nobat: `make run` plays the clinic on this machine, `make test` runs all tests. Both install what is missing first.
-include .nobat/environment.mk
nobat = .venv/bin/nobat
python = .venv/bin/python

.PHONY: run test check bench soak pictures schemas handbook guide sounds clean

run: prepared
	@$(MAKE) --no-print-directory demo

.PHONY: screenshots coverage covered mutants bundle deb release-key old-devices
.PHONY: prepared prepared-for-tests demo tests morning hardships checks calls kills planted-kills torn malformed tickets days
prepared:
	@./prepare.sh

prepared-for-tests:
	@./prepare.sh test

# These are started by a second make, which reads the environment that prepare.sh has just written.
demo:
	@$(nobat) demo

test: prepared-for-tests
	@$(MAKE) --no-print-directory tests

# A test that waits for ever is told from one that takes long: it ends with the stacks of all threads.
tests:
	$(python) -m pytest -n auto --dist loadfile --timeout 600 -m "not last"
	@$(MAKE) --no-print-directory -j 2 --output-sync=target morning hardships

# The demo plays five minutes of real time and mostly waits; what is simulated, killed and frozen meanwhile yields to it.
morning:
	$(python) -m pytest --timeout 1800 tests/command_line/test_demo.py

hardships:
	nice -n 10 $(python) -m pytest -n 2 --dist loadfile --timeout 1800 -m last --ignore tests/command_line/test_demo.py

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
	@$(MAKE) --no-print-directory calls kills torn malformed tickets days

calls:
	NOBAT_PHONE_CALLS=500 $(python) -m pytest -s tests/phone_line/test_kills.py

kills:
	NOBAT_STORE_KILLS=500 NOBAT_BROKER_KILLS=100 NOBAT_FREEZE_SECONDS=60 NOBAT_SILENT_ROUNDS=3 $(python) -m pytest -s tests/faults
	$(python) -m benchmarks.recovery

# Bugs that are planted into the killed programs: each must be found (docs/planted-kills.md).
planted-kills: prepared-for-tests
	$(python) -m pytest -s tests/faults/planted_kills.py

# Every byte of a ledger, a million spoilt messages, a hundred thousand tickets.
torn:
	NOBAT_TORN_EVERY=1 $(python) -m pytest -rP -n 2 tests/endurance/test_torn_ledger.py

malformed:
	NOBAT_MALFORMED=1000000 $(python) -m pytest -s tests/endurance/test_malformed.py

# A release has lived twenty thousand: make days count=20000
days:
	$(nobat) simulate --days $(or $(count),1000) --seed 1 --jobs 2

tickets:
	NOBAT_TICKETS=100000 $(python) -m pytest -s tests/endurance/test_long_run.py

coverage: prepared-for-tests
	@$(MAKE) --no-print-directory covered

covered:
	$(python) -m pytest -n auto --dist loadfile -m "not last" --cov --cov-report=
	$(python) -m tests.covered

# docs/mutants.md says what is changed, which tests must notice, and what is left out.
mutants: prepared-for-tests
	$(python) -m pip install -q -e ".[mutants]"
	nice .venv/bin/mutmut run $(which)
	$(python) -m tests.mutants

sounds: prepared
	$(python) -m sounds.render fa
	$(python) -m sounds.render en

pictures: prepared
	$(python) -m tests.pictures

# docs/pictures/staff: a minute or two; then look at them.
screenshots: prepared-for-tests
	$(python) -m tests.staff_console.screenshots
	$(python) -m tests.staff_console.office_screenshots

# What installs a machine without internet (docs/install.md): make bundle machine=amd64. Machines that run take a signed one
# (docs/upgrade.md): make release-key key=~/nobat-release.key, once; then make bundle key=~/nobat-release.key
bundle: prepared
	$(python) -m installing.bundle --machine $(or $(machine),arm64) $(if $(key),--key $(key))

# The same as Debian packages, for apt: make deb machine=amd64 key=~/nobat-release.key
deb: prepared
	$(python) -m installing.debian --machine $(or $(machine),arm64) $(if $(key),--key $(key))

release-key: prepared
	$(python) -m installing.release_key $(key)

# The real programs of the last release with these, and the other way round: it needs the history (docs/upgrade.md).
old-devices: prepared-for-tests
	$(python) -m pytest tests/upgrade/old_devices.py

# In root file systems of Debian, as root and for many minutes; what they found last stands in docs/install.md.
.PHONY: test-install test-arm64 prepared-for-roots
test-install: prepared-for-roots
	$(python) -m pytest -s $(patsubst %,tests/installing/real/%.py,installs units upgrades packages read_only)

test-arm64: prepared-for-roots
	$(python) -m pytest -s tests/installing/real/arm64.py

prepared-for-roots: prepared-for-tests
	@[ "$$(id -u)" = 0 ] || { echo "root file systems are made by root: sudo make $(MAKECMDGOALS)"; exit 1; }
	apt-get install -y -q --no-install-recommends debootstrap systemd-container qemu-user-static binfmt-support qemu-system-x86 e2fsprogs

schemas: prepared
	$(python) -m mqtt.schemas

# docs/reference.md and the wiring in docs/pictures/wiring, out of the code; then look at what changed.
handbook: prepared
	$(python) -m handbook

# The operators' guide on A4: dist/guide.fa.pdf and dist/guide.en.pdf.
guide: prepared-for-tests
	$(python) -m handbook paper

clean:
	rm -rf .venv .nobat demo-output build dist *.egg-info
