# The common commands; `make help` lists them.

SWIFT ?= swift
SWIFT_FLAGS ?=
DEBUG := --scratch-path .build
RELEASE := -c release --scratch-path .build-release
# Undeclared imports and warnings are errors (see Package.swift).
STRICT := --explicit-target-dependency-import-check error
export LEXGEN_STRICT := 1
# Only our own sources, not those of dependencies.
LINTED := Package.swift Sources Tests Templates/*.swift Benchmarks Examples Plugins

# The outputs of lexgen.yaml, and of Tests/XRPCTests/lexgen.yaml.
GENERATED := Generated Sources/XRPCClient/Session/Generated Tests/XRPCTests/Sample/Generated
LEXICONS := Lexicons Tests/XRPCTests/Sample/Lexicons

.DEFAULT_GOAL := help
.PHONY: help setup run test build generate verify-generated lint format snapshots conformance \
	docs docs-data fuzz kill bench clean unit example scenario artifactbundle

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install missing system libraries
	@.ci/setup

run: setup ## Compile the lexicons, start a network, and follow a post through it
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product lexgen
	.build/debug/lexgen generate
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product atproto
	.build/debug/atproto scenario

test: ## Run everything that CI checks
	@.ci/setup tests
	@.ci/test

build: setup ## Build everything in debug mode
	$(SWIFT) build $(DEBUG) $(STRICT) $(SWIFT_FLAGS) --build-tests

unit: build ## Run only the unit and property tests; those with sockets and clocks run separately
	.ci/unit $(SWIFT_FLAGS)

generate: ## Compile Lexicons/ according to lexgen.yaml, into Generated/ and part of XRPCClient
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product lexgen
	.build/debug/lexgen generate
	cd Tests/XRPCTests && ../../.build/debug/lexgen generate

verify-generated: generate ## Check that generated code is up to date with Lexicons/
	git diff --exit-code --stat -- $(GENERATED)
	@test -z "$$(git status --porcelain -- $(GENERATED))" || \
		{ git status --short -- $(GENERATED); echo "generated code is not up to date with Lexicons/"; exit 1; }

lint: ## Check the format of our own sources and lexicons
	$(SWIFT) format lint --strict --recursive --parallel $(wildcard $(LINTED))
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product lexgen
	.build/debug/lexgen format --check $(LEXICONS)

format: ## Format our own sources and lexicons
	$(SWIFT) format --in-place --recursive --parallel $(wildcard $(LINTED))
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product lexgen
	.build/debug/lexgen format $(LEXICONS)

snapshots: build ## Record the golden files again (the run fails; review the diff)
	-RECORD_SNAPSHOTS=1 $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) --skip-build \
		--filter LexiconCompilerTests
	git --no-pager diff --stat -- Tests

docs-data: build ## Regenerate the tables in docs/ (the run fails; review the diff)
	-RECORD_SNAPSHOTS=1 $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) --skip-build \
		--filter 'DocumentTests'
	git --no-pager diff --stat -- docs

docs: setup ## Build the documentation site of the public targets in .build-docs/site
	.ci/docs

scenario: ## Run only the end-to-end scenario
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product atproto
	.build/debug/atproto scenario

# In .build, where all that they depend on is built already, with the same commands. The build manifest
# there may be that of another package.
example: DEBUG += --disable-build-manifest-caching
example: ## Build and run the example packages through the plugin
	$(SWIFT) run --package-path Examples/Guestbook $(DEBUG)
	$(SWIFT) build --package-path Examples/Firehose $(DEBUG)
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product atproto
	.ci/firehose
	.ci/network
	$(SWIFT) build --package-path Examples/FeedGenerator $(DEBUG)
	.ci/feed
	$(SWIFT) build --package-path Examples/Statusphere $(DEBUG)
	.ci/statusphere
	$(SWIFT) run --package-path Examples/Types --scratch-path .build-example-types
	@! ls .build-example-types/checkouts | grep -E 'hummingbird|swift-nio|GRDB|async-http-client' || \
		{ echo "Examples/Types resolves packages that it does not need"; exit 1; }
	$(SWIFT) build $(DEBUG) $(SWIFT_FLAGS) --product lexgen
	.ci/plugin

conformance: build ## Show which of our own and the public vectors pass, by operation
	@CONFORMANCE_REPORT=1 $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) --skip-build \
		--filter ConformanceTests > .build/conformance.log 2>&1; status=$$?; \
		sed -n 's/^conformance: //p' .build/conformance.log; \
		if [ $$status != 0 ]; then grep -E '✘|error:' .build/conformance.log; fi; exit $$status

bench: setup ## Run the benchmarks (release build); DATASET=directory for codecs and repositories
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --product lexgen
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --product Benchmarks
	Benchmarks/compiler .build-release/release/lexgen
	.build-release/release/Benchmarks syntax
	.build-release/release/Benchmarks crypto
	.build-release/release/Benchmarks xrpc
	.build-release/release/Benchmarks pds
	.build-release/release/Benchmarks labels
	.build-release/release/Benchmarks relay
	.build-release/release/Benchmarks appview
	Benchmarks/dataset $(DATASET)

artifactbundle: setup ## Build the program of the build plugin as an artifact bundle, with its checksum
	.ci/artifactbundle

kill: setup ## Kill servers under load CYCLES times (300); acknowledged data must not be lost
	$(SWIFT) build $(DEBUG) $(STRICT) $(SWIFT_FLAGS) --build-tests
	PDS_KILL_CYCLES=$(or $(CYCLES),300) $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) \
		--skip-build --filter '^PDSTests\.KillTests'
	RELAY_KILL_CYCLES=$(or $(CYCLES),300) $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) \
		--skip-build --filter '^RelayTests\.RelayKillTests'
	LABELER_KILL_CYCLES=$(or $(CYCLES),300) $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) \
		--skip-build --filter '^LabelerTests\.LabelerKillTests'
	SYNC_KILL_CYCLES=$(or $(CYCLES),300) $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) \
		--skip-build --filter '^VerifiedSyncTests\.SyncKillTests'
	APPVIEW_KILL_CYCLES=$(or $(CYCLES),300) $(SWIFT) test $(DEBUG) $(STRICT) $(SWIFT_FLAGS) \
		--skip-build --filter '^AppViewTests\.AppViewKillTests'

fuzz: setup ## Fuzz the codecs until interrupted; set FUZZ_SECONDS, FUZZ_COUNT, or FUZZ_SEED
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS) --product fuzz
	.build-release/release/fuzz $(if $(FUZZ_SECONDS),--seconds $(FUZZ_SECONDS)) \
		$(if $(FUZZ_COUNT),--count $(FUZZ_COUNT)) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

clean: ## Remove all build products
	rm -rf .build .build-release .build-example-types .build-reference .build-lexicon .build-docs
