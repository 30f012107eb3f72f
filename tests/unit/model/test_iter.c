#include "../../support/history.h"
#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>

/* The ids of a list, separated by blanks; "code: message" after an error. */
static const char *ids_of(const struct history *h, const char *pathspec, const struct mf_list_options *opts)
{
	static char text[1 << 16];
	struct mf_iter *it;
	struct mf_object *o;
	struct mf_error err = MF_ERROR_INIT;
	size_t n = 0;
	int rc = mf_list(&it, h->client, pathspec, opts, &err);
	text[0] = '\0';
	while (rc == 0 && (rc = mf_iter_next(it, &o, &err)) == 1) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s", n ? " " : "",
			mf_object_error(o) ? "!" : "", mf_object_id(o));
		mf_object_free(o);
		rc = 0;
	}
	if (rc < 0)
		snprintf(text, sizeof(text), "%s: %s", mf_code_name(rc), err.message);
	else
		mf_iter_free(it);
	return text;
}

void test_iter__flows_by_name(void)
{
	struct history h;
	history_init(&h);
	history_flow(&h, "Zeta");
	history_flow(&h, "Alpha");
	history_flow(&h, "beta");
	history_file(&h, "data/x/y", "no flow");
	history_file(&h, "mf.cards/x/y", "no flow");
	history_file(&h, "tmpab12cd34", "left behind");
	history_open(&h);
	CHECK_STR(ids_of(&h, "", NULL), "Alpha Zeta beta");
	CHECK_STR(ids_of(&h, "Alpha", NULL), "");
	CHECK_STR(ids_of(&h, "Nope", NULL), "not_found: flow “Nope” not found");
	CHECK_STR(ids_of(&h, "a/b/c/d/e/f", NULL), "usage: not a pathspec");
	history_close(&h);
}

void test_iter__newest_first(void)
{
	struct history h;
	history_init(&h);
	/* numbers that are times, small numbers, words; records reset by tagging */
	history_run(&h, "F/1795224813909454", 1795224813912, NULL, NULL);
	history_run(&h, "F/1795224800000000", 1795262300000, NULL, NULL); /* tagged long after */
	history_run(&h, "F/1795224900000000", 1795224900999, NULL, NULL); /* written late, not reset */
	history_run(&h, "F/7", 1795224813911, NULL, NULL);
	history_run(&h, "F/argo-hello-x7k2p", 1795224813913, NULL, NULL);
	history_run(&h, "F/airflow.1", 5, NULL, NULL);
	history_run(&h, "F/10", 5, NULL, NULL);
	history_run(&h, "F/9", 5, NULL, NULL);
	history_run(&h, "F/no-time", MF_NO_TIME, NULL, NULL);
	history_file(&h, "F/latest_run", "7");
	history_file(&h, "F/not-a-run/x", "");
	history_open(&h);
	CHECK_STR(ids_of(&h, "F", NULL),
		"1795224900000000 argo-hello-x7k2p 1795224813909454 7 1795224800000000 airflow.1 10 9 no-time");
	history_close(&h);
}

void test_iter__children_of_all_kinds(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1", "{\"steps\": {}}", 1000);
	history_done_task(&h, "F/1/start/1", 2000);
	history_done_task(&h, "F/1/end/2", 4000);
	history_done_task(&h, "F/1/end/10", 4000);
	history_artifact(&h, "F/1/end/2", 0, "name", "\"F\"", 4500);
	history_artifact(&h, "F/1/end/2", 0, "b", "1", 4500);
	history_artifact(&h, "F/1/end/2", 0, "a", "1", 4500);
	history_artifact(&h, "F/1/end/2", 1, "never", "1", 4500);
	history_open(&h);
	struct mf_list_options all = MF_LIST_INIT;
	all.hidden = true;
	CHECK_STR(ids_of(&h, "F/1", NULL), "end start");
	CHECK_STR(ids_of(&h, "F/1", &all), "end start _parameters");
	CHECK_STR(ids_of(&h, "F/1/end", NULL), "10 2");
	CHECK_STR(ids_of(&h, "F/1/_parameters", NULL), "0");
	CHECK_STR(ids_of(&h, "F/1/end/2", NULL), "b a");
	CHECK_STR(ids_of(&h, "F/1/end/2", &all), "_task_ok _success name b a");
	struct mf_list_options second = MF_LIST_INIT;
	second.attempt = 1;
	CHECK_STR(ids_of(&h, "F/1/end/2", &second), "never");
	second.attempt = 4;
	CHECK_STR(ids_of(&h, "F/1/end/2", &second), "");
	CHECK_STR(ids_of(&h, "F/1/end/2/a", NULL), "usage: an artifact has nothing below it");
	CHECK_STR(ids_of(&h, "F/1/end/3", NULL), "not_found: task “F/1/end/3” not found");
	history_close(&h);
}

