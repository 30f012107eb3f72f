/* covers: shape.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include "../../../clientlib/model/lineage.h"

/* A finished task with its place in the foreach and what it chose. */
static void task(const struct history *h, const char *path, const char *frames, const char *transition)
{
	history_done_task(h, path, 2000);
	if (frames)
		history_meta(h, path, "foreach-execution-path", textf("\"%s\"", frames), 2000, 0);
	if (transition)
		history_artifact(h, path, 0, "_transition", transition, 3000);
}

/* Parents and children of a task, without the run: "start/1 < > end/2". */
static const char *around(const struct history *h, const char *task)
{
	static char text[8][4096];
	static int next;
	char *out = text[next++ % 8];
	size_t n = 0;
	struct mf_object *o;
	out[0] = '\0';
	if (mf_get(&o, h->client, task, NULL, NULL) < 0)
		return "no such task";
	for (int parents = 1; parents >= 0; parents--) {
		struct mf_value *list = NULL;
		CHECK_INT(lineage_of(o, parents, &list, NULL), 0);
		if (!list)
			n += (size_t)snprintf(out + n, sizeof(text[0]) - n, "null ");
		for (size_t i = 0; i < mf_value_count(list); i++) {
			size_t len;
			const char *p = mf_value_text(mf_value_item(list, i), &len);
			n += (size_t)snprintf(out + n, sizeof(text[0]) - n, "%.*s ", (int)len - 4, p + 4);
		}
		n += (size_t)snprintf(out + n, sizeof(text[0]) - n, parents ? "<> " : "");
	}
	mf_object_free(o);
	return out;
}

