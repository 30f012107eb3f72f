#include "../../support/test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A history of its own for each test. */
struct history {
	const char *dir;
	struct mf_config *config;
	struct mf_client *client;
};

#define ROOT ".metaflow/"
#define T "[MFLOG|0|2026-11-21T01:33:34."
#define MS INT64_C(1000)

static bool trust_paths;

static void open_history(struct history *h, const char *datastore_root)
{
	char spec[PATH_MAX];
	struct mf_error err = MF_ERROR_INIT;
	snprintf(spec, sizeof(spec), "local@%s", h->dir);
	static const char *const none[] = {NULL};
	struct mf_config_options opts = {.environ = none,
		.cwd = h->dir,
		.metadata = spec,
		.datastore_root = datastore_root,
		.trust_paths = trust_paths,
		.proc = "",
		.now = 1};
	CHECK_FATAL(mf_config_load(&h->config, &opts, &err) == MF_OK);
	CHECK_FATAL(mf_client_open(&h->client, h->config, &err) == MF_OK);
}

static void close_history(struct history *h)
{
	mf_client_free(h->client);
	mf_config_free(h->config);
}

static void record(const struct history *h, const char *pathspec, int64_t ts)
{
	char name[512], text[128];
	snprintf(name, sizeof(name), ROOT "%s/_meta/_self.json", pathspec);
	snprintf(text, sizeof(text), "{\"ts_epoch\": %lld}", (long long)ts);
	test_write(h->dir, name, text);
}

/* Records from the flow down to a task. */
static void task(const struct history *h, const char *pathspec, int64_t ts)
{
	char part[256];
	snprintf(part, sizeof(part), "%s", pathspec);
	for (char *slash = part; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		record(h, part, 1000);
		*slash = '/';
	}
	record(h, pathspec, ts);
}

static void meta(const struct history *h, const char *pathspec, const char *field, const char *json,
	int attempt)
{
	static int64_t ts = 5000;
	char name[512], text[1024];
	snprintf(name, sizeof(name), ROOT "%s/_meta/sysmeta_%s_%lld.json", pathspec, field,
		(long long)++ts);
	snprintf(text, sizeof(text),
		"{\"field_name\": \"%s\", \"value\": %s, \"type\": \"t\", \"tags\": "
		"[\"attempt_id:%d\"], \"ts_epoch\": %lld}",
		field, json, attempt, (long long)ts);
	test_write(h->dir, name, text);
}

static void file(const struct history *h, const char *pathspec, const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof(path), ROOT "%s/%s", pathspec, name);
	test_write(h->dir, path, text);
}

static struct mf_log *open_log(
	struct history *h, const char *pathspec, unsigned streams, int attempt)
{
	struct mf_log_options opts = MF_LOG_INIT;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_log *log = NULL;
	opts.streams = streams;
	opts.attempt = attempt;
	CHECK_INT(mf_log_open(&log, h->client, pathspec, &opts, &err), MF_OK);
	CHECK_FATAL(log != NULL);
	return log;
}

