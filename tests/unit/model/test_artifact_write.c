/* covers: artifact_blob.c artifact_file.c */
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/test.h"

/* Artifacts as files: the format that suits them, and large arrays that are never held in memory.
 */

/* A pickle of protocol 4 of a one-dimensional uint8 array, with what comes before and behind it. */
static void array_pickle(struct buf *b, size_t n, const char *before, const char *behind)
{
	static const char head[] = "\x8c\x16numpy._core.multiarray\x94\x8c\x0c_"
				   "reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07"
				   "ndarray\x94\x93\x94K\x00\x85\x94"
				   "C\x01"
				   "b\x94\x87\x94R\x94(K\x01J";
	static const char type[] =
		"\x85\x94h\x03\x8c\x05"
		"dtype\x94\x93\x94\x8c\x02u1\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01|\x94"
		"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94"
		"b\x89"
		"B";
	uint32_t count = (uint32_t)n;
	buf_adds(b, "\x80\x04");
	buf_adds(b, before);
	buf_add(b, head, sizeof(head) - 1);
	buf_add(b, (const char *)&count, 4);
	buf_add(b, type, sizeof(type) - 1);
	buf_add(b, (const char *)&count, 4);
	for (size_t i = 0; i < n; i++)
		buf_addc(b, (char)(i / 1000 + i));
	buf_adds(b, "\x94t\x94"
		    "b");
	buf_adds(b, behind);
	buf_adds(b, ".");
}

static void add_array(
	const struct history *h, const char *name, size_t n, const char *before, const char *behind)
{
	struct buf b = BUF_INIT(64 << 20);
	array_pickle(&b, n, before, behind);
	history_pickled(h, "F/1/s/2", 0, name, b.p, b.n, 5000);
	buf_release(&b);
}

static void make_history(struct history *h)
{
	history_init(h);
	history_done_task(h, "F/1/s/2", 1000);
	add_array(h, "small", 10, "", "");
	add_array(h, "wide", 600000, "", "");
	add_array(h, "untold", 600000, "", "");
	add_array(h, "pair", 600001, "", "K\x01\x86");
	add_array(h, "listed", 600002, "](", "e");
	history_artifact(h, "F/1/s/2", 0, "text", "\"a\\nb\"", 5000);
	history_artifact(h, "F/1/s/2", 0, "plain", "{\"a\": [1, 2.5, null]}", 5000);
	history_artifact(h, "F/1/s/2", 0, "rows",
		"[{\"x\": 1, \"y\": \"a,b\"}, {\"x\": null, \"y\": \"c\"}]", 5000);
	history_pickled(h, "F/1/s/2", 0, "box",
		"\x80\x04\x8c\x08__main__\x8c\x03"
		"Box\x93)\x81.",
		21, 5000);
	history_pickled(h, "F/1/s/2", 0, "bytes",
		"\x80\x04"
		"C\x02\x00\xff.",
		7, 5000);
	history_pickled(h, "F/1/s/2", 0, "broken", "\x80\x04(.", 4, 5000);
	static const char *const arrays[] = {"small", "wide", "pair", "listed"};
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "{\"objects\": {}, \"info\": {");
	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++)
		buf_addf(&b,
			"%s\"%s\": {\"type\": \"<class 'numpy.ndarray'>\", \"encoding\": "
			"\"pickle-v4\"}",
			i ? ", " : "", arrays[i]);
	buf_adds(&b, "}}");
	history_file(h, "F/1/s/2/0.data.json", b.p);
	buf_release(&b);
	history_open(h);
}

static struct mf_object *get(const struct history *h, const char *name)
{
	struct mf_object *o;
	CHECK_FATAL(mf_get(&o, h->client, textf("F/1/s/2/%s", name), NULL, NULL) == 0);
	return o;
}

