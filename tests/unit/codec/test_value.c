#include "../../support/test.h"

#include "../../../clientlib/codec/value.h"

void test_value__getters_of_other_kinds(void)
{
	struct arena a;
	size_t n = 9;
	arena_init(&a, 0);
	struct mf_value *i = value_int(&a, -3), *f = value_float(&a, 2.5), *b = value_bool(&a, true), *s = value_str(&a, "x"),
			*none = value_str(&a, NULL);
	const struct mf_value *all[] = {NULL, i, f, b, s, none};
	static const struct {
		enum mf_kind kind;
		bool b;
		int64_t i;
		double f;
		const char *s;
	} t[] = {{MF_NULL, false, 0, 0, NULL}, {MF_INT, false, -3, -3, NULL}, {MF_FLOAT, false, 0, 2.5, NULL},
		{MF_BOOL, true, 1, 1, NULL}, {MF_STRING, false, 0, 0, "x"}, {MF_NULL, false, 0, 0, NULL}};
	for (size_t k = 0; k < ARRAY_SIZE(t); k++) {
		CHECK_INT(mf_value_kind(all[k]), t[k].kind);
		CHECK_INT(mf_value_bool(all[k]), t[k].b);
		CHECK_INT(mf_value_int(all[k]), t[k].i);
		CHECK(mf_value_float(all[k]) == t[k].f);
		const char *text = mf_value_text(all[k], &n);
		CHECK((text == NULL) == (t[k].s == NULL) && n == (t[k].s ? 1 : 0));
		CHECK_INT(mf_value_count(all[k]), 0);
		CHECK(mf_value_item(all[k], 0) == NULL && mf_value_key(all[k], 0) == NULL && mf_value_get(all[k], "x") == NULL);
		CHECK(mf_value_part(all[k], MF_PART_STATE) == NULL);
	}
	CHECK(value_is(s, "x") && !value_is(s, "xy") && !value_is(i, "x") && !value_is(NULL, ""));
	arena_release(&a);
}

void test_value__lists_and_dicts(void)
{
	struct arena a;
	arena_init(&a, 0);
	struct mf_value *list = value_new(&a, MF_LIST), *dict = value_new(&a, MF_DICT);
	for (int64_t i = 0; i < 100; i++) {
		CHECK(value_push(&a, list, value_int(&a, i)));
		CHECK(value_put_str(&a, dict, i % 2 ? "odd" : "even", value_int(&a, i)));
	}
	CHECK_INT(mf_value_count(list), 100);
	CHECK_INT(mf_value_int(mf_value_item(list, 99)), 99);
	CHECK(mf_value_item(list, 100) == NULL);
	CHECK_INT(mf_value_count(dict), 100);
	CHECK_INT(mf_value_int(mf_value_get(dict, "odd")), 1);
	CHECK(mf_value_get(dict, "neither") == NULL);
	CHECK(value_is(mf_value_key(dict, 1), "odd"));
	CHECK(!value_push(&a, list, NULL));
	CHECK(!value_put(&a, dict, NULL, list));
	arena_release(&a);
}

void test_value__a_full_arena(void)
{
	struct arena a;
	bool ok = true;
	size_t n = 0;
	arena_init(&a, 4096);
	struct mf_value *list = value_new(&a, MF_LIST);
	while (ok && n < 10000)
		ok = value_push(&a, list, value_int(&a, (int64_t)n)) && ++n;
	CHECK(!ok && n > 5);
	CHECK_INT(mf_value_count(list), n);
	CHECK_INT(mf_value_int(mf_value_item(list, n - 1)), n - 1);
	arena_release(&a);
}
