# What a newcomer types. Each command is a thin line over cargo, npm and scripts/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
TARGET := $(or $(CARGO_TARGET_DIR),target)
CARGO := scripts/with-toolchain cargo
XTASK := $(CARGO) run --quiet --package xtask --

.PHONY: help
help: ## print this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-15s %s\n' "$$name" "$$text"; done

.PHONY: run
run: build ## build what is needed and serve it on http://localhost:3000
	@$(TARGET)/release/multirtc

.PHONY: build
build: site ## leave one executable with everything inside: target/release/multirtc
	@$(CARGO) build --release --package server

.PHONY: site
site: ## build what browsers download, into target/site
	@$(XTASK) site

.PHONY: dev
dev: ## serve on http://localhost:3000 and rebuild on save
	@$(XTASK) watch

.PHONY: test
test: tools ## all checks and tests; the last line is "N passed, N failed"
	@$(XTASK) test

.PHONY: lint
lint: tools ## formatting, clippy for both targets, rules of the tree, documentation
	@$(XTASK) test lint

.PHONY: unit
unit: ## tests that need no browser
	@$(XTASK) test unit

.PHONY: e2e
e2e: tools ## tests in browsers, against the release executable
	@$(XTASK) test browsers

.PHONY: bench-join
bench-join: tools build ## time from "join" to the first picture, beside a bare page
	@cd end2end && npm run --silent bench-join

.PHONY: bench-signaling
bench-signaling: build ## what a message and an idle socket cost, beside a bare relay
	@MULTIRTC_BIN=$(TARGET)/release/multirtc $(CARGO) run --quiet --release --package bench

.PHONY: bench-file
bench-file: tools build ## a file of 100 MiB from page to page, beside a bare data channel
	@$(XTASK) scenarios --release
	@cd end2end && npm run --silent bench-file

.PHONY: soak
soak: tools build ## tests that take minutes, a file of a gigabyte among them
	@$(CARGO) test --workspace --tests -- --ignored
	@$(XTASK) scenarios --release
	@cd end2end && MULTIRTC_SCENARIOS=$(abspath $(TARGET))/scenarios-release npm run --silent soak

.PHONY: fuzz
fuzz: ## hostile bytes for every reader of the network, each for FUZZ_SECONDS (60)
	@scripts/fuzz

.PHONY: tools
tools: ## install what the tests need, where it is missing
	@scripts/with-toolchain scripts/install-test-tools

.PHONY: clean
clean: ## remove everything that was built
	@cargo clean
	@rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