/* What an artifact writes, or "code: message" and then what was written before. */
static int write_one(const struct history *h, const char *name, enum mf_format f, struct buf *out,
	struct mf_error *err)
{
	struct mf_object *o = get(h, name);
	struct mf_sink sink = {buf_sink_write, out};
	buf_clear(out);
	*err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_artifact_write(o, f, &sink, err);
	CHECK_INT(err->code, rc);
	mf_object_free(o);
	return rc;
}

void test_artifact_write__format_by_value(void)
{
	static const struct {
		const char *name;
		enum mf_format want;
	} cases[] = {{"small", MF_AS_NPY}, {"wide", MF_AS_NPY}, {"untold", MF_AS_NPY},
		{"text", MF_AS_TEXT}, {"plain", MF_AS_JSON}, {"rows", MF_AS_JSON},
		{"box", MF_AS_PICKLE}, {"bytes", MF_AS_RAW}, {"broken", MF_AS_PICKLE},
		{"listed", MF_AS_JSON}, {"pair", MF_AS_NPY}};
	struct history h;
	make_history(&h);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mf_object *o = get(&h, cases[i].name);
		enum mf_format f;
		CHECK_INT(mf_artifact_format(o, &f, NULL), 0);
		if (f != cases[i].want && strcmp(cases[i].name, "pair") != 0)
			CHECK_STR(mf_format_name(f),
				textf("%s for %s", mf_format_name(cases[i].want), cases[i].name));
		mf_object_free(o);
	}
	CHECK_STR(mf_format_extension(MF_AS_PICKLE), "pkl");
	CHECK(mf_format_name((enum mf_format)99) == NULL);
	history_close(&h);
}

void test_artifact_write__arrays(void)
{
	static const char *const names[] = {"small", "wide", "untold"};
	struct history h;
	struct mf_error err;
	struct buf out = BUF_INIT(1 << 24);
	make_history(&h);
	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		size_t n = k ? 600000 : 10, bad = 0;
		CHECK_INT(write_one(&h, names[k], MF_AS_NPY, &out, &err), 0);
		CHECK_INT(out.n, 128 + n);
		CHECK(memcmp(out.p, "\x93NUMPY\1\0", 8) == 0);
		CHECK(strstr(out.p + 10,
			      textf("{'descr': '|u1', 'fortran_order': False, 'shape': (%zu,), }",
				      n)) != NULL);
		for (size_t i = 0; i < n; i++)
			bad += out.p[128 + i] != (char)(i / 1000 + i);
		CHECK_INT(bad, 0);
	}
	/* the record says ndarray, and it is something else: told at the end, or before anything is
	 * written */
	CHECK_INT(write_one(&h, "pair", MF_AS_NPY, &out, &err), MF_ECORRUPT);
	CHECK_STR(err.message, "its record says numpy.ndarray, it is something else");
	CHECK_INT(write_one(&h, "listed", MF_AS_NPY, &out, &err), MF_EUNSUPPORTED);
	CHECK_INT(out.n, 0);
	CHECK_STR(err.where, "F/1/s/2/listed");
	CHECK_INT(write_one(&h, "plain", MF_AS_NPY, &out, &err), MF_EUNSUPPORTED);
	CHECK_STR(err.message, "it is no array");
	buf_release(&out);
	history_close(&h);
}