/* "o:text e:text" of all lines, in their order */
static const char *lines(const struct mf_log *log)
{
	static char out[4096];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	for (size_t i = 0; i < mf_log_count(log); i++) {
		struct mf_log_line l;
		mf_log_get(log, i, &l);
		buf_addf(&b, "%s%s%s:%.*s", i ? " " : "", l.stream == MF_STDOUT ? "o" : "e",
			l.us == MF_NO_TIME ? "?" : "", (int)l.n, l.text);
	}
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

static const char *written(const struct mf_log *log)
{
	static char out[4096];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	struct mf_sink sink = {buf_sink_write, &b};
	CHECK_INT(mf_log_write(log, &sink, NULL), MF_OK);
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

static const char *stdout_of(struct history *h, const char *pathspec, int attempt)
{
	struct mf_log *log = open_log(h, pathspec, MF_STDOUT, attempt);
	const char *text = written(log);
	mf_log_free(log);
	return text;
}

void test_log__both_files_and_streams(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/s/2", 2000);
	file(&h, "F/1/s/2", "0.runtime_stdout.log",
		T "1Z|runtime|b]one\n" T "3Z|runtime|b]three\n");
	file(&h, "F/1/s/2", "0.task_stdout.log", T "2Z|task|a]two\n" T "3Z|task|a]and\n");
	file(&h, "F/1/s/2", "0.runtime_stderr.log",
		T "3Z|runtime|0]bad\n" T "15Z|runtime|0]early\n");
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDOUT | MF_STDERR, -1);
	CHECK_STR(lines(log), "o:one e:early o:two o:three o:and e:bad");
	CHECK_STR(written(log), "one\nearly\ntwo\nthree\nand\nbad\n");
	struct mf_log_line l;
	mf_log_get(log, 2, &l);
	CHECK_STR(l.source, "task");
	CHECK_INT(l.us, (INT64_C(1795224814000) + 200) * MS);
	mf_log_get(log, 1, &l);
	CHECK_STR(l.source, "runtime");
	CHECK_INT(mf_log_tasks(log), 1);
	CHECK_STR(mf_log_task(log, 0).pathspec, "F/1/s/2");
	CHECK(mf_log_task(log, 0).origin == NULL);
	CHECK_INT(mf_log_errors(log, NULL), 0);
	CHECK_INT(mf_client_stats(h.client).bytes_read > 0, 1);
	mf_log_free(log);

	log = open_log(&h, "F/1/s/2", MF_STDERR, -1);
	CHECK_STR(lines(log), "e:early e:bad");
	CHECK_STR(written(log), "early\nbad\n");
	mf_log_free(log);
	close_history(&h);
}

/* What Task.stdout has, and what a reader sees, differ at equal times and for unstamped lines. */
void test_log__as_the_client_writes_it(void)
{
	static const struct {
		const char *text, *lines, *written;
	} t[] = {
		{"", "", ""},
		{T "1Z|r|b]x\n" T "1Z|r|a]y\n", "o:x o:y", "y\nx\n"},
		{T "1Z|s|a]x\n" T "1Z|r|b]y\n", "o:x o:y", "y\nx\n"},
		{T "1Z|r|a]y\n" T "1Z|r|a]x", "o:y o:x", "x\ny\n"},
		{T "2Z|r|a]x\n" T "1Z|r|a]y\n", "o:y o:x", "y\nx\n"},
		{"zz\naa\n" T "1Z|r|a]x\n", "o:x o?:zz o?:aa", "x\naa\n\nzz\n\n"},
		{"b\na\tb\na\na", "o?:b o?:a\tb o?:a o?:a", "a\na\tb\n\na\n\nb\n\n"},
		{"\n\n", "o?: o?:", "\n\n\n\n"},
		{"[REDACTED runtime stdout]", "o?:[REDACTED runtime stdout]",
			"[REDACTED runtime stdout]\n"},
		{T "1Z|r|a]x\r\n", "o:x\r", "x\r\n"},
		{T "1Z|r|a]\n" T "2Z|r|a]", "o: o:", "\n\n"},
		{"[MFLOG|0|3001-01-01T00:00:00.0Z|r|a]late\nplain\n", "o:late o?:plain",
			"plain\n\nlate\n"},
		{"[!" T "1Z|r|a]kept\n" T "0Z|r|a]x\n", "o:x o:kept", "x\nkept\n"},
	};
	struct history h = {.dir = test_dir()};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char path[64];
		snprintf(path, sizeof(path), "F/1/s/%zu", i);
		task(&h, path, 2000);
		meta(&h, path, "ds-type", "\"local\"", 0);
		meta(&h, path, "ds-root", "\"/nowhere\"", 0);
		file(&h, path, "0.runtime_stdout.log", t[i].text);
	}
	open_history(&h, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char path[64];
		snprintf(path, sizeof(path), "F/1/s/%zu", i);
		struct mf_log *log = open_log(&h, path, MF_STDOUT, -1);
		CHECK_STR(lines(log), t[i].lines);
		CHECK_STR(written(log), t[i].written);
		mf_log_free(log);
	}
	close_history(&h);
}

