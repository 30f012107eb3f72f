# mfkit: libmfclient, mfctl, mftop. No configure step; `make help` lists the targets.
PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/.*MF_VERSION "\(.*\)"/\1/p' clientlib/mf.h)
ifeq ($(origin CC),default)
CC = gcc
endif
comma := ,
# make SAN=address,undefined … and make CC=clang … build beside the plain build
SAN ?=
B ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))$(if $(filter clang%,$(CC)),-clang)
# make V=1 shows the commands
Q = $(if $(V),,@)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wimplicit-fallthrough -Werror
HARDEN = -fstack-protector-strong $(if $(SAN),,-D_FORTIFY_SOURCE=2)
OPT ?= $(if $(SAN),-O1 -g,-O2 -g)
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(WARN) $(OPT) $(HARDEN) -fPIC -fvisibility=hidden -pthread -MMD -MP \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN)) -pthread $(LDFLAGS)
LIB_LIBS = -lz -lnettle -ldl
# used where it is installed when this is built, and loaded when it is needed
ISAL := $(shell printf '\043include <isa-l/igzip_lib.h>\n' | $(CC) -E -x c - >/dev/null 2>&1 && echo -DHAVE_ISAL)
CLI_LIBS = $(LIB_LIBS) -lreadline -lm
TUI_LIBS = $(LIB_LIBS) -lncursesw -ltinfo -lm

