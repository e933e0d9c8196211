# SPDX-License-Identifier: ISC
#
# make                programs in build/
# make demo           a machine boots from pxeguard in a namespace of its own;
#                     FIRMWARE=bios, uefi or uefi-http
# make check          the tests, JOBS at a time (2)
# make check-sandboxed  unit tests under the filter of their role
# make check-long     the same as check, and the live tests that take minutes
# make check-like-dnsmasq  replies beside dnsmasq's: ONLY= configurations
# make san            all tests under AddressSanitizer and UBSan
# make lint           clang-tidy, cppcheck, gcc -fanalyzer, mandoc
# make format         rewrites the sources in the project's style
# make selinux        the SELinux module, build/selinux/pxeguard.pp
# make check-machine  the packages under systemd in a virtual machine; slow
# make check-selinux  pxeguard under SELinux, enforcing, in that machine
# make check-apparmor  the same under AppArmor
# make soak           load and harm at random for SOAK_S seconds, SEED= again
# make mutants        changes that unit tests must notice: COUNT=, SEED=, FILES=
# make fuzz           the fuzz targets, FUZZ_S seconds each, JOBS at a time
# make bench-tftp     TFTP beside other servers: WORK=, SERVERS=, ROUNDS=, AWAKE=1
# make bench-http     HTTP beside nginx: WORK=, ROUNDS=
# make bench-images   signed files beside unsigned ones: WORK=, ROUNDS=
# make bench-conf     start with 100,000 hosts beside dnsmasq: HOSTS=, TAGS=
# make bench-size     lines, programs, memory, start: ROUNDS=, BASE= revision
# make install        below DESTDIR/PREFIX; make uninstall removes it
# make install-selinux   the SELinux module and its interfaces; loads nothing
# make install-apparmor  the AppArmor profile, in /etc; loads nothing
# make deb            Debian packages in build/deb, built twice and compared
# make dist           the source as a file in build/dist; SIGN_KEY= signs it
# make sbom           what the programs are linked with, as SPDX
# make help           prints this
#
# demo, all checks, selinux, soak, san, lint, fuzz, deb and the benchmarks install the
# Debian packages that they miss.

VERSION = 0.2.0-dev
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/pxeguard
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/pxeguard
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
SELINUXDIR ?= $(PREFIX)/share/selinux
# The parser looks nowhere else.
APPARMORDIR ?= /etc/apparmor.d
BUILD ?= build
CC ?= cc
FUZZ_CC ?= clang
FUZZ_S ?= 60
SOAK_S ?= 1800
JOBS ?= 2
FIRMWARE ?= bios
PYTHON ?= /usr/bin/python3

# A folder with a main.c is a program: the parent's, or a role's.
ROLES = $(filter-out priv,$(patsubst %/main.c,%,$(wildcard */main.c)))
# Layers: a folder uses those that stand behind it, and no role uses another,
# command or priv; priv/main.c also uses command.  Archives are linked in this
# order; tests/style/layers checks it.
FOLDERS = $(ROLES) command priv ctl sandbox sign daemon
# Programs of the administrator, one source file each.
TOOLS_CTL = $(patsubst ctl/%.c,%,$(wildcard ctl/pxeguard*.c))

# What is linked, by pkg-config name.
MODULES = libevent_core libseccomp libcap-ng sqlite3 libpcap libsodium nettle \
	libmicrohttpd gnutls

# Debian's packages, by what needs them.
PKGS_BUILD = gcc libc6-dev pkg-config libevent-dev libseccomp-dev \
	libcap-ng-dev libsqlite3-dev libpcap0.8-dev libsodium-dev \
	nettle-dev libmicrohttpd-dev libgnutls28-dev
PKGS_DEMO = $(PKGS_BUILD) passwd python3 iproute2 util-linux mount \
	qemu-system-x86 ipxe-qemu ipxe ovmf debian-installer-12-netboot-amd64