void test_log__any_bytes(void)
{
	struct history h = {.dir = test_dir()};
	char path[PATH_MAX];
	static const char text[] = T "1Z|r|a]a\0b\xff\n\0\n";
	task(&h, "F/1/s/2", 2000);
	snprintf(path, sizeof(path), "%s/" ROOT "F/1/s/2/0.runtime_stdout.log", h.dir);
	test_write_bytes(path, text, sizeof(text) - 1);
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDOUT, -1);
	struct buf b = BUF_INIT(1000);
	struct mf_sink sink = {buf_sink_write, &b};
	CHECK_INT(mf_log_write(log, &sink, NULL), MF_OK);
	CHECK(b.n == 8 && memcmp(b.p, "a\0b\xff\n\0\n\n", 8) == 0);
	buf_release(&b);
	mf_log_free(log);
	close_history(&h);
}

void test_log__attempts(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/s/2", 2000);
	for (int n = 0; n < 2; n++) {
		char value[16], name[32], text[64];
		snprintf(value, sizeof(value), "\"%d\"", n);
		meta(&h, "F/1/s/2", "attempt", value, n);
		meta(&h, "F/1/s/2", "ds-type", "\"local\"", n);
		meta(&h, "F/1/s/2", "ds-root", "\"/nowhere\"", n);
		snprintf(name, sizeof(name), "%d.runtime_stdout.log", n);
		snprintf(text, sizeof(text), T "1Z|r|a]attempt %d\n", n);
		file(&h, "F/1/s/2", name, text);
	}
	task(&h, "F/1/s/3", 2000);
	file(&h, "F/1/s/3", "0.attempt.json", "{}");
	open_history(&h, NULL);
	CHECK_STR(stdout_of(&h, "F/1/s/2", -1), "attempt 1\n");
	CHECK_STR(stdout_of(&h, "F/1/s/2", 0), "attempt 0\n");
	CHECK_STR(stdout_of(&h, "F/1/s/2", 1), "attempt 1\n");
	CHECK_STR(stdout_of(&h, "F/1/s/2", 2),
		"\n"); /* as the client has it for what never started */
	CHECK_STR(stdout_of(&h, "F/1/s/3", -1), "\n");
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDERR, -1);
	CHECK_STR(written(log), "");
	CHECK_INT(mf_log_task(log, 0).attempt, 1);
	mf_log_free(log);
	close_history(&h);
}

void test_log__a_run(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/end/10", 4000);
	task(&h, "F/1/work/9", 3000);
	task(&h, "F/1/work/2", 3000);
	task(&h, "F/1/work/4", 2000);
	task(&h, "F/1/_parameters/0", 1000);
	static const char *const tasks[] = {"end/10", "work/9", "work/2", "work/4"};
	for (size_t i = 0; i < ARRAY_SIZE(tasks); i++) {
		char path[64], text[256];
		snprintf(path, sizeof(path), "F/1/%s", tasks[i]);
		snprintf(text, sizeof(text), T "5Z|r|a]%s\nno time %s\n", tasks[i], tasks[i]);
		file(&h, path, "0.runtime_stdout.log", text);
		snprintf(text, sizeof(text), T "%dZ|r|a]%s\n", (int)(9 - i), tasks[i]);
		file(&h, path, "0.runtime_stderr.log", text);
	}
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1", MF_STDOUT | MF_STDERR, -1);
	CHECK_INT(mf_log_tasks(log), 4);
	CHECK_STR(mf_log_task(log, 0).pathspec, "F/1/work/4");
	CHECK_STR(mf_log_task(log, 1).pathspec, "F/1/work/2");
	CHECK_STR(lines(log),
		"o:work/4 o:work/2 o:work/9 o:end/10 e:work/4 e:work/2 e:work/9 e:end/10"
		" o?:no time work/4 o?:no time work/2 o?:no time work/9 o?:no time end/10");
	struct mf_log_line l;
	mf_log_get(log, 3, &l);
	CHECK_STR(mf_log_task(log, l.task).pathspec, "F/1/end/10");
	mf_log_free(log);
	log = open_log(&h, "F/1/work", MF_STDERR, -1);
	CHECK_STR(lines(log), "e:work/4 e:work/2 e:work/9");
	CHECK_STR(written(log), "work/4\nwork/2\nwork/9\n");
	mf_log_free(log);
	close_history(&h);
}

