# Thin: every target calls the CMake presets and the scripts of scripts/. JOBS=N sets how many jobs run at once.
JOBS ?= $(shell nproc)
RELEASE := build/release

.PHONY: help build demo test test-long check bench clean

help:
	@echo "make build      the program, build/plumbline (installs missing packages with apt-get)"
	@echo "make demo       build, then fit three real tables"
	@echo "make test       build and run the whole test suite (minutes)"
	@echo "make test-long  the long runs that make test leaves out"
	@echo "make check      format, include direction, names, sizes, clang-tidy, sanitizers, fuzzing"
	@echo "make bench      plumbline against numpy, pandas and scikit-learn on this machine"
	@echo "make clean      remove build/"

build:
	scripts/install_packages.sh build
	cmake --preset release -DBUILD_TESTING=OFF
	cmake --build --preset release -j $(JOBS)
	ln -sfn release/plumbline build/plumbline

demo: build
	scripts/demo.sh

$(RELEASE)/tests-are-built:
	scripts/install_packages.sh build test
	cmake --preset release -DBUILD_TESTING=ON
	cmake --build --preset release -j $(JOBS)
	ln -sfn release/plumbline build/plumbline
.PHONY: $(RELEASE)/tests-are-built

test: $(RELEASE)/tests-are-built
	ctest --preset release -j $(JOBS)

test-long: $(RELEASE)/tests-are-built
	@ctest --preset long -N | grep -q 'Total Tests: 0' && echo "no long tests yet (tests/long)" || ctest --preset long
	scripts/install_packages.sh check
	JOBS=$(JOBS) scripts/check_threads.sh objective pipeline solvers

check:
	scripts/install_packages.sh build test check
	JOBS=$(JOBS) scripts/check.sh

bench:
	scripts/install_packages.sh build bench
	JOBS=$(JOBS) bench/run

clean:
	rm -rf build
