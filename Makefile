# mfkit: libmfclient, mfctl, mftop. No configure step; `make help` lists the targets.
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC = gcc
endif
# make V=1 shows the commands
Q = $(if $(V),,@)
SAN ?=
B ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))$(if $(filter clang%,$(CC)),-clang)
comma := ,

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wimplicit-fallthrough -Werror
HARDEN = -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
OPT ?= $(if $(SAN),-O1 -g,-O2 -g)
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(WARN) $(OPT) $(HARDEN) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) \
	-fvisibility=hidden -pthread $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN)) -pthread $(LDFLAGS)
LIB_LIBS = -lz -ljansson -lnettle
CLI_LIBS = $(LIB_LIBS) -lreadline -lm $(XLIBS)
TUI_LIBS = $(LIB_LIBS) -lncursesw -ltinfo -lm

LIB_SRC := $(sort $(wildcard clientlib/*/*.c))
CLI_SRC := $(sort $(wildcard cli/*.c))
TUI_SRC := $(sort $(wildcard tui/*.c))
TEST_SRC := $(sort $(wildcard tests/unit/*/test_*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
obj = $(patsubst %.c,$(B)/%.o,$(1))

.PHONY: all clean help
all: $(B)/mfctl $(B)/mftop

$(B)/libmfclient.a: $(call obj,$(LIB_SRC))
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/mfctl: $(call obj,$(CLI_SRC)) $(B)/libmfclient.a
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(CLI_LIBS)

$(B)/mftop: $(call obj,$(TUI_SRC)) $(B)/libmfclient.a
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(TUI_LIBS)

$(B)/tests/%.o: CFLAGS_ALL += -Wno-missing-prototypes
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Unit tests: everything but the two main.c, with malloc and friends wrapped.
UNIT_OBJ = $(call obj,$(LIB_SRC) $(filter-out %/main.c,$(CLI_SRC) $(TUI_SRC)) $(TEST_SRC) $(SUPPORT_SRC))
WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
$(B)/tests/cases.c: $(TEST_SRC) tests/tools/gen_tests.sh
	@mkdir -p $(@D)
	tests/tools/gen_tests.sh $(TEST_SRC) > $@
$(B)/tests/cases.o: $(B)/tests/cases.c
	$(CC) $(CFLAGS_ALL) -c -o $@ $<
$(B)/unit: $(UNIT_OBJ) $(B)/tests/cases.o
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(WRAP) $(sort $(CLI_LIBS) $(TUI_LIBS)) -lcunit -lvterm

.PHONY: unit
unit: $(B)/unit
	MFKIT_SOURCE=$(CURDIR) $(B)/unit $(SUITE)

clean:
	rm -rf build build-*

-include $(patsubst %.o,%.d,$(UNIT_OBJ) $(B)/cli/main.d $(B)/tui/main.d)
