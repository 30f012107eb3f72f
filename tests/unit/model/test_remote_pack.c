/* Metadata that tasks have packed into the datastore. */
#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/model/remote.h"

#define T0 INT64_C(1795224813000)
#define RUN "F/argo-1"

struct archive_file {
	const char *path, *text;
	int64_t size; /* in the header; -1: that of the text */
	char type;    /* '0' file, '2' symbolic link, '1' hard link */
};

static void octal(char *to, size_t n, uint64_t v)
{
	to[n - 1] = '\0';
	for (size_t i = n - 1; i-- > 0; v >>= 3)
		to[i] = (char)('0' + (v & 7));
}

/* A tar archive of these members as they are given, however wrong. */
static void tar(struct buf *b, const struct archive_file *f, size_t n)
{
	static const char zeros[1024];
	buf_init(b, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		char h[512] = {0};
		size_t len = f[i].text ? strlen(f[i].text) : 0;
		snprintf(h, 100, "%s", f[i].path);
		octal(h + 100, 8, 0644);
		octal(h + 124, 12,
			f[i].type != '0' ? 0
			: f[i].size >= 0 ? (uint64_t)f[i].size
					 : len);
		octal(h + 136, 12, (uint64_t)(T0 / 1000 + (int64_t)i));
		h[156] = f[i].type;
		if (f[i].type != '0')
			snprintf(h + 157, 100, "%s", f[i].text);
		memcpy(h + 257,
			"ustar\0"
			"00",
			8);
		memset(h + 148, ' ', 8);
		unsigned sum = 0;
		for (size_t k = 0; k < sizeof(h); k++)
			sum += (unsigned char)h[k];
		octal(h + 148, 7, sum);
		buf_add(b, h, sizeof(h));
		if (f[i].type != '0')
			continue;
		buf_add(b, f[i].text, len);
		buf_add(b, zeros, (512 - len % 512) % 512);
	}
	buf_add(b, zeros, sizeof(zeros));
}

static void release(struct remote_run *rr)
{
	vec_release(&rr->files);
	arena_release(&rr->arena);
}

static int unpack(struct remote_run *rr, const struct archive_file *f, size_t n)
{
	struct buf b;
	struct mf_error err = MF_ERROR_INIT;
	tar(&b, f, n);
	int rc = remote_unpack(rr, "F", "argo-1", b.p, b.n, &err);
	CHECK_INT(rc, err.code);
	buf_release(&b);
	remote_files_settle(rr);
	return rc;
}