LIB_SRC := $(sort $(wildcard clientlib/*/*.c))
CLI_SRC := $(sort $(wildcard cli/*.c))
TUI_SRC := $(sort $(wildcard tui/*.c))
TEST_SRC := $(sort $(wildcard tests/unit/*/test_*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
obj = $(patsubst %.c,$(B)/%.o,$(1))

.PHONY: all help clean
all: $(B)/mfctl $(B)/mftop ## build mfctl and mftop

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

$(B)/libmfclient.a: $(call obj,$(LIB_SRC))
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/libmfclient.so: $(call obj,$(LIB_SRC)) clientlib/mf.map
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -shared -Wl,-soname,libmfclient.so.0 -Wl,--version-script,clientlib/mf.map -o $@ $(call obj,$(LIB_SRC)) \
		$(filter-out -pie,$(LDFLAGS_ALL)) $(LIB_LIBS) -lm

$(B)/mfctl: $(call obj,$(CLI_SRC)) $(B)/libmfclient.a
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(CLI_LIBS)

$(B)/mftop: $(call obj,$(TUI_SRC)) $(B)/libmfclient.a
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(TUI_LIBS)

$(B)/clientlib/codec/inflate_isal.o: CFLAGS_ALL += $(ISAL)
# Tests find functions by their names, and need no prototypes.
$(B)/tests/%.o: CFLAGS_ALL += -Wno-missing-prototypes
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

# ---- unit tests: everything but the two main.c, with malloc and friends wrapped ----
UNIT_OBJ = $(call obj,$(LIB_SRC) $(filter-out %/main.c,$(CLI_SRC) $(TUI_SRC)) $(TEST_SRC) $(SUPPORT_SRC))
WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
$(B)/tests/cases.c: $(TEST_SRC) tests/tools/gen_tests.sh
	@mkdir -p $(@D)
	$(Q)tests/tools/gen_tests.sh $(TEST_SRC) > $@
$(B)/tests/cases.o: $(B)/tests/cases.c
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<
$(B)/unit: $(UNIT_OBJ) $(B)/tests/cases.o
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(WRAP) $(LIB_LIBS) -lreadline -lncursesw -ltinfo -lm -ljansson -lcunit -lvterm

.PHONY: unit
unit: $(B)/unit ## unit tests alone (SUITE=name: those whose suite contains it)
	$(Q)MFKIT_SOURCE=$(CURDIR) $(B)/unit $(SUITE)

# ---- fuzz targets: replayed by any compiler; `make fuzz` runs libFuzzer on each for a while ----
$(B)/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/standalone.o $(B)/libmfclient.a
	@mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(LIB_LIBS) -lm
.PHONY: fuzz-replay fuzz
fuzz-replay: $(patsubst %,$(B)/fuzz/%,$(FUZZ))
	$(Q)for f in $(FUZZ); do $(B)/fuzz/$$f tests/fuzz/corpus/$$f || exit 1; done; echo "$(words $(FUZZ)) passed, 0 failed"
FUZZ_SECONDS ?= 60
fuzz: ## fuzz each target for FUZZ_SECONDS (clang)
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=address,undefined CFLAGS=-fsanitize=fuzzer-no-link B=build-fuzz build-fuzz/libmfclient.a
	$(Q)for f in $(FUZZ); do mkdir -p build-fuzz/corpus/$$f && clang -std=c11 -D_GNU_SOURCE -g -O1 \
		-fsanitize=fuzzer,address,undefined -o build-fuzz/fuzz_$$f tests/fuzz/fuzz_$$f.c build-fuzz/libmfclient.a $(LIB_LIBS) -lm \
		&& build-fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 -timeout=10 build-fuzz/corpus/$$f tests/fuzz/corpus/$$f || exit 1; done

# ---- what a person calls ----
.PHONY: deps demo check check-peers check-threads bench lint fmt tidy docs screenshots install dist
deps: ; $(Q)tests/tools/deps.sh build

demo: deps ## install what is missing, build, open the dashboard on a bundled real history
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tests/tools/unpack_demo.sh build/demo
	$(Q)$(B)/mftop --metadata local@build/demo/demo

check: ## install what is missing, all hermetic tests
	$(Q)tests/tools/deps.sh check
	$(Q)tests/tools/check.sh

check-peers: ## the real Metaflow writes, we read, its client is asked the same
	$(Q)tests/tools/deps.sh peers
	$(Q)$(MAKE) --no-print-directory $(B)/mfctl
	$(Q)MFCTL=$(CURDIR)/$(B)/mfctl tests/peers/run.sh

check-threads: ## thread sanitizer on what uses threads
	$(Q)$(MAKE) --no-print-directory SAN=thread build-thread/unit
	$(Q)for s in job par iter data watch http service cred store transfer many; do MFKIT_SOURCE=$(CURDIR) build-thread/unit $$s || exit 1; done

BENCH ?= ../shared/bench
BENCH_DATA ?= /tmp/mfkit-bench
PYTHON ?= python3
bench: all ## speed beside Metaflow's Python client (PYTHON=… with metaflow and numpy, BENCH_DATA=…)
	$(Q)PYTHON=$(PYTHON) $(BENCH)/prepare.sh $(BENCH_DATA)
	$(Q)$(BENCH)/bench.py --mfctl $(CURDIR)/$(B)/mfctl --python $(PYTHON) --data $(BENCH_DATA)

lint: $(B)/libmfclient.so ## layers, test twins, sizes, exported names
	$(Q)LIB=$(B)/libmfclient.so tests/tools/lint.sh

fmt: ## clang-format
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h')

tidy: ## clang-tidy, advisory
	$(Q)clang-tidy --quiet -checks='clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,-clang-analyzer-security.insecureAPI.*' \
		$(LIB_SRC) $(CLI_SRC) -- -std=c11 -D_GNU_SOURCE

docs: $(B)/mfctl $(B)/mftop ## man pages from the tables of commands and options
	@mkdir -p $(B)/man
	$(Q)tests/tools/make_man.sh $(B)/mfctl $(B)/mftop $(B)/man

screenshots: $(B)/unit ## screenshots/*.svg and *.png from real canvas dumps
	$(Q)tests/tools/deps.sh pictures
	$(Q)tests/tools/screenshots.sh $(B)/unit screenshots

install: all $(B)/libmfclient.so docs ## DESTDIR= PREFIX=
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include \
		$(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install $(B)/mfctl $(B)/mftop $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(B)/libmfclient.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(B)/libmfclient.so $(DESTDIR)$(PREFIX)/lib/libmfclient.so.0
	ln -sf libmfclient.so.0 $(DESTDIR)$(PREFIX)/lib/libmfclient.so
	install -m 644 clientlib/mf.h $(DESTDIR)$(PREFIX)/include/mf.h
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' clientlib/mf.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/mfclient.pc
	install -m 644 $(B)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	$(B)/mfctl completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/mfctl
	$(B)/mfctl completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_mfctl
	$(B)/mfctl completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/mfctl.fish

dist: ## a source archive
	git archive --prefix=mfkit-$(VERSION)/ -o mfkit-$(VERSION).tar.gz HEAD

clean: ## remove what was built
	rm -rf build build-*

-include $(patsubst %.o,%.d,$(UNIT_OBJ) $(call obj,cli/main.c tui/main.c))