void test_iter__filters(void)
{
	struct history h;
	history_init(&h);
	for (int i = 1; i <= 6; i++)
		history_run(&h, textf("F/%d", i), i * 1000,
			i % 2 ? "[\"odd\", \"with blank\", \"caf\\u00e9\"]" : "[\"even\"]",
			i < 4 ? "[\"user:alice\"]" : "[\"user:bob\"]");
	history_done_task(&h, "F/1/start/1", 1000);
	history_open(&h);
	static const struct {
		const char *tags[3], *ns;
		int64_t since, until;
		size_t limit;
		const char *want;
	} t[] = {
		{{NULL}, NULL, MF_NO_TIME, MF_NO_TIME, 2, "6 5"},
		{{NULL}, NULL, MF_NO_TIME, MF_NO_TIME, 100, "6 5 4 3 2 1"},
		{{NULL}, NULL, 3000, MF_NO_TIME, 0, "6 5 4 3"},
		{{NULL}, NULL, MF_NO_TIME, 3000, 0, "2 1"},
		{{NULL}, NULL, 2000, 5000, 0, "4 3 2"},
		{{NULL}, NULL, 2000, 5000, 1, "4"},
		{{NULL}, NULL, 9000, MF_NO_TIME, 0, ""},
		{{NULL}, NULL, 5000, 2000, 0, ""},
		{{"odd"}, NULL, MF_NO_TIME, MF_NO_TIME, 0, "5 3 1"},
		{{"odd", "user:alice"}, NULL, MF_NO_TIME, MF_NO_TIME, 0, "3 1"},
		{{"odd", "even"}, NULL, MF_NO_TIME, MF_NO_TIME, 0, ""},
		{{"with blank"}, NULL, MF_NO_TIME, MF_NO_TIME, 1, "5"},
		{{"café"}, NULL, MF_NO_TIME, MF_NO_TIME, 0, "5 3 1"},
		{{"caf"}, NULL, MF_NO_TIME, MF_NO_TIME, 0, ""},
		{{NULL}, "user:bob", MF_NO_TIME, MF_NO_TIME, 0, "6 5 4"},
		{{"odd"}, "user:bob", MF_NO_TIME, MF_NO_TIME, 0, "5"},
		{{NULL}, "user:none", MF_NO_TIME, MF_NO_TIME, 0, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_list_options o = MF_LIST_INIT;
		o.tags = t[i].tags;
		o.ns = t[i].ns;
		o.since = t[i].since;
		o.until = t[i].until;
		o.limit = t[i].limit;
		CHECK_STR(ids_of(&h, "F", &o), t[i].want);
	}
	/* below a run its own tags decide */
	struct mf_list_options o = MF_LIST_INIT;
	static const char *const odd[] = {"odd", NULL}, *const even[] = {"even", NULL};
	o.tags = odd;
	CHECK_STR(ids_of(&h, "F/1", &o), "start");
	CHECK_STR(ids_of(&h, "F/1/start", &o), "1");
	o.tags = even;
	CHECK_STR(ids_of(&h, "F/1", &o), "");
	o.tags = NULL;
	o.ns = "user:bob";
	CHECK_STR(ids_of(&h, "F/1", &o), "not_found: run “F/1” is not in namespace “user:bob”");
	CHECK_STR(ids_of(&h, "", &o), "F");
	o.ns = "user:none";
	CHECK_STR(ids_of(&h, "", &o), "");
	history_close(&h);
}

void test_iter__records_that_cannot_be_read(void)
{
	struct history h;
	history_init(&h);
	history_run(&h, "F/1", 1000, NULL, NULL);
	history_run(&h, "F/2", 2000, NULL, NULL);
	history_file(&h, "F/3/_meta/_self.json", "{\"ts_epoch\": ");
	history_file(&h, "F/1795224813909454/_meta/_self.json", "[]");
	history_open(&h);
	CHECK_STR(ids_of(&h, "F", NULL), "2 1 !1795224813909454 !3");
	struct mf_list_options o = MF_LIST_INIT;
	static const char *const tags[] = {"user:bob", NULL};
	o.tags = tags;
	CHECK_STR(ids_of(&h, "F", &o), "2 1");
	CHECK_STR(ids_of(&h, "F/3", NULL), "corrupt: line 1, column 14: document cut short");
	history_close(&h);
}

static int by_id_down(const void *a, const void *b)
{
	return (*(const int *)b > *(const int *)a) - (*(const int *)b < *(const int *)a);
}

void test_iter__many_runs_use_threads(void)
{
	enum { N = 3000 };
	struct history h;
	struct mf_iter *it;
	struct mf_object *o;
	static int ids[N];
	history_init(&h);
	history_flow(&h, "F");
	for (int i = 0; i < N; i++) {
		ids[i] = i;
		history_file(&h, textf("F/%d/_meta/_self.json", i),
			textf("{\"run_number\": \"%d\", \"tags\": [%s], \"system_tags\": [\"user:bob\"], \"ts_epoch\": %d}", i,
				i % 7 ? "" : "\"seventh\"", i / 3 * 10));
	}
	qsort(ids, N, sizeof(*ids), by_id_down);
	history_open(&h);
	int status = mf_field_find(MF_RUN, "user_name");
	struct mf_list_options opts[4] = {MF_LIST_INIT, MF_LIST_INIT, MF_LIST_INIT, MF_LIST_INIT};
	static const char *const seventh[] = {"seventh", NULL};
	opts[1].fields = &status;
	opts[1].n_fields = 1;
	opts[2].limit = 100;
	opts[3].tags = seventh;
	static const size_t counts[] = {N, N, 100, (N + 6) / 7};
	for (int k = 0; k < 4; k++) {
		size_t n = 0;
		int next = 0, bad = 0;
		CHECK_INT(mf_list(&it, h.client, "F", &opts[k], NULL), 0);
		CHECK_INT(mf_iter_total(it), N);
		while (mf_iter_next(it, &o, NULL) == 1) {
			while (k == 3 && ids[next] % 7)
				next++;
			bad += next >= N || atoi(mf_object_id(o)) != ids[next];
			bad += mf_object_created(o) != atoi(mf_object_id(o)) / 3 * 10;
			if (k == 1)
				bad += mf_object_peek(o, status) == NULL;
			next++;
			n++;
			mf_object_free(o);
		}
		mf_iter_free(it);
		CHECK_INT(n, counts[k]);
		CHECK_INT(bad, 0);
	}
	/* ended from outside */
	struct mf_cancel *cancel = mf_cancel_new();
	struct mf_error err = MF_ERROR_INIT;
	opts[0].cancel = cancel;
	CHECK_INT(mf_list(&it, h.client, "F", &opts[0], NULL), 0);
	mf_cancel_set(cancel);
	int rc;
	while ((rc = mf_iter_next(it, &o, &err)) == 1)
		mf_object_free(o);
	CHECK_INT(rc, MF_ECANCELLED);
	mf_iter_free(it);
	mf_cancel_free(cancel);
	history_close(&h);
}

/* The newest n are the first n of all: whatever the ids and times are. */
void test_iter__a_limit_gives_a_prefix(void)
{
	unsigned seed = 99;
	for (int round = 0; round < 12; round++) {
		struct history h;
		history_init(&h);
		history_flow(&h, "F");
		for (int i = 0; i < 60; i++) {
			seed = seed * 1664525u + 1013904223u;
			unsigned r = seed >> 8;
			long long ms = 1795224813000 + r % 9 * 400;
			if (r % 3)
				history_run(&h, textf("F/%lld%03d", ms, i), ms + r % 5 * 400, NULL, NULL);
			else
				history_run(&h, textf("F/%s%d", r % 2 ? "run-" : "", i), ms, NULL, NULL);
		}
		history_open(&h);
		static char all[1 << 16];
		snprintf(all, sizeof(all), "%s", ids_of(&h, "F", NULL));
		for (size_t limit = 1; limit <= 60; limit++) {
			struct mf_list_options o = MF_LIST_INIT;
			o.limit = limit;
			const char *some = ids_of(&h, "F", &o);
			if (strncmp(all, some, strlen(some)) != 0 || (all[strlen(some)] && all[strlen(some)] != ' ')) {
				size_t at = 0;
				while (some[at] && some[at] == all[at])
					at++;
				while (at && all[at - 1] != ' ')
					at--;
				printf("\nlimit %zu, round %d\n", limit, round);
				CHECK_STR(textf("%.60s", some + at), textf("%.60s", all + at));
				break;
			}
		}
		history_close(&h);
	}
}

static int list_all(void *arg)
{
	const struct history *h = arg;
	struct mf_iter *it;
	struct mf_object *o;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_list(&it, h->client, "F", NULL, &err);
	if (rc < 0)
		return rc;
	while ((rc = mf_iter_next(it, &o, &err)) == 1)
		mf_object_free(o);
	mf_iter_free(it);
	return rc;
}

void test_iter__out_of_memory_says_so(void)
{
	struct history h;
	history_init(&h);
	history_flow(&h, "F");
	history_open(&h);
	test_every_alloc(list_all, &h); /* no run: each allocation counts */
	history_close(&h);
}