void test_remote_pack__only_records_of_the_run_are_taken(void)
{
	static const struct archive_file f[] = {
		{".metaflow/F/argo-1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/_meta/_self.json", "{}", -1, '0'},
		{"./.metaflow/F/argo-1/s/1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/0_artifact_x.json", "{\"a\": 1}", -1, '0'},
		/* and none of these */
		{"/.metaflow/F/argo-1/s/2/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/../argo-1/s/3/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/../_meta/_self.json", "{}", -1, '0'},
		{"../.metaflow/F/argo-1/s/4/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/5/_meta/_self.json", "/etc/passwd", -1, '2'},
		{".metaflow/F/argo-1/s/6/_meta/_self.json", ".metaflow/F/argo-1/s/_meta/_self.json",
			-1, '1'},
		{".metaflow/F/argo-2/s/1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/G/argo-1/s/1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/deep/x.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/tmpabcd", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/0.data.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/t/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/_meta/other.json", "{}", -1, '0'},
		{"F/argo-1/_meta/_self.json", "{}", -1, '0'}};
	struct remote_run rr = {0};
	arena_init(&rr.arena, 0);
	CHECK_INT(unpack(&rr, f, ARRAY_SIZE(f)), MF_OK);
	CHECK_INT(rr.files.n, 4);
	CHECK(remote_file(&rr, "_meta/_self.json") != NULL);
	CHECK(remote_file(&rr, "s/_meta/_self.json") != NULL);
	CHECK(remote_file(&rr, "s/1/_meta/_self.json") != NULL);
	const struct remote_file *x = remote_file(&rr, "s/1/_meta/0_artifact_x.json");
	CHECK_FATAL(x != NULL);
	CHECK_STR(x->text, "{\"a\": 1}");
	CHECK(remote_file(&rr, "s/1/_meta/0_artifact_y.json") == NULL);
	release(&rr);
}

/* Of rows the one that was written last, of records the one that was made first. */
void test_remote_pack__one_of_each(void)
{
	static const struct archive_file first[] = {
		{".metaflow/F/argo-1/_meta/_self.json", "{\"ts_epoch\": 20}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/0_artifact_x.json", "old", -1, '0'}};
	static const struct archive_file second[] = {
		{".metaflow/F/argo-1/s/1/_meta/1_artifact_x.json", "other", -1, '0'},
		{".metaflow/F/argo-1/_meta/_self.json", "{\"ts_epoch\": 10}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/0_artifact_x.json", "new", -1, '0'}};
	for (int turn = 0; turn < 2; turn++) {
		struct remote_run rr = {0};
		arena_init(&rr.arena, 0);
		CHECK_INT(unpack(&rr, turn ? second : first,
				  turn ? ARRAY_SIZE(second) : ARRAY_SIZE(first)),
			MF_OK);
		CHECK_INT(unpack(&rr, turn ? first : second,
				  turn ? ARRAY_SIZE(first) : ARRAY_SIZE(second)),
			MF_OK);
		CHECK_INT(rr.files.n, 3);
		CHECK_STR(remote_file(&rr, "_meta/_self.json")->text, "{\"ts_epoch\": 10}");
		CHECK_STR(remote_file(&rr, "s/1/_meta/0_artifact_x.json")->text, "new");
		release(&rr);
	}
}

void test_remote_pack__nothing_is_left_of_a_hostile_one(void)
{
	static const struct archive_file bomb[] = {
		{".metaflow/F/argo-1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/0_artifact_x.json", "x", INT64_C(4) << 30, '0'}};
	struct remote_run rr = {0};
	struct mf_error err = MF_ERROR_INIT;
	struct buf b;
	arena_init(&rr.arena, 0);
	CHECK_INT(unpack(&rr, bomb, ARRAY_SIZE(bomb)), MF_ELIMIT);
	CHECK_INT(rr.files.n, 0);
	CHECK_INT(remote_unpack(&rr, "F", "argo-1", "no archive at all, but text of some length",
			  42, &err),
		MF_ECORRUPT);
	static const struct archive_file cut[] = {
		{".metaflow/F/argo-1/_meta/_self.json", "{}", -1, '0'},
		{".metaflow/F/argo-1/s/1/_meta/0_artifact_x.json", "x", 100000, '0'}};
	tar(&b, cut, ARRAY_SIZE(cut));
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK(remote_unpack(&rr, "F", "argo-1", b.p, b.n, &err) < 0);
	CHECK_INT(rr.files.n, 0);
	buf_release(&b);
	release(&rr);
}

/* ---- through the provider ---- */

static const char *record(const char *ids, const char *more, int64_t ts)
{
	return textf("{%s, \"tags\": [\"nightly\"], \"system_tags\": [\"user:bob\"], "
		     "\"user_name\": \"bob\"%s, \"ts_epoch\": %lld}",
		ids, more, (long long)ts);
}
#define IDS "\"flow_id\": \"F\", \"run_number\": \"argo-1\""

static const char *meta(const char *step, const char *id, const char *field, const char *value,
	int attempt, int64_t ts)
{
	return record(textf(IDS ", \"step_name\": \"%s\", \"task_id\": \"%s\"", step, id),
		textf(", \"field_name\": \"%s\", \"type\": \"x\", \"value\": \"%s\", \"tags\": "
		      "[\"attempt_id:%d\"]",
			field, value, attempt),
		ts);
}

static void data(const struct history *h, const char *task, int n)
{
	char sha[41];
	history_blob(h, "F", "\x80\x04\x88.", 4, 0, sha);
	history_file(h, textf("%s/%d.attempt.json", task, n),
		textf("{\"time\": %lld}", (long long)(T0 / 1000 + 10 * n)));
	history_file(h, textf("%s/%d.data.json", task, n),
		textf("{\"objects\": {\"_task_ok\": \"%s\"}, \"info\": {}}", sha));
	history_file(h, textf("%s/%d.DONE.lock", task, n), "\"\"");
}

static void pack(const struct history *h, const char *task, int n, const struct archive_file *f,
	size_t n_files)
{
	struct buf b;
	char sha[41];
	tar(&b, f, n_files);
	history_blob(h, "F", b.p, b.n, 1, sha);
	history_file(h, textf("%s/%d.local_metadata", task, n), textf("\"%s\"", sha));
	buf_release(&b);
}

static void open_store(struct history *h)
{
	static const char *const env[] = {"HOME=/nonexistent", NULL};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_config_options o = {.environ = env,
		.cwd = "/",
		.proc = "",
		.now = h->now,
		.metadata = textf("datastore@%s/.metaflow", h->dir)};
	if (mf_config_load(&h->config, &o, &err) < 0 ||
		mf_client_open(&h->client, h->config, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		abort();
	}
}

/* The value of an artifact as JSON. */
static const char *value(const struct history *h, const char *path)
{
	struct buf b = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_value *v;
	struct mf_object *o;
	int rc = mf_get(&o, h->client, path, NULL, &err);
	if (rc == MF_OK && (rc = mf_artifact_value(o, &v, &err)) == MF_OK)
		mf_value_print_json(v, &sink, 0, NULL);
	const char *text =
		rc == MF_OK ? textf("%s", b.p) : textf("%s: %s", mf_code_name(rc), err.message);
	mf_object_free(o);
	buf_release(&b);
	return text;
}

static void run(const struct history *h)
{
	const struct archive_file start[] = {
		{".metaflow/F/argo-1/_meta/_self.json", record(IDS, "", T0), -1, '0'},
		{".metaflow/F/argo-1/_parameters/_meta/_self.json", record(IDS, "", T0 + 1), -1,
			'0'},
		{".metaflow/F/argo-1/_parameters/t-1-params/_meta/_self.json",
			record(IDS, "", T0 + 2), -1, '0'},
		{".metaflow/F/argo-1/_parameters/t-1-params/_meta/sysmeta_end_step_1.json",
			meta("_parameters", "t-1-params", "end_step", "last", 0, T0 + 3), -1, '0'},
		{".metaflow/F/argo-1/start/_meta/_self.json", record(IDS, "", T0 + 100), -1, '0'},
		{".metaflow/F/argo-1/start/t-1/_meta/_self.json", record(IDS, "", T0 + 101), -1,
			'0'},
		{".metaflow/F/argo-1/start/t-1/_meta/sysmeta_attempt_1.json",
			meta("start", "t-1", "attempt", "0", 0, T0 + 102), -1, '0'},
		{".metaflow/F/argo-1/start/t-1/_meta/sysmeta_attempt_ok_2.json",
			meta("start", "t-1", "attempt_ok", "True", 0, T0 + 902), -1, '0'},
		{".metaflow/F/argo-1/start/t-1/_meta/sysmeta_pod_1.json",
			meta("start", "t-1", "pod", "p-1", 0, T0 + 103), -1, '0'}};
	const struct archive_file last[] = {
		{".metaflow/F/argo-1/_meta/_self.json", record(IDS, "", T0 + 5000), -1, '0'},
		{".metaflow/F/argo-1/last/t-2/_meta/_self.json", record(IDS, "", T0 + 5001), -1,
			'0'},
		{".metaflow/F/argo-1/last/t-2/_meta/sysmeta_attempt_1.json",
			meta("last", "t-2", "attempt", "1", 1, T0 + 11000), -1, '0'},
		{".metaflow/F/argo-1/last/t-2/_meta/sysmeta_attempt_ok_2.json",
			meta("last", "t-2", "attempt_ok", "True", 1, T0 + 12000), -1, '0'}};
	data(h, RUN "/_parameters/t-1-params", 0);
	data(h, RUN "/start/t-1", 0);
	pack(h, RUN "/start/t-1", 0, start, ARRAY_SIZE(start));
	/* its first attempt was lost with its machine */
	history_file(h, RUN "/last/t-2/0.attempt.json",
		textf("{\"time\": %lld}", (long long)(T0 / 1000 + 5)));
	data(h, RUN "/last/t-2", 1);
	pack(h, RUN "/last/t-2", 1, last, ARRAY_SIZE(last));
}

void test_remote_pack__records_as_they_were(void)
{
	struct history h;
	history_init(&h);
	run(&h);
	open_store(&h);
	static const struct {
		const char *path, *field, *want;
	} t[] = {{RUN, "created_at", "1795224813000"}, {RUN, "user_tags", "[\"nightly\"]"},
		{RUN, "user_name", "\"bob\""}, {RUN, "graph_endpoints", "[\"start\",\"last\"]"},
		{RUN, "status", "\"completed\""}, {RUN, "finished_at", "null"},
		{RUN "/start/t-1", "status", "\"completed\""},
		{RUN "/start/t-1", "duration_ms", "800"},
		{RUN "/start/t-1", "metadata_dict",
			"{\"attempt\":\"0\",\"attempt_ok\":\"True\",\"pod\":\"p-1\"}"},
		{RUN "/last/t-2", "attempts", "[0,1]"},
		{RUN "/last", "created_at", "1795224818001"},
		{RUN "/_parameters/t-1-params", "metadata_dict", "{\"end_step\":\"last\"}"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(history_field(&h, t[i].path, t[i].field), t[i].want);
	history_close(&h);
}

/* What is packed and cannot be read is said, and the rest is shown. */
void test_remote_pack__useless_ones(void)
{
	static const char *const keys[] = {"\"0123\"", "{}",
		"\"0123456789012345678901234567890123456789\"",
		"\"../../../../../../../../../../etc/passwd\"", "", "\"0123"};
	static const char *const why[] = {"no valid key", "no valid key", "is missing",
		"no valid key", "no valid key", "no valid key"};
	for (size_t i = 0; i < ARRAY_SIZE(keys) + 1; i++) {
		struct history h;
		history_init(&h);
		data(&h, RUN "/start/t-1", 0);
		if (i < ARRAY_SIZE(keys)) {
			history_file(&h, RUN "/start/t-1/0.local_metadata", keys[i]);
		} else { /* another content than its key */
			history_file(&h, RUN "/start/t-1/0.local_metadata",
				"\"0123456789012345678901234567890123456789\"");
			history_file(&h, "F/data/01/0123456789012345678901234567890123456789",
				"damaged");
		}
		open_store(&h);
		CHECK_STR(history_field(&h, RUN "/start/t-1", "status"), "\"completed\"");
		CHECK_STR(value(&h, RUN "/start/t-1/_task_ok"), "true");
		const char *metadata = history_field(&h, RUN "/start/t-1", "metadata");
		CHECK(strstr(metadata, "local_metadata") != NULL);
		CHECK(strstr(metadata, i < ARRAY_SIZE(keys) ? why[i] : "cannot be read") != NULL);
		history_close(&h);
	}
}

static int look(void *arg)
{
	static const char *const env[] = {"HOME=/nonexistent", NULL};
	struct mf_config_options o = {.environ = env, .cwd = "/", .proc = "", .metadata = arg};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_config *config = NULL;
	struct mf_client *client = NULL;
	struct mf_object *object = NULL;
	struct mf_iter *it = NULL;
	int rc;
	TRY(mf_config_load(&config, &o, &err));
	TRY(mf_client_open(&client, config, &err));
	TRY(mf_get(&object, client, RUN "/last/t-2", NULL, &err));
	TRY(mf_list(&it, client, RUN "/last/t-2", NULL, &err));
done:
	mf_iter_free(it);
	mf_object_free(object);
	mf_client_free(client);
	mf_config_free(config);
	return rc;
}

void test_remote_pack__out_of_memory_says_so(void)
{
	struct history h;
	char spec[4096];
	history_init(&h);
	run(&h);
	open_store(&h); /* libarchive is loaded by the first that is read */
	CHECK_STR(history_field(&h, RUN "/last/t-2", "status"), "\"completed\"");
	history_close(&h);
	snprintf(spec, sizeof(spec), "datastore@%s/.metaflow", h.dir);
	test_every_alloc(look, spec);
}
