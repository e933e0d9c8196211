/* SPDX-License-Identifier: ISC */
/*
 * Reload and supervision against a world in which any process may die, hang,
 * refuse or not start at any step.  At every step: one configuration is in
 * force, no two processes have the lease database, only processes that exist
 * are spoken to, and a deadline is set for whatever does not serve.  When the
 * faults end, all is served, with the newest configuration that was accepted.
 */
#include "priv/reload.h"
#include "tests/unit/unit.h"

#define PROCS 256
#define FAULTY_MS 600000
#define CALM_MS 400000
#define RUNS 120

/*
 * ck_assert() writes its place to a file each time, which is nearly all
 * the time of a test that asserts millions of times.
 */
#define sim_assert(expr)                                          \
	do {                                                      \
		if (!(expr))                                      \
			ck_abort_msg("at %llu ms: %s",            \
			    (unsigned long long)s.now_ms, #expr); \
	} while (0)

enum will { WILL_ANSWER, WILL_REJECT, WILL_HANG, WILL_EXIT, WILL_MUTTER };

/* A process as the world has it. */
struct sim_proc {
	uint32_t id;
	enum role role;
	bool booted;
	bool stuck; /* SIGKILL does not end it, for a while */
	bool told_stop;
	bool killed;
	uint32_t generation; /* that it has to answer; 0: none */
	uint32_t serves;
	enum will will;
	uint64_t at_ms; /* when it does what it will */
	uint64_t last_ms; /* when it last said anything */
	uint64_t answered_ms; /* when it last answered anything */
};

static struct {
	struct reload r;
	uint64_t rnd;
	uint64_t now_ms;
	uint64_t timer_ms;
	bool calm;
	struct sim_proc p[PROCS];
	uint32_t in_force;
	uint32_t parse; /* generation that confd reads; 0: none */
	uint64_t parse_ms;
	uint16_t needed[4096], changed[4096]; /* by generation */
	uint32_t dropped; /* newest generation that was dropped */
	bool hup_open; /* asked for, and no end of it seen yet */
	bool changed_open; /* the same of a watched folder */
	bool ifaces_open; /* they changed, and nobody has looked since */
	uint64_t excuse_ms; /* until then silence has a reason: a stall */
	bool exited;
	uint32_t said[RELOAD_SAY_MAX];
	uint32_t kills, starts, enforced;
} s;

static uint32_t
sim_rand(uint32_t n)
{
	s.rnd ^= s.rnd << 13;
	s.rnd ^= s.rnd >> 7;
	s.rnd ^= s.rnd << 17;
	return (uint32_t)(s.rnd >> 20) % n;
}

static bool
sim_fault(uint32_t one_in)
{
	return !s.calm && sim_rand(one_in) == 0;
}

static struct sim_proc *
sim_find(uint32_t id)
{
	size_t i;

	for (i = 0; i < PROCS; i++)
		if (s.p[i].id == id)
			return &s.p[i];
	return NULL;
}

static void sim_input(const struct reload_input *);

static void
sim_proc_input(enum reload_input_kind kind, uint32_t id, uint32_t generation)
{
	struct reload_input in = {
		.kind = kind, .proc = id, .generation = generation
	};

	sim_input(&in);
}

static void
sim_plan(struct sim_proc *p)
{
	p->will = WILL_ANSWER;
	p->at_ms = s.now_ms + sim_rand(200);
	if (sim_fault(8))
		p->will = (enum will)sim_rand(WILL_MUTTER + 1);
}

static void
sim_start(const struct reload_action *a)
{
	struct sim_proc *p;
	size_t i;

	sim_assert(a->proc != 0);
	sim_assert(sim_find(a->proc) == NULL);
	sim_assert(a->role > ROLE_CONFD && a->role < ROLE_MAX);
	for (i = 0; i < PROCS; i++)
		sim_assert(a->role != ROLE_LEASED || s.p[i].id == 0 ||
			   s.p[i].role != ROLE_LEASED || s.p[i].stuck);
	s.starts++;
	if (sim_fault(10)) {
		sim_proc_input(RELOAD_START_FAILED, a->proc, 0);
		return;
	}
	p = sim_find(0);
	sim_assert(p != NULL);
	memset(p, 0, sizeof(*p));
	p->id = a->proc;
	p->role = a->role;
	p->last_ms = s.now_ms;
	sim_plan(p);
}

static void
sim_parse(const struct reload_action *a)
{
	struct sim_proc *p;

	sim_assert(s.parse == 0);
	if (sim_fault(6)) {
		sim_proc_input(RELOAD_START_FAILED, a->proc, 0);
		return;
	}
	p = sim_find(0);
	sim_assert(p != NULL);
	memset(p, 0, sizeof(*p));
	p->id = a->proc;
	p->role = ROLE_CONFD;
	p->generation = a->generation;
	s.parse = a->generation;
	sim_plan(p);
}

static void
sim_copy(const struct reload_action *a)
{
	struct reload_input in = { .generation = a->generation };

	sim_assert(s.in_force != 0);
	in.kind = RELOAD_PARSED;
	if (sim_rand(4) == 0) {
		in.kind = RELOAD_UNCHANGED;
		s.ifaces_open = s.r.ifaces;
	} else if (sim_fault(4)) {
		in.kind = RELOAD_PARSE_FAILED;
	}
	in.needed = s.needed[s.in_force];
	s.needed[a->generation] = in.needed;
	s.changed[a->generation] = 0;
	sim_input(&in);
}

/* Those of a process that there is. */
static struct sim_proc *
sim_of(const struct reload_action *a)
{
	struct sim_proc *p = sim_find(a->proc);

	sim_assert(a->proc != 0);
	sim_assert(p != NULL);
	return p;
}

static void
sim_configure(struct sim_proc *p, uint32_t generation)
{
	sim_assert(p->booted && !p->told_stop && !p->killed);
	p->generation = generation;
	sim_plan(p);
	if (sim_fault(20))
		sim_proc_input(RELOAD_BROKEN, p->id, 0);
}

static void
sim_enforce(uint32_t generation)
{
	size_t i;

	sim_assert(generation > s.in_force);
	sim_assert(generation > s.dropped);
	s.in_force = generation;
	s.enforced++;
	s.hup_open = s.r.hup;
	s.changed_open = s.r.changed;
	s.ifaces_open = s.r.ifaces;
	for (i = 0; i < PROCS; i++)
		sim_assert(s.p[i].id == 0 || s.p[i].told_stop ||
			   s.p[i].killed || s.p[i].serves == 0 ||
			   s.p[i].serves == s.in_force);
}

static void
sim_drop(uint32_t generation)
{
	sim_assert(generation > s.in_force);
	s.dropped = generation;
	if (generation == s.parse)
		s.parse = 0;
}

static void
sim_connect(const struct reload_action *a)
{
	struct sim_proc *other = sim_find(a->other);

	sim_assert(other != NULL);
	sim_assert(sim_of(a)->serves != 0);
	sim_assert(other->serves != 0);
}

static void
sim_ping(struct sim_proc *p)
{
	sim_assert(p->booted);
	if (p->will == WILL_HANG || p->will == WILL_MUTTER)
		return;
	p->last_ms = p->answered_ms = s.now_ms;
	sim_proc_input(RELOAD_PONG, p->id, 0);
}

static void
sim_stop(struct sim_proc *p)
{
	p->told_stop = true;
	if (p->will != WILL_HANG)
		p->will = WILL_EXIT;
	p->at_ms = s.now_ms + sim_rand(100);
}

static void
sim_kill(struct sim_proc *p, enum reload_say why)
{
	sim_assert(!p->killed);
	sim_assert(why != RELOAD_SAY_NOTHING);
	/* Nobody is killed for silence who has spoken. */
	sim_assert(why != RELOAD_SAY_SILENT ||
		   s.now_ms - p->last_ms >= RELOAD_SILENCE_MS);
	sim_assert(why != RELOAD_SAY_BUSY ||
		   s.now_ms - p->answered_ms >= RELOAD_BUSY_MS);
	s.kills++;
	p->killed = true;
	p->stuck = sim_fault(15);
	p->will = WILL_EXIT;
	p->at_ms = s.now_ms + (p->stuck ? 20000 : sim_rand(50));
}

static void
sim_say(enum reload_say say)
{
	sim_assert(say > RELOAD_SAY_NOTHING);
	sim_assert(say < RELOAD_SAY_MAX);
	s.said[say]++;
	if (say == RELOAD_SAY_KEPT || say == RELOAD_SAY_IFACES_KEPT) {
		s.hup_open = s.r.hup;
		s.changed_open = s.r.changed;
	}
}

static void
sim_act(const struct reload_action *a)
{
	switch (a->kind) {
	case RELOAD_DO_PARSE:
		sim_parse(a);
		return;
	case RELOAD_DO_COPY:
		sim_copy(a);
		return;
	case RELOAD_DO_START:
		sim_start(a);
		return;
	case RELOAD_DO_CONFIGURE:
		sim_configure(sim_of(a), a->generation);
		return;
	case RELOAD_DO_COMMIT:
		sim_assert(a->generation >= s.in_force);
		sim_of(a)->serves = a->generation;
		return;
	case RELOAD_DO_ABORT:
		sim_assert(sim_of(a)->serves != 0);
		sim_of(a)->generation = 0;
		return;
	case RELOAD_DO_ENFORCE:
		sim_enforce(a->generation);
		return;
	case RELOAD_DO_DROP:
		sim_drop(a->generation);
		return;
	case RELOAD_DO_CONNECT:
		sim_connect(a);
		return;
	case RELOAD_DO_PING:
		sim_ping(sim_of(a));
		return;
	case RELOAD_DO_STOP:
		sim_stop(sim_of(a));
		return;
	case RELOAD_DO_KILL:
		sim_kill(sim_of(a), a->say);
		return;
	case RELOAD_DO_SAY:
		sim_say(a->say);
		return;
	case RELOAD_DO_ARM:
		s.timer_ms = a->at_ms;
		return;
	case RELOAD_DO_EXIT:
		s.exited = true;
		return;
	}
	ck_abort();
}

/* A process that serves has answered not long ago, or it is ended. */
static void
sim_check_answers(void)
{
	const struct reload_proc *p;
	size_t i;

	for (i = 0; i < PROCS && s.now_ms > s.excuse_ms; i++) {
		p = reload_proc_find(&s.r, s.p[i].id);
		sim_assert(p == NULL || p->state != RELOAD_PROC_RUN ||
			   s.now_ms - s.p[i].answered_ms <=
			       RELOAD_BUSY_MS + 2 * RELOAD_TICK_MS);
	}
}

/* Whatever is not served is pending, and has a time. */
static void
sim_check(void)
{
	const struct reload_proc *p;
	enum role role;
	size_t i;

	if (s.exited)
		return;
	sim_assert(s.r.current == s.in_force);
	sim_assert(s.timer_ms > 0);
	sim_assert(s.timer_ms <= s.now_ms + 2 * RELOAD_TICK_MS);
	for (i = 0; i < PROCS && s.now_ms > s.excuse_ms; i++)
		sim_assert(s.p[i].id == 0 || s.p[i].role == ROLE_CONFD ||
			   s.p[i].told_stop || s.p[i].killed ||
			   s.now_ms - s.p[i].last_ms <=
			       RELOAD_SILENCE_MS + 2 * RELOAD_TICK_MS);
	sim_check_answers();
	if (s.r.phase != RELOAD_IDLE || s.r.stopping)
		return;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		if ((s.r.needed & ROLE_BIT(role)) == 0)
			continue;
		p = reload_proc_find(&s.r, s.r.role[role].proc);
		if (p == NULL)
			sim_assert(s.r.role[role].restart_ms != 0);
		else if (!p->served)
			sim_assert(p->deadline_ms != 0);
	}
}

