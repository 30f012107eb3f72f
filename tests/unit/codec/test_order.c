#include "values.h"

/* Compare two values given as opcodes: '<', '=', '>' or '?' for no order. */
static char order(const char *a, size_t na, const char *b, size_t nb)
{
	struct arena arena;
	struct buf s = BUF_INIT(65536);
	int cmp = 0;
	arena_init(&arena, 0);
	buf_add(&s, a, na);
	buf_add(&s, b, nb);
	buf_adds(&s, "\x86.");
	struct mf_value *pair = values_read(&arena, s.p, s.n);
	bool known = value_compare(mf_value_item(pair, 0), mf_value_item(pair, 1), &cmp);
	arena_release(&arena);
	buf_release(&s);
	return !known ? '?' : cmp < 0 ? '<' : cmp > 0 ? '>' : '=';
}

#define S(literal) literal, sizeof(literal) - 1

void test_order__pairs(void)
{
	static const struct {
		const char *a;
		size_t na;
		const char *b;
		size_t nb;
		char order;
	} t[] = {
		{S("K\x01"), S("K\x02"), '<'},
		{S("\x88"), S("K\x01"), '='},
		{S("\x89"), S("F0.5\n"), '<'},
		{S("K\x01"), S("F1.0\n"), '='},
		{S("K\x02"), S("F1.5\n"), '>'},
		{S("I-2\n"), S("F-1.5\n"), '<'},
		{S("I-1\n"), S("F-1.5\n"), '>'},
		/* no rounding on the way */
		{S("L9007199254740993L\n"), S("F9007199254740992\n"), '>'},
		{S("L9223372036854775807L\n"), S("F9223372036854775808\n"), '<'},
		{S("L-9223372036854775808L\n"), S("F-9223372036854775808\n"), '='},
		{S("L1000000000000000000000L\n"), S("F1e21\n"), '='},
		{S("L1000000000000000000001L\n"), S("F1e21\n"), '>'},
		{S("L-1000000000000000000001L\n"), S("F-1e21\n"), '<'},
		{S("F1e308\n"), S("L1000000000000000000001L\n"), '>'},
		{S("F-1e308\n"), S("L-1000000000000000000001L\n"), '<'},
		{S("Finf\n"), S("L1000000000000000000001L\n"), '>'},
		{S("F-inf\n"), S("L-1000000000000000000001L\n"), '<'},
		{S("F5e-324\n"), S("K\0"), '>'},
		{S("F-5e-324\n"), S("K\0"), '<'},
		{S("F-0.0\n"), S("K\0"), '='},
		{S("L18446744073709551616L\n"), S("K\x01"), '>'},
		{S("L-18446744073709551616L\n"), S("K\x01"), '<'},
		{S("L18446744073709551616L\n"), S("L18446744073709551617L\n"), '<'},
		{S("L-18446744073709551616L\n"), S("L-18446744073709551617L\n"), '>'},
		{S("Fnan\n"), S("K\x01"), '?'},
		{S("K\x01"), S("Fnan\n"), '?'},
		{S("Fnan\n"), S("Fnan\n"), '?'},
		{S("Va\n"), S("Vb\n"), '<'},
		{S("Va\n"), S("Vab\n"), '<'},
		{S("V\n"), S("V\n"), '='},
		/* by code point, not by UTF-16 unit */
		{S("V\\uffff\n"), S("V\\U00010000\n"), '<'},
		{S("V\\ud800\n"), S("V\\U00010000\n"), '<'},
		{S("C\x01"
		   "a"),
			S("C\x02"
			  "ab"),
			'<'},
		{S("C\x01\xff"),
			S("C\x01"
			  "a"),
			'>'},
		{S("Va\n"),
			S("C\x01"
			  "a"),
			'?'},
		{S("K\x01"), S("Va\n"), '?'},
		{S("N"), S("N"), '?'},
		{S("N"), S("K\x01"), '?'},
		{S("]"), S("]"), '?'},
		{S("cm\nC\n"), S("cm\nC\n"), '?'},
		{S(")"), S(")"), '='},
		{S(")"), S("N\x85"), '<'},
		{S("K\x01K\x02\x86"), S("K\x01\x85"), '>'},
		{S("K\x01K\x02\x86"), S("K\x01K\x03\x86"), '<'},
		{S("K\x01\x85K\x02\x86"), S("F1\n\x85K\x01\x86"), '>'},
		{S("K\x01N\x86"), S("K\x02Va\n\x86"), '<'},
		/* what is equal is skipped, even if it has no order */
		{S("NK\x01\x86"), S("NK\x02\x86"), '<'},
		{S("cm\nC\nK\x01\x86"), S("cm\nC\nK\x02\x86"), '<'},
		{S("NK\x01\x86"), S("Va\nK\x02\x86"), '?'},
		{S("cm\nC\nK\x01\x86"), S("cm\nD\nK\x02\x86"), '?'},
		{S("K\x01N\x86"), S("K\x01Va\n\x86"), '?'},
		{S("K\x01\x85"), S("K\x01"), '?'},
		{S("K\x01\x85\x85"), S("K\x01\x85"), '?'},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char got = order(t[i].a, t[i].na, t[i].b, t[i].nb);
		char back = order(t[i].b, t[i].nb, t[i].a, t[i].na);
		char want_back = t[i].order == '<' ? '>' : t[i].order == '>' ? '<' : t[i].order;
		if (got != t[i].order || back != want_back)
			printf("\nrow %zu: %c, back %c; want %c\n", i, got, back, t[i].order);
		CHECK_INT(got, t[i].order);
		CHECK_INT(back, want_back);
	}
}

void test_order__too_deep_or_long(void)
{
	/* one tuple in another 1,000 times: given up, not overflowed */
	char deep[1100];
	deep[0] = 'N';
	memset(deep + 1, '\x85', 1000);
	CHECK_INT(order(deep, 1001, deep, 1001), '?');
	CHECK_INT(order(deep, 100, deep, 100), '=');
	/* 2^40 pairs of leaves: given up as well */
	char wide[400] = "N\x85";
	size_t n = 2;
	for (int i = 0; i < 40; i++) {
		wide[n++] = '2';
		wide[n++] = '\x86';
	}
	CHECK_INT(order(wide, n, wide, n), '?');
	int cmp;
	CHECK(!value_compare(NULL, NULL, &cmp));
}
