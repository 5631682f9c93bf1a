# Webex Scheduler. `make` lists the targets.
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help run test check kill scripts generate race build screenshots fuzz worlds faults tenant patterns bench size

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the demo: needs Go alone, no account
	$(GO) run ./cmd/webex-scheduler demo

test: ## all tests; without PostgreSQL or Chromium it says what it left out
	$(GO) test -shuffle=on -timeout 30m ./... && sh .ci/left-out

kill: ## 50 times kill -9 of the real binary, frozen processes, a full disk (minutes; Linux)
	$(GO) test -tags killtest ./internal/killtest -count=1 -timeout 30m -parallel 8 && sh .ci/left-out kill

check: ## generated code, format, vet, staticcheck, import rules, race detector
	$(GO) mod tidy -diff
	$(GO) tool templ fmt -fail web views >/dev/null
	$(GO) tool templ generate
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated code was stale: commit what make check generated"; exit 1; }
	@files=$$(gofmt -l $(wildcard cmd internal views web static manifest)); test -z "$$files" || { echo "gofmt would change: $$files"; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags killtest ./internal/killtest
	$(GO) tool staticcheck ./...
	$(GO) test ./internal/archtest
	$(MAKE) race

race: ## the concurrent packages under the race detector (needs gcc)
	CGO_ENABLED=1 $(GO) test -race -shuffle=on -timeout 30m ./internal/syncer/... ./internal/roster/... ./internal/token/... ./internal/store/... ./internal/graph/... ./internal/webex/... ./internal/sandbox/... ./internal/signin/... ./web/...

scripts: ## installs what checks the pane: TypeScript, Office's types, axe (needs npm)
	npm ci --prefix static/check --no-audit --no-fund

generate: ## regenerate templ code and the add-in's icons
	$(GO) tool templ fmt web views
	$(GO) tool templ generate
	$(GO) generate ./manifest

build: ## bin/webex-scheduler: static, stripped, version stamped
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/webex-scheduler ./cmd/webex-scheduler

screenshots: ## docs/*.png from the demo (needs Chromium)
	$(GO) test ./cmd/webex-scheduler -count=1 -run Screenshots -args -screenshots $(CURDIR)/docs

fuzz: ## each fuzz target for ten seconds
	@for target in $$(grep -rho 'func Fuzz[A-Za-z0-9]*' --include='*_test.go' internal web manifest | sed 's/func //' | sort -u); do \
	  package=$$(grep -rl "func $$target(" --include='*_test.go' internal web manifest | head -1 | xargs dirname); \
	  $(GO) test ./$$package -run '^$$' -fuzz "^$$target\$$" -fuzztime 10s || exit 1; done

WORLDS ?= 10000
worlds: ## WORLDS=10000 random worlds with faults, half on each database; goes on from var/worlds.json
	@mkdir -p var
	$(GO) test ./internal/worldtest -run Worlds -count=1 -timeout 0 -parallel 8 -args -worlds $(WORLDS) -worlds.divide -worlds.state $(CURDIR)/var/worlds.json

KILLS ?= 1000
faults: ## KILLS=1000 kill -9 of the real binary; goes on where it was stopped
	$(GO) test -tags killtest ./internal/killtest -count=1 -timeout 0 -run 'TestKill$$' -v -args -kills $(KILLS) -kills.state $(CURDIR)/var/kills.json

bench: ## how many notifications are durable, and how many changed events reach Webex, in a second
	$(GO) run ./internal/benchtest intake
	$(GO) run ./internal/benchtest sync

size: ## a database of 100,000 mailboxes and a million events: start, memory, questions (minutes; 4 GB of disk)
	$(GO) run ./internal/benchtest size

PEOPLE ?= 10000
tenant: ## PEOPLE=10000 people of one tenant are taken up, with a stop and a cut in the middle (PostgreSQL)
	$(GO) test ./internal/tenanttest -count=1 -timeout 0 -v -args -tenant.people $(PEOPLE)

PATTERNS ?= 100000
patterns: ## PATTERNS=100000 series carried out at the sandbox's Webex, five times as many on paper
	$(GO) test ./internal/recur -run Mirror -count=1 -timeout 0 -args -patterns $$((5 * $(PATTERNS)))
	$(GO) test ./internal/recurtest -count=1 -timeout 0 -args -patterns $(PATTERNS)