PKGS_CHECK = $(PKGS_DEMO) check python3-pytest python3-pytest-xdist udhcpc \
	isc-dhcp-client dhcpcd-base curl wget tftp-hpa atftp busybox nftables \
	mandoc clang-format sqlite3 strace procps dnsmasq-base netbase \
	e2fsprogs openssl minisign signify-openbsd grub-common \
	grub-efi-amd64-bin systemd
PKGS_LINT = $(PKGS_CHECK) clang-tidy cppcheck
PKGS_FUZZ = $(PKGS_BUILD) clang libclang-rt-dev
PKGS_SELINUX = make selinux-policy-dev
PKGS_DEB = $(PKGS_BUILD) $(PKGS_SELINUX) build-essential debhelper lintian
PKGS_MACHINE = $(PKGS_DEB) python3 util-linux mmdebstrap \
	e2fsprogs openssl qemu-system-x86
# Three more servers are only unpacked: see tests/bench/fetch_servers.
PKGS_BENCH = $(PKGS_BUILD) passwd python3 iproute2 util-linux mount \
	nftables dnsmasq-base libwrap0 libpcre2-8-0 libssl3 zlib1g \
	libcrypt1

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wcast-qual -Wpointer-arith -Wsign-compare -Wformat=2 \
	-Wimplicit-fallthrough -Wvla -Wundef
HARDENING = -fstack-protector-strong -fstack-clash-protection -fPIE
HARDENING_GCC = -fcf-protection -fzero-call-used-regs=used \
	-ftrivial-auto-var-init=zero
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
OPTIMIZE = -O2 -g
# Empty where another compiler may warn of more.
WERROR ?= -Werror
CFLAGS ?= $(OPTIMIZE) $(FORTIFY)
CPPFLAGS += -I. -D_GNU_SOURCE -DPXEGUARD_VERSION='"$(VERSION)"' \
	-DPXEGUARD_LIBEXEC='"$(LIBEXECDIR)"'
C = $(CC) -std=gnu11 $(CPPFLAGS) $(WARNINGS) $(WERROR) $(HARDENING) \
	$(HARDENING_GCC) -ffile-prefix-map=$(CURDIR)=. $(CFLAGS) \
	$(SANITIZE) -MMD -MP
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed

HAVE_PKG_CONFIG := $(shell command -v pkg-config)
ifneq ($(HAVE_PKG_CONFIG),)
CPPFLAGS += $(shell pkg-config --cflags $(MODULES) 2>/dev/null)
LIBS = $(shell pkg-config --libs $(MODULES) 2>/dev/null)
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null)
endif

# Of libraries whose headers do not tell their version; for --version.
version_of = $(shell pkg-config --modversion $(1) 2>/dev/null)
$(BUILD)/obj/capd/main.o: CPPFLAGS += \
	-DLIBPCAP_VERSION='"$(call version_of,libpcap)"'
$(BUILD)/obj/command/version.o: CPPFLAGS += \
	-DLIBCAP_NG_VERSION='"$(call version_of,libcap-ng)"'

# One line a step; V=1 shows the commands.
ifeq ($(V),1)
Q =
say = :
else
Q = @
say = printf '  %-6s %s\n'
endif

# ------------------------------------------------------------- programs

