/* Where the data of a run is: which store it gets, what it is told when there is none; places;
 * included files. */
#include "../../../clientlib/model/data.h"

#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

#define TASK "F/1/s/5"
#define PATH "/flows/F/runs/1/steps/s/tasks/5"
#define SHA "0123456789012345678901234567890123456789"

/* An artifact's row with a store of its own; ds_type and location NULL: null. */
static const char *artifact(
	const char *name, const char *sha, const char *ds_type, const char *location)
{
	const char *row = fake_artifact(TASK, name, 0, sha, "LOCATION", 1000),
		   *a = strstr(row, "\"LOCATION\", \"ds_type\": \"local\"");
	CHECK_FATAL(a != NULL);
	return textf("%.*s%s%s%s, \"ds_type\": %s%s%s%s", (int)(a - row), row, location ? "\"" : "",
		location ? location : "null", location ? "\"" : "", ds_type ? "\"" : "",
		ds_type ? ds_type : "null", ds_type ? "\"" : "",
		a + strlen("\"LOCATION\", \"ds_type\": \"local\""));
}

/* What is recorded; NULL: it is not. */
struct recorded {
	const char *type, *root;        /* of the task: ds-type, ds-root */
	const char *ds_type, *location; /* of its artifact x */
};

static void serve(struct fake *f, const struct recorded *r, const char *sha)
{
	fake_init(f);
	fake_on(f, PATH, 200, fake_task(TASK, 1000, 2));
	fake_on(f, PATH "/metadata", 200,
		FAKE_LIST(fake_meta(TASK, 1, "attempt", "0", 1000, 0),
			fake_meta(TASK, 2, "attempt-done", "0", 1000, 0),
			r->type ? fake_meta(TASK, 3, "ds-type", r->type, 1000, 0) : NULL,
			r->root ? fake_meta(TASK, 4, "ds-root", r->root, 1000, 0) : NULL));
	/* every task has the artifact name */
	fake_on(f, PATH "/artifacts", 200,
		FAKE_LIST(artifact("x", sha, r->ds_type, r->location),
			artifact("name", SHA, r->ds_type, r->location)));
	f->env[0] = "AWS_EC2_METADATA_DISABLED=true";
	f->env[1] = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE";
	f->env[2] = "AWS_SECRET_ACCESS_KEY=secret";
	f->env[3] = "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT=http://127.0.0.1:1/acc";
	f->env[4] = "NO_GCE_CHECK=true";
	f->env[5] = textf("METAFLOW_S3_ENDPOINT_URL=%s", httpd_url(f->d, ""));
}

/* The store of an object, "none", or "code: message | hint". */
static const char *store_of(struct fake *f, const char *pathspec)
{
	struct mf_object *o;
	struct mf_error err = MF_ERROR_INIT;
	if (mf_get(&o, f->client, pathspec, NULL, &err) < 0)
		return textf("? %s", err.message);
	err = (struct mf_error)MF_ERROR_INIT;
	const struct store *s = object_store(o, &err);
	const char *text =
		s          ? textf("%s", s->where)
		: err.code ? textf("%s: %s | %s", mf_code_name(err.code), err.message, err.hint)
			   : "none";
	/* and once more the same */
	struct mf_error again = MF_ERROR_INIT;
	CHECK(object_store(o, &again) == s);
	CHECK_STR(again.message, err.message);
	CHECK(!s || !err.code);
	mf_object_free(o);
	return text;
}

