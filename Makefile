# What a newcomer types. Each line that installs something installs only what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: run build test test-postgres asan tsan fuzz fuzz-share simulate simulate-share bench bench-postgres bounds kill race \
	nodes soak deb mutants memcheck conformance coverage reproducible format lint clean run-packages test-packages

FORMATTED := Package.swift Sources Tests
VENV := .build/venv
# After a crash the backtracer can wait for ever on a pipe. The tests of sockets measure deadlines, and so
# they run apart from those that keep every core busy.
SWIFT_TEST := SWIFT_BACKTRACE=enable=no swift test --skip-build --disable-xctest
# With another trait every file is another one, so that CI names one for both: make TRAITS='--traits PostgreSQL'.
TRAITS :=
RELEASE := $(TRAITS) -c release --product assent --static-swift-stdlib -Xlinker -s -Xlinker --no-export-dynamic

run: run-packages ## Build the release and start the sandbox; open the URL it prints.
	swift build $(RELEASE)
	@exec .build/release/assent dev

build: run-packages ## Build the release.
	swift build $(RELEASE)

test: $(VENV)/requirements.txt ## Run every test, those in a real browser included.
	swift build --build-tests $(TRAITS)
	$(SWIFT_TEST) $(TRAITS) --skip 'NetTests|RelyingPartyTests|Storage.*Tests'
	$(SWIFT_TEST) $(TRAITS) --filter 'NetTests|RelyingPartyTests|Storage.*Tests' --no-parallel
	$(VENV)/bin/python Tests/end_to_end.py

# The most telling of what passes on PostgreSQL as well; `_postgres.py python3 Tests/end_to_end.py` runs all that does.
ON_POSTGRES := authorization tokens grants klarna konsentus acount
test-postgres: $(VENV)/requirements.txt ## Start PostgreSQL, and hold the stores to their contract and journeys to their promises on it.
	@.ci/packages postgres
	swift build --build-tests --traits PostgreSQL
	python3 Tests/EndToEndTests/_postgres.py env $(SWIFT_TEST) --traits PostgreSQL \
	    --filter 'StorageTests|StoragePostgresTests' --no-parallel
	python3 Tests/EndToEndTests/_postgres.py $(VENV)/bin/python Tests/end_to_end.py $(ON_POSTGRES)

asan: ## Run the Swift tests with AddressSanitizer and LeakSanitizer, on what fuzzing has found as well.
	swift build --build-tests --sanitize=address --scratch-path .build/asan
	ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS="suppressions=$(CURDIR)/Tests/leak-sanitizer.supp" \
	    $(SWIFT_TEST) --sanitize=address --scratch-path .build/asan --no-parallel

# With its symbols, so that a finding has a name.
memcheck: run-packages $(VENV)/requirements.txt ## Have valgrind's memcheck watch the release through five end-to-end scripts.
	swift build $(subst -Xlinker -s ,,$(RELEASE))
	$(VENV)/bin/python Tests/memcheck.py

tsan: ## Run the Swift tests with ThreadSanitizer.
	swift build --build-tests --sanitize=thread --scratch-path .build/tsan
	TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/thread-sanitizer.supp" \
	    $(SWIFT_TEST) --sanitize=thread --scratch-path .build/tsan --no-parallel

SECONDS ?= 3600
fuzz: ## Fuzz all targets in turn for an hour, or for SECONDS, from where the last campaign ended.
	python3 Tests/Fuzz/campaign.py --seconds $(SECONDS)

# Another few targets with each commit.
fuzz-share:
	python3 Tests/Fuzz/campaign.py --each 20 --share-of $$(git rev-parse HEAD 2> /dev/null || echo 00000000)

simulate: ## Play simulated worlds for an hour, or for SECONDS, and add them to those before.
	python3 Tests/Simulation/campaign.py --seconds $(SECONDS)

