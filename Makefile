# The front door. CMake does the building; this says the few things one wants to do.
#
#     make run     install what running needs, build, run the study, say where the results are
#     make test    install what the tests need and run them all
#
# make help lists the rest.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

configure = cmake -G Ninja -Wno-dev -S . -B

.DEFAULT_GOAL := build
.PHONY: build run play bench accuracy docs notebook slides test test-all fuzz debug format install clean help

build: ## build the program: build/relive
	@tools/ensure run
	@$(configure) "$(BUILD)" >/dev/null
	@cmake --build "$(BUILD)" --parallel $(JOBS)

run: build ## build, then the study: ReLU against Leaky ReLU on the digits, results in outputs/
	@"$(BUILD)/relive" compare

play: ## build the playground, put it into the program, write it to outputs/ and open it (needs node, npm, clang)
	@tools/ensure play
	@tools/playground "$(BUILD)/playground"
	@$(configure) "$(BUILD)" -DRELIVE_PLAYGROUND="$(abspath $(BUILD))/playground/playground.html" >/dev/null
	@cmake --build "$(BUILD)" --parallel $(JOBS)
	@"$(BUILD)/relive" play

bench: build ## the benchmark, three minutes (leave the machine alone); a line in bench/history.csv, figures in the documentation
	@tools/ensure bench
	@"$(BUILD)/relive" bench --out "$(BUILD)"
	@bench/record "$(BUILD)/bench.json"

accuracy: build ## how right nets get on fashion-mnist and digits, half an hour: bench/accuracy.json
	@tools/ensure accuracy
	@bench/accuracy.py "$(BUILD)/relive"

docs: build ## fill in every number of the course, and make a site of it: build/site/index.html
	@tools/ensure docs
	@cmake --build "$(BUILD)" --target documents_ask
	@RELIVE_BUILD="$(BUILD)" documentation/tools/fill.py
	@RELIVE_BUILD="$(BUILD)" documentation/tools/site_of_course.py "$(BUILD)/site" $(wildcard $(BUILD)/playground/playground.html)

notebook: build ## run the lesson in notebook/ from top to bottom, and write it back with its outputs
	@tools/ensure notebook
	@RELIVE_BUILD="$(BUILD)" notebook/run.py

slides: build ## fill in the numbers of the slides and print them: slides/slides.pdf, and build/slides/slides.html to present from
	@tools/ensure slides
	@cmake --build "$(BUILD)" --target documents_ask
	@RELIVE_BUILD="$(BUILD)" documentation/tools/fill.py slides/slides.md
	@documentation/tools/slides_of_course.py "$(BUILD)/slides"

test: ## everything that is checked, 20 to 25 minutes on two processors
	@tools/ensure test
	@tests/run

test-all: ## the same with the long tests and ten minutes of fuzzing, at most an hour
	@tools/ensure test
	@tests/run --long

fuzz: ## fuzz every reader for a long time (FUZZ_SECONDS each, an hour unless told)
	@tools/ensure test
	@tests/run --only fuzz --fuzz-seconds $(or $(FUZZ_SECONDS),3600)

debug: ## a build with sanitizers and debug symbols: build-debug/relive
	@tools/ensure run
	@$(configure) build-debug -DCMAKE_BUILD_TYPE=Debug -DRELIVE_SANITIZE=ON >/dev/null
	@cmake --build build-debug --parallel $(JOBS)

format: ## lay out every C file by .clang-format
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

install: build ## install program, library, headers and man page; PREFIX and DESTDIR as usual
	@DESTDIR="$(DESTDIR)" cmake --install "$(BUILD)" --prefix "$(PREFIX)"

clean: ## remove all builds (results in outputs/ stay)
	@rm -rf build build-debug build-test

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