void test_lineage__linear_and_branches(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"split-static\", \"next\": [\"a\", \"b\"], \"matching_join\": \"join\"},"
		"\"a\": {\"type\": \"linear\", \"next\": [\"join\"]}, \"b\": {\"type\": \"linear\", \"next\": [\"join\"]},"
		"\"join\": {\"type\": \"join\", \"next\": [\"end\"]}, \"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, NULL);
	task(&h, "F/1/a/2", NULL, NULL);
	task(&h, "F/1/b/3", NULL, NULL);
	task(&h, "F/1/join/4", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/start/1"), "<> a/2 b/3 ");
	CHECK_STR(around(&h, "F/1/a/2"), "start/1 <> join/4 ");
	CHECK_STR(around(&h, "F/1/join/4"), "a/2 b/3 <> ");
	CHECK_STR(around(&h, "F/1/_parameters/0"), "<> ");
	history_close(&h);
}

/* Index 1 is not a prefix of 10: the defect of the Python client is not ours. */
void test_lineage__exact_index(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"split-foreach\", \"next\": [\"a\"], \"matching_join\": \"join\"},"
		"\"a\": {\"type\": \"linear\", \"next\": [\"b\"]}, \"b\": {\"type\": \"linear\", \"next\": [\"join\"]},"
		"\"join\": {\"type\": \"join\", \"next\": [\"end\"]}, \"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, NULL);
	for (int i = 0; i < 12; i++) {
		task(&h, textf("F/1/a/%d", 10 + i), textf("a:%d", i), NULL);
		task(&h, textf("F/1/b/%d", 30 + i), textf("a:%d", i), NULL);
	}
	task(&h, "F/1/join/50", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/b/31"), "a/11 <> join/50 ");
	CHECK_STR(around(&h, "F/1/b/40"), "a/20 <> join/50 ");
	CHECK_STR(around(&h, "F/1/a/11"), "start/1 <> b/31 ");
	CHECK_STR(around(&h, "F/1/start/1"),
		"<> a/10 a/11 a/12 a/13 a/14 a/15 a/16 a/17 a/18 a/19 a/20 a/21 ");
	CHECK_STR(around(&h, "F/1/join/50"), "b/30 b/31 b/32 b/33 b/34 b/35 b/36 b/37 b/38 b/39 b/40 b/41 <> ");
	history_close(&h);
}

void test_lineage__nested_foreach(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"split-foreach\", \"next\": [\"outer\"], \"matching_join\": \"oj\"},"
		"\"outer\": {\"type\": \"split-foreach\", \"next\": [\"inner\"], \"matching_join\": \"ij\"},"
		"\"inner\": {\"type\": \"linear\", \"next\": [\"ij\"]}, \"ij\": {\"type\": \"join\", \"next\": [\"oj\"]},"
		"\"oj\": {\"type\": \"join\", \"next\": [\"end\"]}, \"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, NULL);
	for (int i = 0; i < 2; i++) {
		task(&h, textf("F/1/outer/1%d", i), textf("outer:%d", i), NULL);
		task(&h, textf("F/1/ij/3%d", i), textf("outer:%d", i), NULL);
		for (int k = 0; k < 2; k++)
			task(&h, textf("F/1/inner/2%d%d", i, k), textf("outer:%d,inner:%d", i, k), NULL);
	}
	task(&h, "F/1/oj/4", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/outer/11"), "start/1 <> inner/210 inner/211 ");
	CHECK_STR(around(&h, "F/1/inner/210"), "outer/11 <> ij/31 ");
	CHECK_STR(around(&h, "F/1/ij/30"), "inner/200 inner/201 <> oj/4 ");
	CHECK_STR(around(&h, "F/1/oj/4"), "ij/30 ij/31 <> ");
	history_close(&h);
}

void test_lineage__recursion(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"start\", \"next\": [\"loop\"]},"
		"\"loop\": {\"type\": \"split-switch\", \"condition\": \"more\", \"switch_cases\": {\"yes\": \"loop\", \"no\": \"end\"},"
		"\"next\": [\"loop\", \"end\"]}, \"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, "[[\"loop\"], null]");
	for (int i = 0; i < 3; i++) {
		const char *path = textf("F/1/loop/%d", i + 2);
		task(&h, path, NULL, i < 2 ? "[[\"loop\"], null]" : "[[\"end\"], null]");
		history_artifact(&h, path, 0, "_iteration_stack", textf("[%d]", i), 3000);
	}
	task(&h, "F/1/end/5", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/start/1"), "<> loop/2 ");
	CHECK_STR(around(&h, "F/1/loop/2"), "start/1 <> loop/3 ");
	CHECK_STR(around(&h, "F/1/loop/3"), "loop/2 <> loop/4 ");
	CHECK_STR(around(&h, "F/1/loop/4"), "loop/3 <> end/5 ");
	CHECK_STR(around(&h, "F/1/end/5"), "loop/4 <> ");
	history_close(&h);
}

/* A switch inside a foreach that ends in the foreach's join: the join has several predecessors. */
void test_lineage__switch_inside_foreach(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"split-foreach\", \"next\": [\"pick\"], \"matching_join\": \"join\"},"
		"\"pick\": {\"type\": \"split-switch\", \"condition\": \"c\", \"switch_cases\": {\"x\": \"x\", \"y\": \"y\"},"
		"\"next\": [\"x\", \"y\"]}, \"x\": {\"type\": \"linear\", \"next\": [\"join\"]},"
		"\"y\": {\"type\": \"linear\", \"next\": [\"join\"]}, \"join\": {\"type\": \"join\", \"next\": [\"end\"]},"
		"\"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, NULL);
	for (int i = 0; i < 3; i++) {
		task(&h, textf("F/1/pick/1%d", i), textf("pick:%d", i), i % 2 ? "[[\"y\"], null]" : "[[\"x\"], null]");
		task(&h, textf("F/1/%s/2%d", i % 2 ? "y" : "x", i), textf("pick:%d", i), NULL);
	}
	task(&h, "F/1/join/30", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/pick/10"), "start/1 <> x/20 ");
	CHECK_STR(around(&h, "F/1/pick/11"), "start/1 <> y/21 ");
	CHECK_STR(around(&h, "F/1/x/22"), "pick/12 <> join/30 ");
	CHECK_STR(around(&h, "F/1/join/30"), "x/20 x/22 y/21 <> ");
	history_close(&h);
}

/* Old runs: no matching_join, no foreach-execution-path, frames without a step. */
void test_lineage__old_runs(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"type\": \"split-foreach\", \"next\": [\"a\"]},"
		"\"a\": {\"type\": \"linear\", \"next\": [\"join\"]}, \"join\": {\"type\": \"join\", \"next\": [\"end\"]},"
		"\"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	task(&h, "F/1/start/1", NULL, NULL);
	for (int i = 0; i < 2; i++) {
		const char *path = textf("F/1/a/%d", i + 2);
		task(&h, path, NULL, NULL);
		history_artifact(&h, path, 0, "_foreach_stack", textf("[[\"a\", \"x\", 2, %d]]", i), 3000);
	}
	task(&h, "F/1/join/9", NULL, NULL);
	/* no graph at all: from _transition */
	task(&h, "F/2/start/1", NULL, "[[\"a\"], null]");
	task(&h, "F/2/a/2", NULL, "[[\"end\"], null]");
	task(&h, "F/2/end/3", NULL, NULL);
	/* nothing known */
	task(&h, "F/3/start/1", NULL, NULL);
	history_open(&h);
	CHECK_STR(around(&h, "F/1/start/1"), "<> a/2 a/3 ");
	CHECK_STR(around(&h, "F/1/a/3"), "start/1 <> join/9 ");
	CHECK_STR(around(&h, "F/1/join/9"), "a/2 a/3 <> ");
	CHECK_STR(around(&h, "F/2/a/2"), "start/1 <> end/3 ");
	CHECK_STR(around(&h, "F/2/end/3"), "a/2 <> ");
	CHECK_STR(around(&h, "F/3/start/1"), "null <> null ");
	history_close(&h);
}

void test_lineage__frames(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *step;
		int64_t index;
	} t[] = {{"a:1", 1, "a", 1}, {"a:1,b:22", 2, "b", 22}, {"", 0, NULL, 0}, {"nothing", 0, NULL, 0}, {"a:x", 1, "a", 0},
		{"a:b:3", 1, "a:b", 3}, {"a:1,", 1, "a", 1}, {"a:1,junk,b:2", 1, "a", 1},
		{"a:99999999999999999999", 1, "a", INT64_MAX}};
	struct history h;
	history_init(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		task(&h, textf("F/1/s/%zu", i), t[i].text, NULL);
	history_open(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_object *o;
		const struct frame *f;
		size_t n;
		CHECK_FATAL(mf_get(&o, h.client, textf("F/1/s/%zu", i), NULL, NULL) == 0);
		CHECK_INT(task_frames(o, &f, &n), 0);
		CHECK_INT(n, t[i].n);
		if (n && n == t[i].n) {
			CHECK_STR(f[n - 1].step, t[i].step);
			CHECK_INT(f[n - 1].index, t[i].index);
		}
		mf_object_free(o);
	}
	history_close(&h);
}