void test_log__plain_files(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/s/2", 2000);
	file(&h, "F/1/s/2", "0.stdout.log", "b\na\n" T "1Z|r|a]x");
	file(&h, "F/1/s/2", "0.stderr.log", "");
	/* recorded, the attempt and the place in the record */
	task(&h, "F/1/s/3", 2000);
	char value[PATH_MAX + 128];
	snprintf(value, sizeof(value),
		"\"{\\\"ds_type\\\": \\\"local\\\", \\\"attempt\\\": 1, \\\"location\\\": "
		"\\\"%s/old/.metaflow/F/1/s/3/1.stdout.log\\\"}\"",
		h.dir);
	meta(&h, "F/1/s/3", "log_location_stdout", value, 1);
	test_write(h.dir, "old/.metaflow/F/1/s/3/1.stdout.log", "from elsewhere\n\n");
	task(&h, "F/1/s/4", 2000);
	meta(&h, "F/1/s/4", "log_location_stdout", "\"not json\"", 0);
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDOUT, -1);
	CHECK_STR(lines(log), "o?:b o?:a o?:" T "1Z|r|a]x");
	CHECK_STR(written(log), "b\na\n" T "1Z|r|a]x");
	mf_log_free(log);
	CHECK_STR(stdout_of(&h, "F/1/s/3", -1), "from elsewhere\n\n");
	CHECK_STR(stdout_of(&h, "F/1/s/4", -1), "");
	close_history(&h);
}

void test_log__other_roots(void)
{
	struct history h = {.dir = test_dir()};
	char root[PATH_MAX], value[PATH_MAX + 8];
	snprintf(root, sizeof(root), "%s/store/.metaflow", h.dir);
	snprintf(value, sizeof(value), "\"%s\"", root);
	task(&h, "F/1/s/2", 2000);
	meta(&h, "F/1/s/2", "ds-type", "\"local\"", 0);
	meta(&h, "F/1/s/2", "ds-root", value, 0);
	test_write(h.dir, "store/.metaflow/F/1/s/2/0.runtime_stdout.log", T "1Z|r|a]recorded root\n");
	/* what is in our own root comes first */
	task(&h, "F/1/s/3", 2000);
	meta(&h, "F/1/s/3", "ds-root", value, 0);
	file(&h, "F/1/s/3", "0.runtime_stdout.log", T "1Z|r|a]own root\n");
	test_write(h.dir, "store/.metaflow/F/1/s/3/0.runtime_stdout.log", T "1Z|r|a]chosen root\n");
	/* a directory that is not Metaflow's own is read only if that is asked for */
	task(&h, "F/2/s/4", 2000);
	snprintf(value, sizeof(value), "\"%s/plain\"", h.dir);
	meta(&h, "F/2/s/4", "ds-type", "\"local\"", 0);
	meta(&h, "F/2/s/4", "ds-root", value, 0);
	test_write(h.dir, "plain/F/2/s/4/0.runtime_stdout.log", T "1Z|r|a]anywhere\n");
	open_history(&h, NULL);
	CHECK_STR(stdout_of(&h, "F/1/s/2", -1), "recorded root\n");
	CHECK_STR(stdout_of(&h, "F/1/s/3", -1), "own root\n");
	CHECK_STR(stdout_of(&h, "F/2/s/4", -1), "");
	close_history(&h);
	trust_paths = true;
	open_history(&h, NULL);
	trust_paths = false;
	CHECK_STR(stdout_of(&h, "F/2/s/4", -1), "anywhere\n");
	close_history(&h);
	open_history(&h, root);
	CHECK_STR(stdout_of(&h, "F/1/s/3", -1), "chosen root\n");
	close_history(&h);
	/* a copy that lacks the task is no error */
	open_history(&h, test_dir());
	struct mf_log *log = open_log(&h, "F/1/s/3", MF_STDOUT, -1);
	CHECK_INT(mf_log_count(log), 0);
	CHECK_INT(mf_log_errors(log, NULL), 0);
	mf_log_free(log);
	close_history(&h);
}