static void
sim_input(const struct reload_input *in)
{
	/* As the caller does: an input that actions cause comes after them. */
	static struct reload_input queue[1024];
	static size_t head, tail;
	static bool busy;
	struct reload_actions out;
	size_t i;

	queue[tail++ % 1024] = *in;
	if (busy)
		return;
	busy = true;
	while (head != tail) {
		out = *reload_step(&s.r, &queue[head++ % 1024], s.now_ms);
		for (i = 0; i < out.n; i++)
			sim_act(&out.v[i]);
	}
	busy = false;
	sim_check();
}

static void
sim_confd(struct sim_proc *p)
{
	struct reload_input in = { .generation = p->generation };
	uint16_t before = s.needed[s.in_force];

	p->at_ms = UINT64_MAX;
	p->will = WILL_HANG;
	if (s.parse != p->generation)
		return;
	s.parse = 0;
	in.kind = sim_fault(4) ? RELOAD_PARSE_FAILED : RELOAD_PARSED;
	if (sim_rand(4) != 0)
		in.needed |= ROLE_BIT(ROLE_DHCPD) | ROLE_BIT(ROLE_LEASED);
	if (sim_rand(4) != 0)
		in.needed |= ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_IMAGED);
	in.changed = (uint16_t)(sim_rand(64) | (in.needed & ~before));
	if (sim_rand(4) == 0)
		in.replace = ROLE_BIT(ROLE_IMAGED) & before;
	s.needed[in.generation] = in.needed;
	s.changed[in.generation] = in.changed;
	sim_input(&in);
}