SRC = $(wildcard $(addsuffix /*.c,$(FOLDERS)))
OBJ = $(SRC:%.c=$(BUILD)/obj/%.o)
# One archive a folder, without the files that hold main().
ARCHIVES = $(FOLDERS:%=$(BUILD)/lib/%.a)
COMMON = $(BUILD)/lib/sandbox.a $(BUILD)/lib/sign.a $(BUILD)/lib/daemon.a
PROGRAMS = $(BUILD)/pxeguard $(ROLES:%=$(BUILD)/libexec/%) \
	$(TOOLS_CTL:%=$(BUILD)/%)

all: modules $(PROGRAMS)

# Stops with the names of what is missing.
modules:
	@command -v pkg-config >/dev/null || { \
	    echo "pkg-config is missing; on Debian: make deps" >&2; exit 1; }
	@for m in $(MODULES); do pkg-config --exists $$m || { \
	    echo "missing: $$m (pkg-config name);" \
	        "on Debian, 'make deps' installs it" >&2; exit 1; }; done

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(say) CC $<
	$(Q)$(C) -c -o $@ $<

define archive
$(BUILD)/lib/$(1).a: $(filter-out %/main.o $(BUILD)/obj/ctl/pxeguard%,$(filter $(BUILD)/obj/$(1)/%,$(OBJ)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(Q)ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call archive,$(f))))

define role
$(BUILD)/libexec/$(1): $(BUILD)/obj/$(1)/main.o $(BUILD)/lib/$(1).a $(COMMON)
	@mkdir -p $$(@D)
	@$(say) LINK $$@
	$(Q)$(C) $(LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach r,$(ROLES),$(eval $(call role,$(r))))

$(BUILD)/pxeguard: $(BUILD)/obj/priv/main.o $(BUILD)/lib/command.a \
    $(BUILD)/lib/priv.a $(COMMON)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -o $@ $^ $(LIBS)

$(TOOLS_CTL:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/obj/ctl/%.o \
    $(BUILD)/lib/ctl.a $(COMMON)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -o $@ $^ $(LIBS)

# ---------------------------------------------------------------- tests

# Of the unit tests themselves: what they test is compiled as it is installed.
UNIT_CFLAGS = -O0 -U_FORTIFY_SOURCE
# It damages its memory and is stopped by these checks.
$(BUILD)/tests/test_sandbox_calls: UNIT_CFLAGS =

UNIT_SRC = $(wildcard tests/unit/test_*.c)
UNIT = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)
TOOL_SRC = $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
TOOLS = $(TOOL_SRC:tests/unit/%.c=$(BUILD)/tests/%)
FUZZ_SRC = $(wildcard tests/fuzz/fuzz_*.c)
FUZZ = $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(BUILD)/fuzz/%)
REPLAY = $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(BUILD)/tests/replay_%)

$(BUILD)/tests/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(ARCHIVES)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(ARCHIVES) $(LIBS)

$(BUILD)/tests/%: tests/unit/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(UNIT_CFLAGS) $(LDFLAGS) -o $@ $< $(ARCHIVES) $(LIBS) \
	    $(CHECK_LIBS)

tests: modules $(UNIT) $(TOOLS) $(REPLAY)

# As many compilers as tests, unless -j was given.
J = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
RUN_TESTS = PYTHON=$(PYTHON) JOBS=$(JOBS) tests/run

mutants: export COMPILE = $(C)
mutants: export MUTANT_LIBS = $(ARCHIVES) $(LIBS) $(CHECK_LIBS)
mutants: deps-check
	$(MAKE) setup
	$(MAKE) $(J) all tests
	BUILD=$(BUILD) JOBS=$(JOBS) $(PYTHON) tests/mutants/run

check: deps-check
	$(MAKE) setup
	$(MAKE) $(J) all tests bench-tools
	BUILD=$(BUILD) $(RUN_TESTS)

# The unit tests of each role under that role's filter; part of check.
check-sandboxed: deps-check
	$(MAKE) $(J) tests
	BUILD=$(BUILD) TESTS=sandboxed $(RUN_TESTS)

# All that there is; before a release.
check-long: deps-check
	$(MAKE) setup
	$(MAKE) $(J) all tests bench-tools
	BUILD=$(BUILD) LONG=yes $(RUN_TESTS)

# Every kind of client and every configuration, with both servers.
check-like-dnsmasq: deps-check
	$(MAKE) setup
	$(MAKE) $(J) all
	BUILD=$(BUILD) $(PYTHON) tests/like/like_dnsmasq.py --jobs $(JOBS) \
	    $(if $(ONLY),--only '$(ONLY)')

demo: deps-demo
	$(MAKE) setup
	$(MAKE) all
	$(PYTHON) tests/demo/demo.py --firmware $(FIRMWARE)

# Half an hour: roles are killed and hung while machines boot.
soak: deps-check
	$(MAKE) setup
	$(MAKE) $(J) all
	BUILD=$(BUILD) $(PYTHON) tests/soak/soak.py --seconds $(SOAK_S) \
	    $(if $(SEED),--seed $(SEED))

# Debian's own Makefile builds modules where it stands.  The interfaces that
# pxeguard-selinux installed would be defined a second time.
SELINUX_SRC = $(wildcard selinux/pxeguard.*)
SELINUX_DEVEL = /usr/share/selinux/devel
SELINUX_INTERFACES = $(filter-out %/pxeguard.if,$(wildcard \
	$(SELINUX_DEVEL)/include/*/*.if))