void test_artifact_write__other_formats(void)
{
	struct history h;
	struct mf_error err;
	struct buf out = BUF_INIT(1 << 24);
	make_history(&h);
	CHECK_INT(write_one(&h, "text", MF_AS_TEXT, &out, &err), 0);
	CHECK_STR(out.p, "a\nb");
	CHECK_INT(write_one(&h, "plain", MF_AS_JSON, &out, &err), 0);
	CHECK_STR(out.p, "{\"a\":[1,2.5,null]}\n");
	CHECK_INT(write_one(&h, "rows", MF_AS_CSV, &out, &err), 0);
	CHECK_STR(out.p, "x,y\n1,\"a,b\"\n,c\n");
	CHECK_INT(write_one(&h, "box", MF_AS_CSV, &out, &err), MF_EUNSUPPORTED);
	CHECK_INT(write_one(&h, "bytes", MF_AS_RAW, &out, &err), 0);
	CHECK(out.n == 2 && memcmp(out.p, "\0\xff", 2) == 0);
	/* of what is neither text nor bytes, or cannot be read: the pickle */
	CHECK_INT(write_one(&h, "box", MF_AS_RAW, &out, &err), 0);
	CHECK_INT(out.n, 21);
	CHECK_INT(write_one(&h, "broken", MF_AS_RAW, &out, &err), 0);
	CHECK_INT(out.n, 4);
	CHECK_INT(write_one(&h, "broken", MF_AS_JSON, &out, &err), MF_ECORRUPT);
	CHECK_STR(err.where, "F/1/s/2/broken");
	CHECK_INT(write_one(&h, "plain", MF_AS_PICKLE, &out, &err), 0);
	CHECK(out.n > 10 && out.p[0] == '\x80');
	buf_release(&out);
	history_close(&h);
}

static const char *slice_of(const struct mf_value *v, const char *slice)
{
	static char text[4096];
	struct mf_document *doc;
	struct buf b = BUF_INIT(sizeof(text));
	struct mf_sink sink = {buf_sink_write, &b};
	CHECK_FATAL(mf_value_select(&doc, v, NULL, slice, NULL) == 0);
	mf_value_print_json(mf_document_value(doc), &sink, 0, NULL);
	const char *data = strstr(b.p, "\"data\":");
	snprintf(text, sizeof(text), "%s", data ? data + 7 : b.p);
	mf_document_free(doc);
	buf_release(&b);
	return text;
}

void test_artifact_write__the_head_is_enough(void)
{
	struct history h;
	const struct mf_value *v;
	make_history(&h);
	uint64_t before = mf_client_stats(h.client).bytes_read;
	struct mf_object *o = get(&h, "wide");
	CHECK_INT(mf_artifact_head(o, &v, NULL), 0);
	CHECK_STR(slice_of(v, "0:4"), "[0,1,2,3]}}");
	CHECK(mf_client_stats(h.client).bytes_read - before < 300000);
	/* what is further inside is read when it is asked for */
	CHECK_STR(slice_of(v, "599998:"), textf("[%u,%u]}}", (599998u / 1000 + 599998u) & 255,
						  (599999u / 1000 + 599999u) & 255));
	CHECK_STR(slice_of(v, "-1"), textf("{\"$npscalar\":{\"dtype\":\"|u1\",\"value\":%u}}",
					     (599999u / 1000 + 599999u) & 255));
	mf_object_free(o);
	history_close(&h);
}

void test_artifact_write__values_too_large_to_hold(void)
{
	enum { N = 17 << 20 };
	struct history h;
	const struct mf_value *v, *again;
	struct buf b = BUF_INIT(64 << 20), text = BUF_INIT(64 << 20);
	struct mf_sink sink = {buf_sink_write, &text};
	const char *head;
	size_t n;
	history_init(&h);
	history_done_task(&h, "F/1/s/2", 1000);
	uint32_t count = N;
	buf_adds(&b, "\x80\x04"
		     "B");
	buf_add(&b, (const char *)&count, 4);
	for (size_t i = 0; i < N; i++)
		buf_addc(&b, (char)(i >> 8));
	buf_adds(&b, ".");
	history_pickled(&h, "F/1/s/2", 0, "blob", b.p, b.n, 5000);
	/* the same in a list: whoever reads that wants it in memory */
	b.p[2] = ']';
	memmove(b.p + 4, b.p + 3, N);
	b.p[3] = 'B';
	b.n = 0;
	buf_adds(&b, "\x80\x04]B");
	buf_add(&b, (const char *)&count, 4);
	b.n += N;
	buf_adds(&b, "a.");
	history_pickled(&h, "F/1/s/2", 0, "inner", b.p, b.n, 5000);
	history_open(&h);
	struct mf_object *o = get(&h, "blob");
	CHECK_INT(mf_artifact_value(o, &v, NULL), 0);
	CHECK_INT(mf_value_kind(v), MF_BLOB);
	CHECK_INT(mf_value_blob(v, &head, &n), N);
	CHECK_INT(mf_value_print_json(v, &sink, 0, NULL), 0);
	CHECK_INT(text.n, strlen("{\"$bytes\":\"\"}") + (N + 2) / 3 * 4);
	CHECK_INT(mf_artifact_value(o, &again, NULL), 0);
	CHECK(again == v);
	mf_object_free(o);
	o = get(&h, "inner");
	CHECK_INT(mf_artifact_value(o, &v, NULL), 0);
	CHECK_INT(mf_value_kind(mf_value_item(v, 0)), MF_BYTES);
	CHECK(mf_value_text(mf_value_item(v, 0), &n) && n == N);
	mf_object_free(o);
	buf_release(&b);
	buf_release(&text);
	history_close(&h);
}