void test_log__clones(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/s/2", 2000);
	meta(&h, "F/1/s/2", "attempt", "\"1\"", 1);
	file(&h, "F/1/s/2", "1.runtime_stdout.log", T "1Z|r|a]from the origin\n");
	for (int run = 2; run < 5; run++) {
		char path[32], value[8];
		snprintf(path, sizeof(path), "F/%d/s/2", run);
		snprintf(value, sizeof(value), "\"%d\"", run - 1);
		task(&h, path, 2000);
		meta(&h, path, "origin-run-id", value, 0);
		meta(&h, path, "origin-task-id", "\"2\"", 0);
		meta(&h, path, "attempt", "\"0\"", 0);
		file(&h, path, "0.data.json", "{}");
	}
	/* each the clone of the other */
	task(&h, "F/8/s/2", 2000);
	task(&h, "F/9/s/2", 2000);
	meta(&h, "F/8/s/2", "origin-run-id", "\"9\"", 0);
	meta(&h, "F/8/s/2", "origin-task-id", "\"2\"", 0);
	meta(&h, "F/9/s/2", "origin-run-id", "\"8\"", 0);
	meta(&h, "F/9/s/2", "origin-task-id", "\"2\"", 0);
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/4/s/2", MF_STDOUT, -1);
	CHECK_STR(written(log), "from the origin\n");
	CHECK_STR(mf_log_task(log, 0).pathspec, "F/4/s/2");
	CHECK_STR(mf_log_task(log, 0).origin, "F/1/s/2");
	CHECK_INT(mf_log_task(log, 0).attempt, 1);
	mf_log_free(log);
	log = open_log(&h, "F/8/s/2", MF_STDOUT, -1);
	CHECK_INT(mf_log_count(log), 0);
	mf_log_free(log);
	close_history(&h);
}

void test_log__what_cannot_be_read(void)
{
	struct history h = {.dir = test_dir()};
	const struct mf_error *first = NULL;
	char path[PATH_MAX];
	task(&h, "F/1/s/2", 2000);
	meta(&h, "F/1/s/2", "ds-type", "\"hdfs\"", 0);
	meta(&h, "F/1/s/2", "ds-root", "\"hdfs://host/mf\"", 0);
	task(&h, "F/3/s/3", 3000);
	file(&h, "F/3/s/3", "0.runtime_stderr.log", T "1Z|r|a]readable\n");
	snprintf(path, sizeof(path), "%s/" ROOT "F/3/s/3/0.runtime_stdout.log", h.dir);
	CHECK_FATAL(mkdir(path, 0700) == 0);
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s", MF_STDOUT | MF_STDERR, -1);
	CHECK_INT(mf_log_errors(log, &first), 1);
	CHECK_FATAL(first != NULL);
	CHECK_INT(first->code, MF_EUNSUPPORTED);
	CHECK_STR(first->where, "F/1/s/2");
	mf_log_free(log);
	log = open_log(&h, "F/3/s", MF_STDOUT | MF_STDERR, -1);
	CHECK_STR(lines(log), "e:readable");
	mf_log_free(log);
	log = open_log(&h, "F/3/s/3", MF_STDOUT, -1);
	CHECK_INT(mf_log_errors(log, &first), 1);
	CHECK_FATAL(first != NULL);
	CHECK_INT(first->code, MF_ECORRUPT);
	mf_log_free(log);
	close_history(&h);
}