selinux: deps-selinux $(BUILD)/selinux/pxeguard.pp
$(BUILD)/selinux/pxeguard.pp: $(SELINUX_SRC)
	@mkdir -p $(@D)
	@cp $(SELINUX_SRC) $(@D)
	@$(say) POLICY $@
	$(Q)$(MAKE) -s -C $(@D) -f $(SELINUX_DEVEL)/Makefile \
	    NAME=default TYPE=mcs header_interfaces='$(SELINUX_INTERFACES)' \
	    pxeguard.pp >/dev/null

# A virtual machine with Debian's kernel, systemd and security modules; without
# KVM it is emulated, and takes a quarter of an hour.
check-machine check-selinux check-apparmor: deps-machine
	$(MAKE) $(J) all
	$(MAKE) deb
	BUILD=$(BUILD) $(PYTHON) tests/machine/check.py $(@:check-%=%) \
	    $(if $(ACCEL),--accel $(ACCEL))

# The same tests in a build of their own; sanitizers need a few more system
# calls, which only this build allows.
SAN_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -DPXEGUARD_SANITIZE
san: deps-check
	$(MAKE) setup
	$(MAKE) $(J) BUILD=build/san SANITIZE="$(SAN_FLAGS)" FORTIFY= \
	    OPTIMIZE="-O1 -g" all tests bench-tools
	BUILD=build/san LONG=yes $(RUN_TESTS)

# libFuzzer: every target for FUZZ_S seconds, from the corpus.
fuzz: deps-fuzz
	$(MAKE) fuzzers
	JOBS=$(JOBS) tests/fuzz/run $(FUZZ_S) $(FUZZ)

fuzzers:
	$(MAKE) $(J) BUILD=build/fuzz-objects CC=$(FUZZ_CC) HARDENING_GCC= FORTIFY= \
	    OPTIMIZE="-O1 -g" FUZZERS_OUT=$(BUILD)/fuzz \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined \
	    -fno-sanitize-recover=all -DPXEGUARD_SANITIZE" fuzz-programs

fuzz-programs: $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(FUZZERS_OUT)/%)

