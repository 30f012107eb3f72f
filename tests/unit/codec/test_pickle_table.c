#include "values.h"

/* Equal keys are one key: the first one stays where it is, the last value wins. */

#define S(literal) literal, sizeof(literal) - 1

void test_pickle_table__equal_keys(void)
{
	static const struct {
		const char *a; /* a key as opcodes */
		size_t na;
		const char *b;
		size_t nb;
		bool equal;
	} t[] = {
		{S("K\x01"), S("\x88"), true},
		{S("K\x01"), S("F1.0\n"), true},
		{S("K\0"), S("\x89"), true},
		{S("F0\n"), S("F-0.0\n"), true},
		{S("K\x01"), S("K\x02"), false},
		{S("K\x01"), S("F1.5\n"), false},
		{S("F1.5\n"), S("F1.5\n"), true},
		{S("L1000000000000000000000L\n"), S("F1e21\n"), true},
		{S("L1000000000000000000001L\n"), S("F1e21\n"), false},
		{S("L-18446744073709551616L\n"), S("F-18446744073709551616\n"), true},
		{S("L9007199254740993L\n"), S("F9007199254740992\n"), false},
		{S("L9007199254740992L\n"), S("F9007199254740993\n"), true},
		{S("L100000000000000000000000001L\n"), S("L100000000000000000000000001L\n"), true},
		{S("Fnan\n"), S("Fnan\n"), false},
		{S("Va\n"), S("Va\n"), true},
		{S("Va\n"), S("Vb\n"), false},
		{S("Va\n"), S("S'a'\n"), true},
		{S("Va\n"),
			S("C\x01"
			  "a"),
			false},
		{S("C\x01"
		   "a"),
			S("C\x01"
			  "a"),
			true},
		{S("N"), S("N"), true},
		{S("N"), S("K\0"), false},
		{S("cm\nC\n"), S("cm\nC\n"), true},
		{S("cm\nC\n"), S("cm\nD\n"), false},
		{S("cm\nC\n"), S("Vm.C\n"), false},
		{S("K\x01\x85"), S("\x88\x85"), true},
		{S("K\x01\x85"), S("K\x01"), false},
		{S("K\x01\x85"), S("K\x01K\x01\x86"), false},
		{S("Va\nK\x01\x86\x85"), S("Va\nF1\n\x86\x85"), true},
		{S("Va\nK\x01\x86\x85"), S("Va\nK\x02\x86\x85"), false},
		{S("(K\x01Va\n\x91"), S("(Va\n\x88\x91"), true},
		{S("(K\x01Va\n\x91"), S("(Va\nK\x02\x91"), false},
		{S("(K\x01\x85K\x02\x85\x91"), S("(K\x02\x85K\x01\x85\x91"), true},
		/* objects are themselves: only their class would know more */
		{S("cm\nC\n)R"), S("cm\nC\n)R"), false},
		{S("cm\nC\n)Rp5\n"), S("g5\n"), true},
		{S("c__builtin__\nEllipsis\n"), S("c__builtin__\nEllipsis\n"), true},
		{S("\x82\x05"), S("\x82\x05"), true},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		/* few keys, and so many that they are looked up in the table */
		for (unsigned others = 0; others < 60; others += 20) {
			struct buf b = BUF_INIT(4096);
			char want[64];
			buf_adds(&b, "(");
			buf_add(&b, t[i].a, t[i].na);
			for (unsigned k = 0; k < others; k++)
				buf_addf(&b, "Vother%u\n", k);
			buf_add(&b, t[i].b, t[i].nb);
			buf_adds(&b, "\x91.");
			struct arena a;
			arena_init(&a, 0);
			struct mf_value *set = values_read(&a, b.p, b.n);
			snprintf(want, sizeof(want), "%zu, %zu", i,
				(size_t)others + (t[i].equal ? 1 : 2));
			char got[64];
			snprintf(got, sizeof(got), "%zu, %zu", i, mf_value_count(set));
			CHECK_STR(got, want);
			arena_release(&a);
			buf_release(&b);
		}
	}
}

void test_pickle_table__first_key_last_value(void)
{
	CHECK_STR(JSON_OF("(K\x01Va\nVb\nVc\n\x88Vd\nd."), "{\"$dict\":[[1,\"d\"],[\"b\",\"c\"]]}");
	CHECK_STR(JSON_OF("(\x88Va\nF1.0\nVb\nd."), "{\"$dict\":[[true,\"b\"]]}");
	CHECK_STR(JSON_OF("\x8f(F1.0\nK\x01\x88\x90."), "[1.0]");
}

/* Every key of a large dict is found again, whatever its kind, and only once. */
void test_pickle_table__large(void)
{
	enum { N = 30000 };
	struct buf b = BUF_INIT(1 << 24);
	struct arena a;

	buf_adds(&b, "}(");
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < N; i++) {
			if (i % 3 == 0)
				buf_addf(&b, "I%u\n", i);
			else if (i % 3 == 1)
				buf_addf(&b, "Vkey %u\n", i);
			else
				buf_addf(&b, "I%u\nVx\n\x86", i);
			buf_addf(&b, "I%u\n", i + (unsigned)round);
		}
	buf_adds(&b, "u.");
	arena_init(&a, 0);
	struct mf_value *d = values_read(&a, b.p, b.n);
	CHECK_INT(mf_value_count(d), N);
	for (unsigned i = 0; i < N; i++)
		if (mf_value_int(mf_value_item(d, i)) != i + 1)
			CHECK_INT(mf_value_int(mf_value_item(d, i)), i + 1);
	arena_release(&a);
	buf_release(&b);
}

/* Two dicts that grow by turns do not disturb each other. */
void test_pickle_table__two_owners(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct arena a;

	buf_adds(&b, "}p0\n0}p1\n0");
	for (unsigned i = 0; i < 200; i++)
		buf_addf(&b, "g%u\nI%u\nI%u\ns0", i % 2, i / 4, i);
	buf_adds(&b, "g0\ng1\n\x86.");
	arena_init(&a, 0);
	struct mf_value *pair = values_read(&a, b.p, b.n);
	for (size_t k = 0; k < 2; k++) {
		const struct mf_value *d = mf_value_item(pair, k);
		CHECK_INT(mf_value_count(d), 50);
		for (size_t i = 0; i < 50; i++)
			CHECK_INT(mf_value_int(mf_value_item(d, i)),
				4 * (long long)i + 2 + (long long)k);
	}
	arena_release(&a);
	buf_release(&b);
}

void test_pickle_table__memo(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct arena a;

	/* sparse and dense, in both directions */
	for (unsigned i = 0; i < 3000; i++)
		buf_addf(&b, "I%u\np%u\n0", i, i * 7919u % 3001u * (i % 2 ? 1u : 100003u));
	for (unsigned i = 0; i < 3000; i++)
		buf_addf(&b, "%sg%u\n", i ? "" : "(", i * 7919u % 3001u * (i % 2 ? 1u : 100003u));
	buf_adds(&b, "l.");
	arena_init(&a, 0);
	struct mf_value *list = values_read(&a, b.p, b.n);
	for (unsigned i = 1; i < 3000;
		i++) /* entry 0 is shared by 0 * 1 and 0 * 100003 at most once */
		if (mf_value_int(mf_value_item(list, i)) != i)
			CHECK_INT(mf_value_int(mf_value_item(list, i)), i);
	arena_release(&a);
	buf_release(&b);
}