void test_data__recorded(void)
{
#define NO_KIND                                                                                     \
	"unsupported: it is stored in “hdfs” (hdfs://name/x), a kind of datastore that is not " \
	"known | --datastore-root DIR reads a local copy of it"
	static const struct {
		struct recorded r;
		const char *task, *artifact; /* artifact NULL: the same */
	} t[] = {
		{{"s3", "s3://bkt/pre", "s3", ":root:s3://bkt/pre"}, "s3://bkt/pre", NULL},
		{{"azure", "box/pre", "azure", ":root:box/pre"}, "azure://box/pre", NULL},
		{{"gs", "gs://bkt/pre", "gs", ":root:gs://bkt/pre"}, "gs://bkt/pre", NULL},
		/* the artifact knows better where it is */
		{{"s3", "s3://bkt/pre", "s3", ":root:s3://other"}, "s3://bkt/pre", "s3://other"},
		{{"s3", "s3://bkt/pre", "s3", NULL}, "s3://bkt/pre", NULL},
		{{"s3", "s3://bkt/pre", "s3", "what is this"}, "s3://bkt/pre", NULL},
		/* without ds-type, and without both */
		{{NULL, "s3://bkt/pre", NULL, NULL}, "s3://bkt/pre", NULL},
		{{NULL, NULL, "s3", ":root:s3://bkt/pre"}, "s3://bkt/pre", NULL},
		{{NULL, NULL, NULL, ":root:gs://bkt/pre"}, "gs://bkt/pre", NULL},
		/* of old: the path of the blob */
		{{NULL, NULL, "s3", "s3://bkt/F/data/pre/F/data/01/" SHA}, "s3://bkt/F/data/pre",
			NULL},
		{{NULL, NULL, "azure", "box/pre/F/data/01/" SHA}, "azure://box/pre", NULL},
		{{NULL, NULL, "s3", "s3://bkt/G/data/01/" SHA}, "none", NULL},
		/* nothing, or nothing that is understood */
		{{NULL, NULL, NULL, NULL}, "none", NULL},
		{{"s3", "", "s3", ":root:"}, "none", NULL},
		{{"hdfs", "hdfs://name/x", "hdfs", ":root:hdfs://name/x"}, NO_KIND, NULL},
		{{"s3", "s3://", "s3", ":root:s3://"}, "usage: “s3://” names no bucket | ", NULL},
		{{"gs", "gs:///", NULL, NULL}, "usage: “gs:///” names no bucket | ", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		serve(&f, &t[i].r, SHA);
		fake_open(&f);
		CHECK_STR(store_of(&f, TASK), t[i].task);
		fake_again(&f);
		CHECK_STR(store_of(&f, TASK "/x"), t[i].artifact ? t[i].artifact : t[i].task);
		CHECK_INT(fake_count(&f, "/bkt"), 0); /* nothing is asked for that */
		fake_close(&f);
	}
}

void test_data__azure_without_endpoint(void)
{
	static const struct recorded r = {"azure", "box/pre", "azure", ":root:box/pre"};
	struct fake f;
	serve(&f, &r, SHA);
	f.env[3] = "NOTHING=";
	fake_open(&f);
	CHECK_STR(store_of(&f, TASK),
		"usage: the data is in Azure, and no setting says in which storage account | "
		"METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT=https://"
		"ACCOUNT.blob.core.windows.net");
	fake_close(&f);
}

void test_data__local_roots(void)
{
	struct history h;
	struct fake f;
	history_init(&h);
	history_file(&h, "F/1/s/5/0.data.json", "{}");
	const char *good = textf("%s/.metaflow", h.dir), *bad = textf("%s/plain", h.dir);
	test_write(h.dir, "plain/F/1/s/5/0.data.json", "{}");
	const struct recorded trusted = {"local", good, "local", textf(":root:%s", good)},
			      untrusted = {"local", bad, "local", textf(":root:%s", bad)},
			      mixed = {"local", bad, "s3", ":root:s3://bkt/pre"};
	serve(&f, &trusted, SHA);
	fake_open(&f);
	CHECK_STR(store_of(&f, TASK), good);
	fake_close(&f);
	serve(&f, &untrusted, SHA);
	fake_open(&f);
	CHECK_STR(store_of(&f, TASK), "none");
	fake_close(&f);
	/* what is not trusted does not stand in the way of what is */
	serve(&f, &mixed, SHA);
	fake_open(&f);
	CHECK_STR(store_of(&f, TASK), "s3://bkt/pre");
	fake_close(&f);
}

/* --datastore-root wins over all that is recorded. */
void test_data__named(void)
{
	static const struct recorded r = {"s3", "s3://bkt/pre", "hdfs", ":root:hdfs://x"};
	static const struct {
		const char *root, *where;
	} t[] = {{"s3://forced/x", "s3://forced/x"}, {"gs://forced", "gs://forced"},
		{"azure://box/y", "azure://box/y"}};
	const char *dir = test_dir();
	struct fake f;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		serve(&f, &r, SHA);
		f.datastore_root = t[i].root;
		fake_open(&f);
		CHECK_STR(store_of(&f, TASK), t[i].where);
		CHECK_STR(store_of(&f, TASK "/x"), t[i].where);
		fake_close(&f);
	}
	serve(&f, &r, SHA);
	f.datastore_root = dir;
	fake_open(&f);
	CHECK_STR(store_of(&f, TASK), dir);
	fake_close(&f);
	/* what cannot be opened is told at once */
	serve(&f, &r, SHA);
	f.datastore_root = textf("%s/none", dir);
	CHECK_INT(fake_try(&f), MF_ENOTFOUND);
	CHECK(strstr(f.err.hint, "s3://…") != NULL);
	fake_close(&f);
	serve(&f, &r, SHA);
	f.datastore_root = "s3://";
	CHECK_INT(fake_try(&f), MF_EUSAGE);
	fake_close(&f);
}