$(FUZZERS_OUT)/%: tests/fuzz/fuzz_%.c $(wildcard tests/fuzz/*.h) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(ARCHIVES) $(LIBS)

# ---------------------------------------------------------------- bench

BENCH_ALONE = bare_tftp http_load
BENCH_SRC = $(filter-out $(BENCH_ALONE:%=tests/bench/%.c), \
	$(wildcard tests/bench/*.c))
BENCH_OBJ = $(BENCH_SRC:%.c=$(BUILD)/obj/%.o)
WORK ?= all
SERVERS ?= all
ROUNDS ?= 5

$(BUILD)/bench/tftp_load: $(BENCH_OBJ)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -o $@ $^

$(BENCH_ALONE:%=$(BUILD)/bench/%): $(BUILD)/bench/%: \
    $(BUILD)/obj/tests/bench/%.o
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(C) $(LDFLAGS) -o $@ $^

bench-tools: $(BUILD)/bench/tftp_load $(BENCH_ALONE:%=$(BUILD)/bench/%)

bench-tftp: deps-bench
	$(MAKE) setup
	$(MAKE) all bench-tools
	tests/bench/fetch_servers $(BUILD)/bench/servers
	BUILD=$(BUILD) $(PYTHON) tests/bench/bench_tftp.py --work $(WORK) \
	    --servers $(SERVERS) --rounds $(ROUNDS) \
	    $(if $(PROCESSORS),--processors $(PROCESSORS)) \
	    $(if $(AWAKE),--awake)

bench-http: deps-bench
	$(MAKE) setup
	$(MAKE) all bench-tools
	tests/bench/fetch_servers $(BUILD)/bench/servers
	BUILD=$(BUILD) $(PYTHON) tests/bench/bench_http.py --work $(WORK) \
	    --rounds $(ROUNDS) $(if $(PROCESSORS),--processors $(PROCESSORS))

bench-images: deps-bench
	$(MAKE) setup
	$(MAKE) all bench-tools
	BUILD=$(BUILD) $(PYTHON) tests/bench/bench_images.py --work $(WORK) \
	    --rounds $(ROUNDS) $(if $(PROCESSORS),--processors $(PROCESSORS))

HOSTS ?= 100000
TAGS ?= 0

bench-conf: deps-bench
	$(MAKE) setup
	$(MAKE) all
	BUILD=$(BUILD) $(PYTHON) tests/bench/bench_conf.py --hosts $(HOSTS) \
	    --tags $(TAGS) --rounds $(ROUNDS)

bench-size: deps-check
	$(MAKE) setup
	$(MAKE) all
	BUILD=$(BUILD) $(PYTHON) tests/bench/bench_size.py --rounds $(ROUNDS) \
	    $(if $(BASE),--base $(BASE))

# ---------------------------------------------------------------- style

STYLED = $(wildcard $(addsuffix /*.[ch],$(FOLDERS) tests/unit tests/fuzz \
	tests/live tests/bench))

format:
	clang-format -i $(STYLED)

format-check:
	clang-format --dry-run -Werror $(STYLED)

lint: deps-lint
	$(MAKE) format-check lint-tidy lint-cppcheck lint-analyzer lint-man

lint-tidy:
	clang-tidy --quiet $(SRC) -- -std=gnu11 $(CPPFLAGS)

lint-cppcheck:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	    --error-exitcode=1 --suppress=missingIncludeSystem \
	    --suppress=getpwnamCalled \
	    $(addprefix --include=,$(wildcard /usr/include/*/sys/queue.h)) \
	    -I. -D_GNU_SOURCE -DPXEGUARD_VERSION='""' \
	    -DPXEGUARD_LIBEXEC='""' $(FOLDERS)

# GCC 12 loses sight of what a list or a grown array holds and calls it
# leaked; leaks are looked for by 'make san'.
lint-analyzer:
	$(MAKE) BUILD=build/analyzer \
	    SANITIZE="-fanalyzer -Wno-analyzer-malloc-leak" objects

objects: $(OBJ)

lint-man:
	cd docs && mandoc -Tlint -Wstyle *.[158]

# ------------------------------------------------------ set-up, install

deps: ; @tests/deps $(PKGS_BUILD)
deps-demo: ; @tests/deps $(PKGS_DEMO)
deps-check: ; @tests/deps $(PKGS_CHECK)
deps-lint: ; @tests/deps $(PKGS_LINT)
deps-fuzz: ; @tests/deps $(PKGS_FUZZ)
deps-ci: ; @tests/deps $(PKGS_CHECK) $(PKGS_FUZZ)
deps-bench: ; @tests/deps $(PKGS_BENCH)
deps-deb: ; @tests/deps $(PKGS_DEB)
deps-selinux: ; @tests/deps $(PKGS_SELINUX)
deps-machine: ; @tests/deps $(PKGS_MACHINE)

# A system user for each role, and the folder of the lease store.
setup:
	@priv/setup $(ROLES)

# The same users, for systemd-sysusers.
$(BUILD)/sysusers.conf: Makefile $(ROLES:%=%/main.c)
	@mkdir -p $(@D)
	@for r in $(sort $(ROLES)); do \
	    echo "u pxeguard-$$r - \"pxeguard $$r\" /nonexistent"; done >$@

