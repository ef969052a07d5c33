# benchbus: `make` lists what there is to make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOTOOLCHAIN ?= local
GO ?= go
BIN := bin/benchbus
# Packages whose libraries allow the race detector; all of them do so far.
RACE := ./...
FUZZTIME ?= 20s

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z\/-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: go
go:
	@command -v $(GO) >/dev/null || { echo "make: a Go toolchain is needed, 1.26 or later; see https://go.dev/doc/install" >&2; exit 69; }

.PHONY: build
build: go ## Build bin/benchbus
	$(GO) build -o $(BIN) ./cmd/benchbus

.PHONY: run
run: build ## Measure Loop on PHP 8.4, 10 iterations; installs PHP 8.4 where it is missing
	@scripts/php-runtime 8.4
	$(BIN) run --test=Loop --iterations=10 --php-version=php84

.PHONY: runtimes
runtimes: ## Install the PHP versions that the tests need: 8.4, 8.2, 7.4
	@scripts/php-runtime 8.4 8.2 7.4

# What the tests of the fleet, of instructions, of projects, of deploy/ and of the examples need.
.PHONY: services
services:
	@scripts/rabbitmq install
	@scripts/composer
	@scripts/packages git=git supervisord=supervisor systemd-analyze=systemd redis-server=redis-server valgrind=valgrind

.PHONY: test
test: go runtimes services ## Run every test, with real PHP and a real RabbitMQ; installs what is missing
	@scripts/rabbitmq run $(MAKE) --no-print-directory test/all

# With the broker of AMQP_URL.
.PHONY: test/all
test/all:
	$(GO) test -count=1 -timeout 15m ./...
	@for example in $(dir $(wildcard examples/*/go.mod)); do \
		echo "$$example"; (cd $$example && $(GO) vet ./... && $(GO) test -count=1 -timeout 5m ./...) || exit 1; \
	done

.PHONY: test/race
test/race: go runtimes services ## Run the tests under the race detector
	scripts/rabbitmq run $(GO) test -race -count=1 -timeout 20m $(RACE)

.PHONY: test/faults
test/faults: go ## Break things under a running fleet, in the long form; prints the table of docs/reliability.md
	@scripts/rabbitmq install
	$(GO) run ./scripts/faults

.PHONY: test/mutants
test/mutants: go runtimes ## Break the code in small ways, one at a time, and expect tests to fail
	@scripts/rabbitmq install
	@scripts/packages valgrind=valgrind
	@scripts/rabbitmq run $(GO) run ./scripts/mutants

.PHONY: test/fuzz
test/fuzz: go ## Run each fuzz test for FUZZTIME (20s)
	@set -e; for package in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

.PHONY: bench
bench: build runtimes services ## Print the figures of docs/performance.md for this machine; installs what it is compared with
	@scripts/packages redis-server=redis-server '/usr/lib/postgresql/*/bin/postgres'=postgresql
	$(GO) run ./scripts/figures -benchbus $(BIN)

# The traces are part of the repository: `go run ./scripts/decision record` makes others.
.PHONY: bench/decision
bench/decision: go ## Print what a decision costs: the table of docs/decisions.md, from the recorded traces
	$(GO) run ./scripts/decision replay

.PHONY: arch
arch: go ## Hold the code against the layers of arch-go.yml
	@scripts/arch

.PHONY: arch/teeth
arch/teeth: go ## Break each rule of arch-go.yml in a copy and expect it to bite
	@scripts/arch-teeth

.PHONY: lint
lint: go arch arch/teeth ## Check format, vet, staticcheck, the layers, the scripts' syntax
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	$(GO) vet ./...
	GOOS=darwin $(GO) vet . ./benchbustest ./domain/... ./application/... ./adapters/... ./cmd/...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(GO) mod tidy -diff
	cd scripts/compare && $(GO) vet ./... && $(GO) mod tidy -diff
	@for script in scripts/php-runtime scripts/composer scripts/packages scripts/rabbitmq scripts/arch scripts/arch-teeth .ci/run; do bash -n $$script; done

.PHONY: check
check: test lint ## All that the continuous integration runs

.PHONY: tidy
tidy: go ## Tidy the modules
	$(GO) mod tidy
	cd tools && $(GO) mod tidy
	cd scripts/compare && $(GO) mod tidy
	@for example in $(dir $(wildcard examples/*/go.mod examples/fleet/*/go.mod)); do (cd $$example && $(GO) mod tidy); done

.PHONY: clean
clean: ## Remove what was built; keeps the PHP runtimes
	rm -rf bin