/* A local history has its data beside it, unless it says that they are far away. */
void test_data__local_history(void)
{
	static const struct {
		const char *type, *root, *where;
	} t[] = {{"\"local\"", "\"/somewhere/else\"", NULL},
		{"\"s3\"", "\"s3://bkt/pre\"", "s3://bkt/pre"}, {NULL, NULL, NULL}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct history h;
		struct mf_object *o;
		struct mf_error err = MF_ERROR_INIT;
		history_init(&h);
		history_done_task(&h, TASK, 1000);
		if (t[i].type) {
			history_meta(&h, TASK, "ds-type", t[i].type, 1000, 0);
			history_meta(&h, TASK, "ds-root", t[i].root, 1000, 0);
		}
		history_open(&h);
		CHECK_FATAL(mf_get(&o, h.client, TASK, NULL, &err) == MF_OK);
		const struct store *s = object_store(o, &err);
		CHECK_STR(s ? s->where : "none",
			t[i].where ? t[i].where : textf("%s/.metaflow", h.dir));
		mf_object_free(o);
		history_close(&h);
	}
}

void test_data__places(void)
{
	static const struct {
		const char *place, *where, *key;
	} t[] = {
		{"s3://bkt/a/b", "s3://bkt", "a/b"},
		{"s3://bkt//a//b/", "s3://bkt", "/a//b/"},
		{"s3://bkt", "s3://bkt", NULL},
		{"s3://bkt/", "s3://bkt", NULL},
		{"gs://bkt/ü ?#", "gs://bkt", "ü ?#"},
		{"azure://box/a/b", "azure://box", "a/b"},
		{"azure://box", "azure://box", NULL},
		{"/a/b", "", "/a/b"},
		{"s3:/x", "", "s3:/x"},
		{"s3://", NULL, "“s3://” names no bucket"},
		{"azure://", NULL, "“” names no bucket"},
	};
	static const struct recorded r = {NULL, NULL, NULL, NULL};
	struct fake f;
	struct arena a;
	serve(&f, &r, SHA);
	fake_open(&f);
	arena_init(&a, 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct store *s = NULL;
		const char *key = NULL;
		struct mf_error err = MF_ERROR_INIT;
		int rc = data_locate(f.client, &a, t[i].place, &s, &key, &err);
		CHECK_INT(rc, t[i].where ? MF_OK : MF_EUSAGE);
		if (rc < 0) {
			CHECK_STR(err.message, t[i].key);
			continue;
		}
		CHECK_STR(s->where, t[i].where);
		CHECK_STR(key ? key : "none", t[i].key ? t[i].key : "none");
	}
	arena_release(&a);
	fake_close(&f);
}

/* ---- reading ---- */

/* The stored form of a pickle, and its key. */
static const char *blob(const char *pickle, size_t n, size_t *stored)
{
	static char sha[41];
	struct history h;
	history_init(&h);
	history_blob(&h, "F", pickle, n, 1, sha);
	*stored = n;
	return textf("%s", sha);
}

/* The value of x as JSON, or "code: message | hint". */
static const char *value(struct fake *f)
{
	struct mf_object *o;
	const struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &b};
	if (mf_get(&o, f->client, TASK "/x", NULL, &err) < 0)
		return textf("? %s", err.message);
	int rc = mf_artifact_value(o, &v, &err);
	CHECK_INT(rc, err.code);
	if (rc == MF_OK)
		mf_value_print_json(v, &sink, 0, NULL);
	const char *text = rc < 0 ? textf("%s: %s | %s", mf_code_name(rc), err.message, err.hint)
				  : textf("%s", b.p);
	buf_release(&b);
	mf_object_free(o);
	return text;
}