void test_log__wrong_questions(void)
{
	struct history h = {.dir = test_dir()};
	struct mf_log_options opts = MF_LOG_INIT;
	struct mf_log *log;
	task(&h, "F/1/s/2", 2000);
	open_history(&h, NULL);
	static const struct {
		const char *pathspec;
		int code;
	} t[] = {{"F", MF_EUSAGE}, {"F/1/s/2/x", MF_EUSAGE}, {"", MF_EUSAGE}, {"F//s", MF_EUSAGE},
		{"F/2", MF_ENOTFOUND}, {"F/1/t", MF_ENOTFOUND}, {"F/1/s/3", MF_ENOTFOUND}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(mf_log_open(&log, h.client, t[i].pathspec, &opts, &err), t[i].code);
		CHECK(log == NULL && err.code == t[i].code);
	}
	opts.cancel = mf_cancel_new();
	mf_cancel_set(opts.cancel);
	CHECK_INT(mf_log_open(&log, h.client, "F/1/s/2", &opts, NULL), MF_ECANCELLED);
	mf_cancel_free(opts.cancel);
	CHECK_INT(mf_log_open(&log, h.client, "F/1/s/2", NULL, NULL), MF_OK);
	mf_log_free(log);
	mf_log_free(NULL);
	close_history(&h);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return MF_EIO;
}

/* Lines in any order come out sorted; long ones pass through; a sink that fails ends the writing.
 */
void test_log__many_lines(void)
{
	enum { N = 5000, LONG = 300000 };
	struct history h = {.dir = test_dir()};
	struct buf b = BUF_INIT(1 << 24);
	char path[PATH_MAX];
	task(&h, "F/1/s/2", 2000);
	for (int i = 0; i < N; i++)
		buf_addf(&b, "[MFLOG|0|2026-11-21T01:33:34.%06dZ|r|a]%d\n", i * 7919 % N,
			i * 7919 % N);
	buf_adds(&b, T "9Z|r|a]");
	for (int i = 0; i < LONG; i++)
		buf_addc(&b, 'x');
	snprintf(path, sizeof(path), "%s/" ROOT "F/1/s/2/0.runtime_stdout.log", h.dir);
	test_write_bytes(path, b.p, b.n);
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDOUT, -1);
	CHECK_INT(mf_log_count(log), N + 1);
	bool sorted = true;
	for (int i = 0; i < N; i++) {
		struct mf_log_line l;
		mf_log_get(log, (size_t)i, &l);
		sorted = sorted && atoi(l.text) == i;
	}
	CHECK(sorted);
	buf_clear(&b);
	struct mf_sink sink = {buf_sink_write, &b}, bad = {refuse, NULL};
	CHECK_INT(mf_log_write(log, &sink, NULL), MF_OK);
	CHECK(b.n > LONG && strcmp(b.p + b.n - 4, "xxx\n") == 0 && str_starts(b.p, "0\n1\n2\n"));
	CHECK_INT(mf_log_write(log, &bad, NULL), MF_EIO);
	buf_release(&b);
	mf_log_free(log);
	close_history(&h);
}

static int write_log(void *arg)
{
	struct mf_sink sink = {.write = refuse};
	int rc = mf_log_write(arg, &sink, NULL);
	return rc == MF_EIO ? MF_OK : rc;
}

void test_log__out_of_memory(void)
{
	struct history h = {.dir = test_dir()};
	task(&h, "F/1/s/2", 2000);
	file(&h, "F/1/s/2", "0.runtime_stdout.log",
		"b\na\n" T "2Z|r|a]x\n" T "1Z|r|a]y\n" T "1Z|r|a]x\n");
	file(&h, "F/1/s/2", "0.runtime_stderr.log", T "2Z|r|a]e\n");
	open_history(&h, NULL);
	struct mf_log *log = open_log(&h, "F/1/s/2", MF_STDOUT, -1);
	test_every_alloc(write_log, log);
	mf_log_free(log);
	/* what a field of metadata cannot give for want of memory counts as absent there, so
	 * opening may succeed */
	bool hit = true;
	for (long n = 1; hit && n < 10000; n++) {
		struct mf_error err = MF_ERROR_INIT;
		test_fail_alloc(n);
		int rc = mf_log_open(&log, h.client, "F/1/s/2", NULL, &err);
		hit = test_alloc_failed();
		test_fail_alloc(0);
		if (rc != MF_OK)
			CHECK(hit && rc == MF_ENOMEM && !log && err.code == MF_ENOMEM);
		mf_log_free(log);
	}
	CHECK(!hit);
	close_history(&h);
}