static void
sim_exit(struct sim_proc *p)
{
	uint32_t id = p->id;

	if (p->role == ROLE_CONFD && s.parse == p->generation)
		s.parse = 0;
	memset(p, 0, sizeof(*p));
	sim_proc_input(RELOAD_EXIT, id, 0);
}

/* The process does what it will. */
static void
sim_proc_run(struct sim_proc *p)
{
	uint32_t generation = p->generation;

	if (p->will == WILL_EXIT) {
		sim_exit(p);
		return;
	}
	if (p->will == WILL_HANG)
		return;
	if (p->will == WILL_MUTTER) {
		p->last_ms = s.now_ms;
		p->at_ms = s.now_ms + 1000;
		sim_proc_input(RELOAD_HEARD, p->id, 0);
	} else if (p->role == ROLE_CONFD) {
		sim_confd(p);
	} else if (!p->booted) {
		p->booted = true;
		p->last_ms = s.now_ms;
		sim_plan(p);
		p->at_ms = UINT64_MAX;
		sim_proc_input(RELOAD_BOOTED, p->id, 0);
	} else if (generation != 0) {
		p->generation = 0;
		p->last_ms = p->answered_ms = s.now_ms;
		p->at_ms = UINT64_MAX;
		sim_proc_input(
		    p->will == WILL_REJECT ? RELOAD_REJECT : RELOAD_READY,
		    p->id, generation);
	} else {
		p->at_ms = UINT64_MAX;
	}
}

