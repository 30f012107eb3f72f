#include "../../support/history.h"
#include "../../support/test.h"

#include <stdlib.h>

/* A list with plain fields alone is evaluated in one pass: it must say what each object says by
 * itself. */

static const char *const plain[] = {
	"id", "status", "status_reason", "finished", "successful", "finished_at", "duration_ms"};

static void make_history(struct history *h)
{
	history_init(h);
	history_flow(h, "F");
	history_run(h, "F/1", 1000, NULL, NULL);
	history_step(h, "F/1/s", 1000);
	for (int i = 1; i <= 60; i++) {
		const char *task = textf("F/1/s/%d", i);
		if (i % 3 == 0)
			history_done_task(h, task, 1000 + i / 4 * 10);
		else
			history_task(h, task, 1000 + i / 4 * 10);
		if (i % 3 == 1) {
			history_start(h, task, 0, 2000);
			history_end(h, task, 0, 0, 3000);
			if (i % 2)
				history_start(h, task, 1, 4000);
		}
	}
	history_file(h, "F/1/s/61/_meta/_self.json", "{\"ts_epoch\": ");
	history_file(h, "F/1/s/62/other", "no task");
	history_open(h);
}

static const char *all_fields(struct mf_object *o, const int *fields, size_t n, bool peek)
{
	static char text[2][4096];
	static int turn;
	char *to = text[turn ^= 1];
	struct buf b = BUF_INIT(sizeof(text[0]));
	struct mf_sink sink = {buf_sink_write, &b};
	buf_addf(&b, "%s %lld", mf_object_pathspec(o), (long long)mf_object_created(o));
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *v =
			peek ? mf_object_peek(o, fields[i]) : mf_object_field(o, fields[i]);
		buf_adds(&b, " ");
		if (v)
			mf_value_print_json(v, &sink, 0, NULL);
	}
	snprintf(to, sizeof(text[0]), "%s", b.p);
	buf_release(&b);
	return to;
}

void test_iter_eager__says_what_each_object_says(void)
{
	struct history h;
	struct mf_iter *it;
	struct mf_object *o, *alone;
	int fields[ARRAY_SIZE(plain)], next = 0, broken = 0;
	make_history(&h);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		fields[i] = mf_field_find(MF_TASK, plain[i]);
	struct mf_list_options opts = MF_LIST_INIT;
	opts.fields = fields;
	opts.n_fields = ARRAY_SIZE(fields);
	CHECK_INT(mf_list(&it, h.client, "F/1/s", &opts, NULL), 0);
	CHECK_INT(mf_iter_total(it), 61);
	while (mf_iter_next(it, &o, NULL) == 1) {
		if (mf_object_error(o)) {
			broken++;
			CHECK_STR(mf_object_id(o), "61");
		} else {
			/* ties by id, larger first */
			CHECK_INT(atoi(mf_object_id(o)), 60 - next);
			next++;
			CHECK_INT(mf_get(&alone, h.client, mf_object_pathspec(o), NULL, NULL), 0);
			CHECK_STR(all_fields(o, fields, ARRAY_SIZE(fields), true),
				all_fields(alone, fields, ARRAY_SIZE(fields), false));
			/* what was not asked for is read when it is */
			CHECK_STR(textf("%s", mf_value_text(mf_object_get(o, "pathspec"), NULL)),
				mf_object_pathspec(alone));
			CHECK_INT(mf_value_int(mf_object_get(o, "current_attempt")),
				mf_value_int(mf_object_get(alone, "current_attempt")));
			mf_object_free(alone);
		}
		mf_object_free(o);
	}
	mf_iter_free(it);
	CHECK_INT(next, 60);
	CHECK_INT(broken, 1);
	history_close(&h);
}

static size_t count(const struct history *h, const struct mf_list_options *opts)
{
	struct mf_iter *it;
	struct mf_object *o;
	size_t n = 0;
	CHECK_INT(mf_list(&it, h->client, "F/1/s", opts, NULL), 0);
	while (mf_iter_next(it, &o, NULL) == 1) {
		n++;
		mf_object_free(o);
	}
	mf_iter_free(it);
	return n;
}

void test_iter_eager__filters_on_the_way(void)
{
	struct history h;
	struct mf_query *q;
	int status = mf_field_find(MF_TASK, "status");
	make_history(&h);
	struct mf_list_options opts = MF_LIST_INIT;
	opts.fields = &status;
	opts.n_fields = 1;
	CHECK_INT(mf_query_parse(&q, MF_TASK, "status=completed", 5000, NULL), 0);
	opts.query = q;
	CHECK_INT(count(&h, &opts), 20);
	opts.query = NULL;
	opts.since = 1100;
	CHECK_INT(count(&h, &opts), 21);
	mf_query_free(q);
	history_close(&h);
}

static int list_all(void *arg)
{
	struct history *h = arg;
	struct mf_iter *it;
	struct mf_object *o;
	struct mf_error err = MF_ERROR_INIT;
	int field = mf_field_find(MF_TASK, "id");
	struct mf_list_options opts = MF_LIST_INIT;
	opts.fields = &field;
	opts.n_fields = 1;
	int rc = mf_list(&it, h->client, "F/1/s", &opts, &err);
	if (rc < 0)
		return rc;
	while ((rc = mf_iter_next(it, &o, &err)) == 1)
		mf_object_free(o);
	mf_iter_free(it);
	return rc;
}

void test_iter_eager__out_of_memory_says_so(void)
{
	struct history h;
	history_init(&h);
	history_flow(&h, "F");
	history_run(&h, "F/1", 1000, NULL, NULL);
	history_step(&h, "F/1/s", 1000);
	history_open(&h);
	test_every_alloc(list_all, &h);
	history_close(&h);
}