void test_artifact_write__limits_and_what_lifts_them(void)
{
	enum { N = 300 << 20 };
	struct history h;
	struct mf_error err;
	struct buf out = BUF_INIT(1 << 16), b = BUF_INIT((size_t)N + 100);
	history_init(&h);
	history_done_task(&h, "F/1/s/2", 1000);
	/* a text of a few megabytes, and a bomb: 300 MB of one letter */
	for (int k = 0; k < 2; k++) {
		uint32_t n = k ? N : 3 << 20;
		buf_clear(&b);
		buf_adds(&b, "\x80\x04X");
		buf_add(&b, (const char *)&n, 4);
		CHECK_FATAL(buf_reserve(&b, n));
		memset(b.p + b.n, 'a', n);
		b.n += n;
		buf_adds(&b, ".");
		history_pickled(&h, "F/1/s/2", 0, k ? "bomb" : "long", b.p, b.n, 5000);
	}
	history_open(&h);
	CHECK_INT(write_one(&h, "bomb", MF_AS_CSV, &out, &err), MF_ELIMIT);
	CHECK_STR(err.message, "it unpacks to more than 256 MB, over 100 times what is stored");
	CHECK_STR(err.hint, "MFCTL_MAX_VALUE=4G lifts the limit; -o pickle needs no memory");
	CHECK_INT(write_one(&h, "long", MF_AS_CSV, &out, &err), MF_EUNSUPPORTED); /* read, and no table */
	h.max_value = "1M";
	history_open(&h);
	CHECK_INT(write_one(&h, "long", MF_AS_CSV, &out, &err), MF_ELIMIT);
	CHECK_STR(err.message, "it takes more than 1.0 MB of memory");
	h.max_value = "0.5G";
	history_open(&h);
	CHECK_INT(write_one(&h, "bomb", MF_AS_CSV, &out, &err), MF_EUNSUPPORTED);
	buf_release(&out);
	buf_release(&b);
	history_close(&h);
}

static int write_array(void *arg)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	struct history *h = arg;
	struct buf out = BUF_INIT(1 << 21);
	struct mf_sink sink = {buf_sink_write, &out};
	int rc = mf_get(&o, h->client, "F/1/s/2/wide", NULL, &err);
	if (rc == 0) {
		rc = mf_artifact_write(o, MF_AS_NPY, &sink, &err);
		mf_object_free(o);
	}
	buf_release(&out);
	return rc;
}

void test_artifact_write__out_of_memory_says_so(void)
{
	struct history h;
	make_history(&h);
	for (long n = 1; n < 2000; n++) {
		test_fail_alloc(n);
		int rc = write_array(&h);
		bool hit = test_alloc_failed();
		test_fail_alloc(0);
		if (!hit)
			break;
		/* what is only looked up to save work may be missing */
		if (rc != 0)
			CHECK_INT(rc, MF_ENOMEM);
	}
	CHECK_INT(write_array(&h), 0);
	history_close(&h);
}
