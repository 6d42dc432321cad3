# Two commands: `make run` tries it out, `make test` proves it. Everything they need they fetch themselves, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
SAY    := @printf '→ %s\n'

.PHONY: run test quick lint gates drill bench clean

run: $(VENV)/.run
	$(SAY) "Starting the demo on port $(PORT)"
	@$(BIN)/ledstang serve --demo --port $(PORT)

test: $(VENV)/.test chromium java postgresql clamd tests/tools/node_modules/.ready lint
	$(SAY) "Running the tests that need no browser (some minutes)"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -n 2 -m "not browser and not drill"
	$(SAY) "Running the tests in a real browser"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -n 2 --dist loadfile -m "browser and not drill"

# What one runs while writing: no browser, no packaging.
quick: $(VENV)/.test
	@$(BIN)/pytest -q -n 2 -m "not browser and not packaging and not drill"

lint: $(VENV)/.test
	$(SAY) "Reading the code"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# The accessibility gates, and what they came to written down for the page /accessibility.
gates: $(VENV)/.test chromium java tests/tools/node_modules/.ready
	@LEDSTANG_GATES=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -n 0 tests/e2e/test_gates.py

# Long proofs, minutes each: kill -9, full disks, restarts under load. Before a release, not before a commit.
drill: $(VENV)/.test postgresql haproxy nginx
	$(SAY) "Killing, filling and restarting (some minutes)"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -m drill

bench: $(VENV)/.bench chromium
	@for figure in benchmarks/*.py; do $(BIN)/python $$figure || exit 1; done

clean:
	rm -rf $(VENV) tests/tools/node_modules

$(VENV)/bin/python:
	$(SAY) "Making a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Ledstång needs Python 3.11 or later. Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make environments here. Run: apt install python3-venv   (as root, or with sudo)"; exit 1; }

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	$(SAY) "Installing Ledstång and what it stands on (half a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[heic]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(SAY) "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	$(SAY) "Installing the peers that we measure ourselves against"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

tests/tools/node_modules/.ready: $(VENV)/.test tests/tools/package.json
	$(SAY) "Installing the accessibility tools and a provider to sign in with"
	@cd tests/tools && PUPPETEER_SKIP_DOWNLOAD=1 PATH="$(CURDIR)/$(BIN):$$PATH" npm install --no-package-lock --no-audit --no-fund --silent
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's Chromium for the browser tests"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends chromium fonts-open-sans >/dev/null; \
		else \
			echo "The browser tests need Chromium. Run: sudo apt install chromium fonts-open-sans"; exit 1; \
		fi; }

.PHONY: java
java:
	@command -v java >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's Java for the W3C's HTML checker"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null; \
		else \
			echo "The browser tests need Java 17. Run: sudo apt install default-jre-headless"; exit 1; \
		fi; }

.PHONY: postgresql
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's PostgreSQL for the database tests"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
		else \
			echo "The database tests need PostgreSQL. Run: sudo apt install postgresql"; exit 1; \
		fi; }

.PHONY: clamd
clamd:
	@test -x /usr/sbin/clamd || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's ClamAV for the tests of attachments"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends clamav-daemon >/dev/null; \
		else \
			echo "The tests of attachments need ClamAV. Run: sudo apt install clamav-daemon"; exit 1; \
		fi; }

.PHONY: haproxy
haproxy:
	@command -v haproxy >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's HAProxy for the drills"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends haproxy >/dev/null; \
		else \
			echo "The drills need HAProxy. Run: sudo apt install haproxy"; exit 1; \
		fi; }

.PHONY: nginx
nginx:
	@command -v nginx >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then \
			printf '→ %s\n' "Installing Debian's nginx for the drills"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends nginx-light >/dev/null; \
		else \
			echo "The drills need nginx. Run: sudo apt install nginx-light"; exit 1; \
		fi; }