static void put(struct fake *f, const char *path, const char *p, size_t n)
{
	struct fake_answer *a = fake_on(f, path, 200, p);
	a->body_n = n;
}

void test_data__far(void)
{
	static const struct recorded r = {"s3", "s3://bkt/pre", "s3", ":root:s3://bkt/pre"};
	struct fake f;
	size_t n, stored;
	char *pickle = history_pickle("{\"far\": [1, 2]}", &n);
	const char *sha = blob(pickle, n, &stored);
	serve(&f, &r, sha);
	put(&f, textf("/bkt/pre/F/data/%.2s/%s", sha, sha), pickle, n);
	fake_open(&f);
	CHECK_STR(value(&f), "{\"far\":[1,2]}");
	fake_close(&f);
	/* refused, and what that says */
	serve(&f, &r, sha);
	fake_on(&f, textf("/bkt/pre/F/data/%.2s/%s", sha, sha), 403,
		"<Error><Code>AccessDenied</Code><Message>No</Message></Error>");
	fake_open(&f);
	CHECK_STR(value(&f), "not_allowed: access is denied to the environment: No | reading needs "
			     "s3:GetObject; without s3:ListBucket a "
			     "missing object is refused like this too");
	fake_close(&f);
	free(pickle);
}

/* ---- included files ---- */

/* An IncludedFile whose content is at a URL. */
static char *included(const char *url, size_t *n)
{
	static const char head[] =
		"\x80\x04"
		"cmetaflow.includefile\nIncludedFile\n)\x81}X\x0b\x00\x00\x00_descriptor";
	size_t k;
	char *state = history_pickle(
		textf("{\"type\": \"uploader-v2\", \"sub-type\": \"uploaded\", \"is_text\": true, "
		      "\"encoding\": \"utf-8\", \"size\": 7, \"url\": \"%s\"}",
			url),
		&k);
	char *p = malloc(sizeof(head) - 1 + k);
	CHECK_FATAL(p && state);
	memcpy(p, head, sizeof(head) - 1);
	memcpy(p + sizeof(head) - 1, state + 2, k - 3); /* without its head and its end */
	memcpy(p + sizeof(head) - 1 + k - 3, "sb.", 3);
	*n = sizeof(head) - 1 + k;
	free(state);
	return p;
}

/* The value of x, an IncludedFile of this URL, in s3://bkt/pre. */
static void serve_included(struct fake *f, const char *url, const struct recorded *r)
{
	size_t n, stored;
	char *pickle = included(url, &n);
	const char *sha = blob(pickle, n, &stored);
	serve(f, r, sha);
	struct buf b = BUF_INIT(1 << 16);
	buf_add(&b, pickle, n);
	fake_on(f, textf("/bkt/pre/F/data/%.2s/%s", sha, sha), 200, textf("%s", ""));
	f->answers.v[f->answers.n - 1]->body = memcpy(calloc(1, n + 1), b.p, n);
	f->answers.v[f->answers.n - 1]->body_n = n;
	buf_release(&b);
	free(pickle);
}

static void end_included(struct fake *f)
{
	for (size_t i = 0; i < f->answers.n; i++)
		if (f->answers.v[i]->body_n)
			free((char *)(uintptr_t)f->answers.v[i]->body);
	fake_close(f);
}

