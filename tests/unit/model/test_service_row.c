/* Rows of lists, and looking into them. */
#include "../../../clientlib/model/service.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

/* "code a=… b=…" of the members a and b. */
static const char *facts(const char *text)
{
	struct row_fact f[] = {{.key = "a"}, {.key = "b"}};
	struct arena a;
	const char *all;
	arena_init(&a, 0);
	int rc = row_facts(text, strlen(text), f, 2, &a);
	if (rc < 0) {
		all = mf_code_name(rc);
	} else {
		all = "ok";
		for (size_t i = 0; i < 2; i++)
			if (f[i].text)
				all = textf("%s %s=%.*s", all, f[i].key, (int)f[i].n, f[i].text);
	}
	arena_release(&a);
	return all;
}

void test_service_row__facts(void)
{
	static const struct {
		const char *text, *facts;
	} t[] = {
		{"{}", "ok"},
		{" {\"a\": 1, \"b\": \"x\"} ", "ok a=1 b=x"},
		{"{\"b\": -1.5e3, \"a\": \"\\u00e9\\\"\"}", "ok a=\xc3\xa9\" b=-1.5e3"},
		{"{\"a\": 1, \"a\": 2}", "ok a=2"},
		{"{\"a\": null, \"b\": true}", "ok"},
		{"{\"a\": [1], \"b\": {\"a\": 3}}", "ok"},
		{"{\"x\": {\"a\": 3}, \"y\": [{\"b\": 4}], \"b\": \"\"}", "ok b="},
		{"{\"aa\": 1, \"A\": 2, \"\": 3}", "ok"},
		{"[1]", "corrupt"},
		{"1", "corrupt"},
		{"", "corrupt"},
		{"{\"a\": 1", "corrupt"},
		{"{\"a\": 1}}", "corrupt"},
		{"{\"a\": 1,}", "corrupt"},
		{"{\"a\" 1}", "corrupt"},
		{"{\"a\": \"x}", "corrupt"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(facts(t[i].text), t[i].facts);
}

void test_service_row__numbers(void)
{
	static const struct {
		const char *text;
		long long value;
	} t[] = {{"0", 0}, {"17", 17}, {"-3", -3}, {"1795230553381", 1795230553381}, {"1e3", 1},
		{"x", -99}, {"", -99}, {NULL, -99}, {"12345678901234567890123456789012345", -99}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct row_fact f = {"k", t[i].text, t[i].text ? strlen(t[i].text) : 0};
		CHECK_INT(fact_int(&f, -99), t[i].value);
	}
}

void test_service_row__pg_lists(void)
{
	static const struct {
		const char *text, *json;
	} t[] = {
		{"{}", "[]"},
		{"{a}", "[\"a\"]"},
		{"{a,b c,\"d,e\"}", "[\"a\",\"b c\",\"d,e\"]"},
		{"{\"q\\\"q\",\"\\\\\"}", "[\"q\\\"q\",\"\\\\\"]"},
		{"{\"\",x}", "[\"\",\"x\"]"},
		{"{,a}", "[\"\",\"a\"]"},
		{"{\"{}\"}", "[\"{}\"]"},
		{"", NULL},
		{"{", NULL},
		{"a", NULL},
		{"[\"a\"]", NULL},
		{"{\"a}", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct arena a;
		struct buf b = BUF_INIT(1000);
		struct mf_sink sink = {buf_sink_write, &b};
		arena_init(&a, 0);
		const struct mf_value *v = row_pg_list(&a, t[i].text, strlen(t[i].text));
		CHECK((v != NULL) == (t[i].json != NULL));
		if (v)
			mf_value_print_json(v, &sink, 0, NULL);
		CHECK_STR(b.p, t[i].json ? t[i].json : "");
		buf_release(&b);
		arena_release(&a);
	}
}

static int facts_alloc(void *arg)
{
	static const char text[] = "{\"a\": \"\\u00e9\", \"b\": \"plain\"}";
	struct row_fact f[] = {{.key = "a"}, {.key = "b"}};
	struct arena a;
	(void)arg;
	arena_init(&a, 0);
	int rc = row_facts(text, strlen(text), f, 2, &a);
	arena_release(&a);
	return rc;
}

void test_service_row__every_alloc(void)
{
	test_every_alloc(facts_alloc, NULL);
}

/* ---- rows ---- */

void test_service_row__ids(void)
{
	static const char list[] =
		"[{\"run_number\": 7, \"ts_epoch\": 7}, {\"run_number\": \"8\", \"ts_epoch\": 8}, "
		"{\"run_number\": \"argo-x\", \"ts_epoch\": 9}, {\"run_number\": \"..\", "
		"\"ts_epoch\": "
		"9}, {\"run_number\": \"a/b\"}, {\"run_number\": \"\"}, {\"run_number\": null}, "
		"{}, "
		"{\"run_number\": [1]}, {\"run_number\": \"a\\u0000b\"}, {\"run_number\": \".\"}, "
		"{\"run_number\": \"no time\", \"ts_epoch\": null}, "
		"{\"x\": {\"run_number\": 3}, \"run_number\": \"\\u00e9\", \"ts_epoch\": 6}]";
	static const struct {
		const char *body, *ids;
	} t[] = {{list, "argo-x 8 7 \xc3\xa9 no time"}, {"[1]", "corrupt: row 1 of a list of runs"},
		{"[{}, [2]]", "corrupt: row 2"},
		{"{\"a\": 1}", "corrupt: the service sent something"}, {"\"[]\"", "corrupt: "},
		{"[{\"run_number\": 7]", "corrupt: "}, {"", "corrupt: "}, {"[{}", "corrupt: "},
		{"pong", "corrupt: "}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		fake_init(&f);
		fake_on(&f, "/flows/F/runs", 200, t[i].body);
		fake_open(&f);
		const char *ids = fake_ids(&f, "F", NULL);
		if (i)
			CHECK_STR(textf("%.*s", (int)strlen(t[i].ids), ids), t[i].ids);
		else
			CHECK_STR(ids, t[i].ids);
		fake_close(&f);
	}
}

/* Segments of a path are encoded; what the user wrote is one segment. */
void test_service_row__paths(void)
{
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/a%20b%3F%23%25/runs/x%26y/steps/%C3%A9/tasks", 200,
		FAKE_LIST("{\"task_id\": 5, \"ts_epoch\": 1}"));
	fake_open(&f);
	CHECK_STR(fake_ids(&f, "a b?#%/x&y/\xc3\xa9", NULL), "5");
	fake_close(&f);
}