static void
sim_step(void)
{
	uint64_t next_ms = s.timer_ms;
	size_t i;

	for (i = 0; i < PROCS; i++)
		if (s.p[i].id != 0 && s.p[i].at_ms < next_ms &&
		    s.p[i].will != WILL_HANG)
			next_ms = s.p[i].at_ms;
	if (next_ms > s.now_ms)
		s.now_ms = next_ms;
	if (sim_fault(2000)) {
		s.now_ms += 60000; /* the parent was stopped */
		for (i = 0; i < PROCS; i++)
			s.p[i].answered_ms += 60000;
		s.excuse_ms = s.now_ms + RELOAD_SILENCE_MS + RELOAD_STALL_MS;
	}
	for (i = 0; i < PROCS; i++)
		if (s.p[i].id != 0 && s.p[i].at_ms <= s.now_ms &&
		    s.p[i].will != WILL_HANG) {
			sim_proc_run(&s.p[i]);
			return;
		}
	if (s.now_ms >= s.timer_ms) {
		sim_proc_input(RELOAD_TIMER, 0, 0);
	}
}

/* Something from outside. */
static void
sim_disturb(void)
{
	struct reload_input in = { 0 };
	struct sim_proc *p;

	switch (sim_rand(6)) {
	case 0:
		in.kind = RELOAD_HUP;
		s.hup_open = true;
		sim_input(&in);
		break;
	case 1:
		in.kind = RELOAD_CHANGED;
		s.changed_open = true;
		sim_input(&in);
		break;
	case 2:
		in.kind = RELOAD_IFACES;
		s.ifaces_open = true;
		sim_input(&in);
		break;
	default:
		p = &s.p[sim_rand(PROCS)];
		if (p->id == 0 || p->killed)
			break;
		p->will = (enum will)sim_rand(WILL_MUTTER + 1);
		p->at_ms = s.now_ms;
		break;
	}
}