EXAMPLES = $(wildcard docs/examples/*)

# Words for bash: options by the usage, directives by their table.
$(BUILD)/completion/pxeguard: docs/completion/pxeguard priv/options_own.c \
    confd/directive.c Makefile
	@mkdir -p $(@D)
	@options=$$(sed -n 's/^    "  \(    \|-., \)\(--[a-z-]*=\{0,1\}\).*/\2/p' \
	    priv/options_own.c) && \
	directives=$$(sed -n -e 's/^\t\(FLAG\|MAYBE\|MAYBE_ONCE\)("\([^"]*\)".*/--\2/p' \
	    -e 's/^\t\(NEEDS\|ONCE\|EMPTY\|INCLUDE\)("\([^"]*\)".*/--\2=/p' \
	    confd/directive.c) && \
	sed -e "s/@OPTIONS@/$$(echo $$options)/" \
	    -e "s/@DIRECTIVES@/$$(echo $$directives)/" \
	    -e "s/@ROLES@/$(sort $(ROLES))/" $< >$@

$(BUILD)/completion/%: docs/completion/%
	@mkdir -p $(@D)
	@cp $< $@

install: all $(BUILD)/sysusers.conf $(BUILD)/completion/pxeguard \
    $(TOOLS_CTL:%=$(BUILD)/completion/%)
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) \
	    $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
	    $(DESTDIR)$(MANDIR)/man8 \
	    $(DESTDIR)$(DOCDIR)/examples $(DESTDIR)$(UNITDIR) \
	    $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(TMPFILESDIR) \
	    $(DESTDIR)$(BASHDIR)
	install -m 755 $(BUILD)/pxeguard $(DESTDIR)$(SBINDIR)/
	for t in $(TOOLS_CTL); do install -m 755 $(BUILD)/$$t \
	    $(DESTDIR)$(BINDIR)/ || exit 1; done
	for r in $(ROLES); do install -m 755 $(BUILD)/libexec/$$r \
	    $(DESTDIR)$(LIBEXECDIR)/ || exit 1; done
	for t in $(TOOLS_CTL); do install -m 644 docs/$$t.1 \
	    $(DESTDIR)$(MANDIR)/man1/ || exit 1; done
	install -m 644 docs/pxeguard.conf.5 $(DESTDIR)$(MANDIR)/man5/
	sed 's|/usr/local/libexec/pxeguard|$(LIBEXECDIR)|' docs/pxeguard.8 \
	    >$(DESTDIR)$(MANDIR)/man8/pxeguard.8
	install -m 644 docs/pxeguard.conf $(EXAMPLES) \
	    $(DESTDIR)$(DOCDIR)/examples/
	sed 's|/usr/local/sbin|$(SBINDIR)|g' docs/pxeguard.service \
	    >$(DESTDIR)$(UNITDIR)/pxeguard.service
	install -m 644 $(BUILD)/sysusers.conf \
	    $(DESTDIR)$(SYSUSERSDIR)/pxeguard.conf
	install -m 644 docs/tmpfiles.conf $(DESTDIR)$(TMPFILESDIR)/pxeguard.conf
	for p in pxeguard $(TOOLS_CTL); do install -m 644 \
	    $(BUILD)/completion/$$p $(DESTDIR)$(BASHDIR)/ || exit 1; done
	install -d $(DESTDIR)/etc/pxeguard

# They are for programs below /usr: see docs/selinux.md.
install-selinux: $(BUILD)/selinux/pxeguard.pp
	install -d $(DESTDIR)$(SELINUXDIR)/packages \
	    $(DESTDIR)$(SELINUXDIR)/devel/include/services
	install -m 644 $< $(DESTDIR)$(SELINUXDIR)/packages/
	install -m 644 selinux/pxeguard.if \
	    $(DESTDIR)$(SELINUXDIR)/devel/include/services/

# Folders of boot files that an administrator has added stay.
APPARMOR_LOCAL = $(DESTDIR)$(APPARMORDIR)/tunables/pxeguard.d/local
install-apparmor:
	install -d $(DESTDIR)$(APPARMORDIR)/abstractions $(dir $(APPARMOR_LOCAL))
	sed -e 's|/usr/sbin/|$(SBINDIR)/|' \
	    -e 's|/usr/libexec/pxeguard/|$(LIBEXECDIR)/|' apparmor/pxeguard \
	    >$(DESTDIR)$(APPARMORDIR)/pxeguard
	install -m 644 $(wildcard apparmor/abstractions/*) \
	    $(DESTDIR)$(APPARMORDIR)/abstractions/
	[ -e $(APPARMOR_LOCAL) ] || install -m 644 \
	    apparmor/tunables/pxeguard.d/local $(APPARMOR_LOCAL)

# What was installed; configuration, leases and users stay.
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/pxeguard \
	    $(ROLES:%=$(DESTDIR)$(LIBEXECDIR)/%) \
	    $(TOOLS_CTL:%=$(DESTDIR)$(BINDIR)/%) \
	    $(TOOLS_CTL:%=$(DESTDIR)$(MANDIR)/man1/%.1) \
	    $(DESTDIR)$(MANDIR)/man5/pxeguard.conf.5 \
	    $(DESTDIR)$(MANDIR)/man8/pxeguard.8 \
	    $(DESTDIR)$(DOCDIR)/examples/pxeguard.conf \
	    $(EXAMPLES:docs/%=$(DESTDIR)$(DOCDIR)/%) \
	    $(DESTDIR)$(UNITDIR)/pxeguard.service \
	    $(DESTDIR)$(SYSUSERSDIR)/pxeguard.conf \
	    $(DESTDIR)$(TMPFILESDIR)/pxeguard.conf \
	    $(patsubst %,$(DESTDIR)$(BASHDIR)/%,pxeguard $(TOOLS_CTL)) \
	    $(DESTDIR)$(SELINUXDIR)/packages/pxeguard.pp \
	    $(DESTDIR)$(SELINUXDIR)/devel/include/services/pxeguard.if \
	    $(DESTDIR)$(APPARMORDIR)/pxeguard \
	    $(patsubst apparmor/%,$(DESTDIR)$(APPARMORDIR)/%,$(wildcard \
	    apparmor/abstractions/*))
	-rmdir $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DOCDIR)/examples \
	    $(DESTDIR)$(DOCDIR)

# Debian packages; see debian/package.
deb: deps-deb
	VERSION=$(VERSION) JOBS=$(JOBS) debian/package $(BUILD)/deb

# The same commit gives the same file.
dist: $(if $(SIGN_KEY),$(BUILD)/pxeguard-sign)
	VERSION=$(VERSION) BUILD=$(BUILD) SIGN_KEY=$(SIGN_KEY) \
	    release/dist $(BUILD)/dist

sbom: all
	VERSION=$(VERSION) BUILD=$(BUILD) $(PYTHON) release/sbom \
	    >$(BUILD)/pxeguard-$(VERSION).spdx.json
	@echo $(BUILD)/pxeguard-$(VERSION).spdx.json

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

clean:
	rm -rf build

.PHONY: all modules objects tests setup help clean \
	check check-long check-sandboxed check-like-dnsmasq check-machine \
	check-selinux check-apparmor soak demo san mutants \
	fuzz fuzzers fuzz-programs \
	bench-tools bench-tftp bench-http bench-images bench-conf \
	bench-size \
	format format-check lint lint-tidy lint-cppcheck lint-analyzer lint-man \
	deps deps-demo deps-check deps-lint deps-fuzz deps-ci deps-bench deps-deb \
	deps-selinux deps-machine \
	selinux install install-selinux install-apparmor uninstall deb dist sbom
.DELETE_ON_ERROR:
.SECONDARY:
-include $(OBJ:.o=.d) $(BENCH_OBJ:.o=.d) $(UNIT:=.d) $(TOOLS:=.d) $(REPLAY:=.d)