void test_data__included(void)
{
#define REFUSED(url, setting)                                                                      \
	"not_allowed: its content is at " url ", which is not the store of the run | if it is to " \
	"be trusted, set METAFLOW_" setting " to its root"
#define OUTSIDE                                                                                     \
	"not_allowed: “" TASK "/x” names a file outside of what Metaflow keeps | if it is to be " \
	"trusted, --trust-paths reads it"
#define UNREAD(url) "unsupported: its content is at " url ", which is not read from there | "
	static const struct recorded r = {"s3", "s3://bkt/pre", "s3", ":root:s3://bkt/pre"};
	static const struct {
		const char *url, *setting, *value;
	} t[] = {
		{"s3://bkt/elsewhere/data/F/sha", NULL, "\"content\""},
		{"s3://other/data/F/sha", NULL,
			REFUSED("s3://other/data/F/sha", "DATATOOLS_S3ROOT")},
		{"s3://other/data/F/sha", "METAFLOW_DATATOOLS_S3ROOT=s3://other/data",
			"\"content\""},
		{"s3://other/data/F/sha", "METAFLOW_DATASTORE_SYSROOT_S3=s3://other",
			"\"content\""},
		{"s3://other/data/F/sha", "METAFLOW_DATATOOLS_S3ROOT=s3://otherwise/data",
			REFUSED("s3://other/data/F/sha", "DATATOOLS_S3ROOT")},
		{"s3://bkt2/data/F/sha", NULL, REFUSED("s3://bkt2/data/F/sha", "DATATOOLS_S3ROOT")},
		{"s3://bk/data/F/sha", NULL, REFUSED("s3://bk/data/F/sha", "DATATOOLS_S3ROOT")},
		{"s3:///data/F/sha", NULL, REFUSED("s3:///data/F/sha", "DATATOOLS_S3ROOT")},
		{"gs://bkt/data/F/sha", NULL, REFUSED("gs://bkt/data/F/sha", "DATATOOLS_GSROOT")},
		{"azure://bkt/data/F/sha", NULL,
			REFUSED("azure://bkt/data/F/sha", "DATATOOLS_AZUREROOT")},
		{"s3://bkt/gone", NULL,
			"not_found: the included file of “" TASK "/x” is missing | "},
		{"s3://bkt", NULL, "not_found: the included file of “" TASK "/x” is missing | "},
		{"s3://bkt/", NULL, "not_found: the included file of “" TASK "/x” is missing | "},
		/* files of this machine */
		{"local:///etc/hostname", NULL, OUTSIDE},
		{"/etc/hostname", NULL, OUTSIDE},
		{"local:///etc/.metaflow/../hostname", NULL,
			"not_found: the included file of “" TASK "/x” is missing | "},
		{"local://relative", NULL,
			"not_found: the included file of “" TASK "/x” is missing | "},
		{"http://127.0.0.1/x", NULL, UNREAD("http://127.0.0.1/x")},
		{"file:///etc/hostname", NULL, UNREAD("file:///etc/hostname")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		serve_included(&f, t[i].url, &r);
		fake_on(&f, "/bkt/elsewhere/data/F/sha", 200, "content");
		fake_on(&f, "/other/data/F/sha", 200, "content");
		fake_on(&f, "/bkt/gone", 404, "<Error><Code>NoSuchKey</Code></Error>");
		f.env[6] = t[i].setting;
		fake_open(&f);
		CHECK_STR(value(&f), t[i].value);
		/* what is refused is not asked for */
		if (str_starts(t[i].value, "not_allowed"))
			CHECK_INT(fake_count(&f, "/data/F/sha"), 0);
		end_included(&f);
	}
}

/* Of this machine: what lies below a root that is Metaflow's, or that the configuration names. */
void test_data__included_here(void)
{
	static const struct recorded r = {"s3", "s3://bkt/pre", "s3", ":root:s3://bkt/pre"};
	const char *dir = test_dir();
	test_write(dir, ".metaflow/data/F/sha", "kept");
	test_write(dir, "mine/data/F/sha", "named");
	const struct {
		const char *url, *setting, *value;
	} t[] = {
		{textf("local://%s/.metaflow/data/F/sha", dir), NULL, "\"kept\""},
		{textf("local://%s/mine/data/F/sha", dir), NULL, OUTSIDE},
		{textf("local://%s/mine/data/F/sha", dir),
			textf("METAFLOW_DATATOOLS_LOCALROOT=%s/mine", dir), "\"named\""},
		{textf("local://%s/mine/data/F/sha", dir),
			textf("METAFLOW_DATATOOLS_LOCALROOT=%s/min", dir), OUTSIDE},
		{textf("%s/mine/data/F/sha", dir),
			textf("METAFLOW_DATATOOLS_LOCALROOT=%s/mine/", dir), "\"named\""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		serve_included(&f, t[i].url, &r);
		f.env[6] = t[i].setting;
		fake_open(&f);
		CHECK_STR(value(&f), t[i].value);
		end_included(&f);
	}
}