static void
sim_begin(uint64_t seed)
{
	struct reload_input in = { .kind = RELOAD_HUP };

	memset(&s, 0, sizeof(s));
	s.rnd = seed * 0x9e3779b97f4a7c15 + 1;
	s.now_ms = 1000;
	s.calm = true;
	reload_init(&s.r);
	sim_input(&in);
	while (s.in_force == 0 && !s.exited)
		sim_step();
	ck_assert_uint_eq(s.in_force, 1);
}

static void
check_all_served(void)
{
	const struct reload_proc *p;
	enum role role;

	ck_assert_int_eq(s.r.phase, RELOAD_IDLE);
	ck_assert(!s.r.hup && !s.r.changed && !s.r.ifaces);
	ck_assert(!s.hup_open && !s.changed_open && !s.ifaces_open);
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		p = reload_proc_find(&s.r, s.r.role[role].proc);
		if ((s.needed[s.in_force] & ROLE_BIT(role)) == 0) {
			ck_assert_ptr_null(p);
			continue;
		}
		ck_assert_ptr_nonnull(p);
		ck_assert_int_eq(p->state, RELOAD_PROC_RUN);
		ck_assert(p->served && !p->unconnected);
		ck_assert_uint_eq(p->offered, 0);
		ck_assert_uint_eq(sim_find(p->id)->serves, s.in_force);
		ck_assert_int_ne(sim_find(p->id)->will, WILL_HANG);
		ck_assert_int_ne(sim_find(p->id)->will, WILL_MUTTER);
	}
}

START_TEST(anything_may_fail)
{
	struct reload_input hup = { .kind = RELOAD_HUP };
	uint64_t end_ms, next_ms = 0;
	uint32_t before;

	sim_begin((uint64_t)_i + 1);
	s.calm = false;
	end_ms = s.now_ms + FAULTY_MS;
	while (s.now_ms < end_ms && s.r.generations < 4000) {
		if (s.now_ms >= next_ms) {
			sim_disturb();
			next_ms =
			    s.now_ms + sim_rand(sim_rand(2) ? 500 : 20000);
		}
		sim_step();
		ck_assert(!s.exited);
	}
	/* The faults end; those that hang go on hanging until noticed. */
	s.calm = true;
	end_ms = s.now_ms + CALM_MS;
	while (s.now_ms < end_ms)
		sim_step();
	check_all_served();
	/* A reload works then, and nothing dies any more. */
	before = s.in_force;
	s.hup_open = true;
	memset(s.said, 0, sizeof(s.said));
	sim_input(&hup);
	end_ms = s.now_ms + 5000;
	while (s.now_ms < end_ms)
		sim_step();
	ck_assert_uint_gt(s.in_force, before);
	check_all_served();
	ck_assert_uint_eq(s.said[RELOAD_SAY_EXITED], 0);
	ck_assert_uint_gt(s.enforced, 1);
}
END_TEST

/* Whatever state it is in, an order to stop ends everything in time. */
START_TEST(stop_ends_all)
{
	struct reload_input quit = { .kind = RELOAD_QUIT };
	uint64_t end_ms, next_ms = 0;

	sim_begin((uint64_t)_i + 1000);
	s.calm = false;
	end_ms = s.now_ms + sim_rand(60000);
	while (s.now_ms < end_ms) {
		if (s.now_ms >= next_ms) {
			sim_disturb();
			next_ms = s.now_ms + sim_rand(3000);
		}
		sim_step();
	}
	s.calm = true;
	sim_input(&quit);
	end_ms =
	    s.now_ms + RELOAD_STOP_MS + RELOAD_KILL_MS + 2 * RELOAD_TICK_MS;
	while (!s.exited) {
		ck_assert_uint_le(s.now_ms, end_ms);
		sim_step();
	}
}
END_TEST

static Suite *
suite_reload_random(void)
{
	Suite *suite = suite_create("reload_random");
	TCase *c = tcase_create("reload_random");

	tcase_set_timeout(c, 120);
	tcase_add_loop_test(c, anything_may_fail, 0, RUNS);
	tcase_add_loop_test(c, stop_ends_all, 0, RUNS);
	suite_add_tcase(suite, c);
	return suite;
}

UNIT_MAIN(suite_reload_random)