# Another few worlds with each commit, the same again for the same one.
simulate-share:
	python3 Tests/Simulation/campaign.py --seconds 30 --from $$((16#$$(git rev-parse --short=8 HEAD 2> /dev/null || echo 0) * 100000))

mutants: ## Change one condition of the protocol's rules at a time, for SECONDS, and say which changes no test notices.
	python3 Tests/mutants.py --seconds $(SECONDS)

bench: build $(VENV)/requirements.txt ## Measure the release beside nginx; the machine must have nothing else to do.
	$(VENV)/bin/python Tests/Benchmarks/bench.py

bounds: build $(VENV)/requirements.txt ## Hold the release to docs/bounds.json, and count what inputs and idle connections cost.
	$(VENV)/bin/python Tests/Benchmarks/bounds.py
	$(VENV)/bin/python Tests/end_to_end.py cost idle

ROUNDS ?= 1000
kill: build ## Kill the release under load, ROUNDS times, and look for what it acknowledged: docs/reliability.md.
	ASSENT_BINARY=$(CURDIR)/.build/release/assent python3 Tests/EndToEndTests/kill.py $(ROUNDS)

race: build $(VENV)/requirements.txt ## Have a hundred redeem one code at once, ROUNDS times: one of them succeeds.
	ASSENT_RACE_ROUNDS=$(ROUNDS) ASSENT_BINARY=$(CURDIR)/.build/release/assent \
	    $(VENV)/bin/python Tests/EndToEndTests/tokens.py a_hundred_redemptions_at_one_moment

# A program with libpq has a folder of its own.
NODES := .build/postgres-release
nodes: $(VENV)/requirements.txt ## Three nodes on PostgreSQL: races and kills, ROUNDS of each, and a random walk for SECONDS.
	@.ci/packages postgres
	swift build --traits PostgreSQL $(RELEASE) --scratch-path $(NODES)
	ASSENT_BINARY=$(CURDIR)/$(NODES)/release/assent ASSENT_NODE_ROUNDS=$(ROUNDS) \
	    $(VENV)/bin/python Tests/EndToEndTests/nodes.py redeemed used taken decided makes_one
	ASSENT_BINARY=$(CURDIR)/$(NODES)/release/assent ASSENT_FAULT_ROUNDS=$(ROUNDS) \
	    $(VENV)/bin/python Tests/EndToEndTests/postgres_faults.py
	ASSENT_BINARY=$(CURDIR)/$(NODES)/release/assent ASSENT_WALK_SECONDS=$(SECONDS) \
	    $(VENV)/bin/python Tests/EndToEndTests/walk.py

bench-postgres: $(VENV)/requirements.txt ## Measure nodes on PostgreSQL beside pgbench, and what each request costs.
	@.ci/packages postgres
	swift build --traits PostgreSQL $(RELEASE) --scratch-path $(NODES)
	ASSENT_BINARY=$(CURDIR)/$(NODES)/release/assent $(VENV)/bin/python Tests/Benchmarks/postgres.py

MINUTES ?= 30
soak: build ## Half the load that the release bears, for MINUTES; fails where memory, descriptors or the log grow.
	python3 Tests/soak.py $(MINUTES)

deb: build ## Make a Debian package of the release, in .build/debian; for nodes with TRAITS='--traits PostgreSQL'.
	config/debian/build

conformance: run-packages ## Run the modules of OpenID's conformance suite and print what became of each.
	@python3 Tests/conformance.py

coverage: ## Say which rows of the attack catalogue have a test.
	@python3 Tests/coverage.py

screenshots: $(VENV)/requirements.txt ## Take the pictures of the README anew.
	swift build --product assent
	$(VENV)/bin/python Tests/screenshots.py

reproducible: run-packages ## Build the release twice from nothing and compare: the two must be one program.
	@mkdir -p .build/reproducible
	@for copy in one two; do \
	    rm -rf .build/reproducible/work; \
	    swift build $(RELEASE) --scratch-path .build/reproducible/work; \
	    cp .build/reproducible/work/release/assent .build/reproducible/$$copy; \
	done
	@.ci/compare .build/reproducible/one .build/reproducible/two

format: ## Bring every file into the one form.
	swift format --in-place --recursive --parallel $(FORMATTED)

lint: ## Refuse what is not in the one form.
	swift format lint --strict --recursive --parallel $(FORMATTED)

clean: ## Forget what was built; keys and data stay.
	rm -rf .build

run-packages:
	@.ci/packages run

test-packages:
	@.ci/packages test

# Made anew when the list changes; the copy inside says which list it was made from.
$(VENV)/requirements.txt: Tests/requirements.txt | test-packages
	rm -rf $(VENV)
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	cp $< $@
