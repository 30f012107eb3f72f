#include "../../support/history.h"
#include "../../support/test.h"

#include <stdio.h>

static void fill(struct history *h)
{
	history_init(h);
	for (int i = 1; i <= 3; i++) {
		history_run(h, textf("Alpha/%d", i), i * 1000, NULL, i == 2 ? "[\"user:alice\"]" : "[\"user:bob\"]");
		history_done_task(h, textf("Alpha/%d/start/1", i), i * 1000);
	}
	history_done_task(h, "Alpha/1/end/9", 1100);
	history_task(h, "Alpha/2/end/9", 2100); /* failed */
	history_start(h, "Alpha/2/end/9", 0, 2100);
	history_end(h, "Alpha/2/end/9", 0, 0, 2200);
	history_done_task(h, "Alpha/3/end/9", 3100);
	history_graph(h, "Alpha/3", "{\"steps\": {}}", 3000);
	history_run(h, "Beta/latest", 500, NULL, NULL); /* an odd id */
	history_run(h, "Beta/newer", 600, NULL, NULL);
	static const char *const values[] = {"red", "green", "2", "with blank"};
	for (int i = 0; i < 4; i++) {
		const char *task = textf("Alpha/3/each/1%d", i);
		history_done_task(h, task, 3000);
		history_meta(h, task, "foreach-execution-path", textf("\"outer:0,each:%d\"", i), 3000, 0);
		history_artifact(h, task, 0, "_foreach_stack",
			textf("[[\"outer\", \"os\", 1, 0, \"deep\"], [\"each\", \"xs\", 4, %d, \"%s\"]]", i, values[i]), 3500);
		history_artifact(h, task, 0, "auc", "1", 3500);
		history_artifact(h, task, 0, "auth", "1", 3500);
		history_artifact(h, task, 0, "name", "\"Alpha\"", 3500);
	}
	history_open(h);
}

static const char *expanded(const struct history *h, const char *pattern, int depth, bool hidden, const char *ns)
{
	static char text[8][8192];
	static int next;
	char *out = text[next++ % 8];
	struct mf_expand_options opts = {.attempt = -1, .hidden = hidden, .ns = ns};
	struct mf_paths *p;
	struct mf_error err = MF_ERROR_INIT;
	size_t n = 0;
	int rc = mf_expand(&p, h->client, pattern, depth, &opts, &err);
	out[0] = '\0';
	if (rc < 0) {
		CHECK(p == NULL);
		snprintf(out, sizeof(text[0]), "%s: %s%s%s", mf_code_name(rc), err.message, *err.hint ? " | " : "", err.hint);
		return out;
	}
	for (size_t i = 0; i < mf_paths_count(p); i++)
		n += (size_t)snprintf(out + n, sizeof(text[0]) - n, "%s%s", i ? " " : "", mf_paths_get(p, i));
	CHECK(mf_paths_get(p, mf_paths_count(p)) == NULL);
	mf_paths_free(p);
	return out;
}

void test_expand__table(void)
{
	static const struct {
		const char *pattern;
		int depth;
		const char *want;
	} t[] = {
		{"Alpha", -1, "Alpha"},
		{"Alpha/", -1, "Alpha"},
		{"Alpha/2", -1, "Alpha/2"},
		{"Alpha/2/start/1/_task_ok", -1, "Alpha/2/start/1/_task_ok"},
		{"Alpha/latest", -1, "Alpha/3"},
		{"Alpha/latest~0", -1, "Alpha/3"},
		{"Alpha/latest~1", -1, "Alpha/2"},
		{"Alpha/latest~2/start", -1, "Alpha/1/start"},
		{"Alpha/latest~3", -1, "not_found: flow “Alpha” has no run that “latest~3” names: 3 match “latest”"},
		{"Alpha/latest-successful", -1, "Alpha/3"},
		{"Alpha/latest-successful~1", -1, "Alpha/1"},
		{"Alpha/latest-failed", -1, "Alpha/2"},
		{"Alpha/latest-failed~1", -1,
			"not_found: flow “Alpha” has no run that “latest-failed~1” names: 1 match “latest-failed”"},
		{"Alpha/latest-running", -1,
			"not_found: flow “Alpha” has no run that “latest-running” names: 0 match “latest-running”"},
		{"Beta/latest", -1, "Beta/latest"}, /* a run of exactly that id wins */
		{"Beta/latest~0", -1, "Beta/newer"},
		{"*", -1, "Alpha Beta"},
		{"[AB]*a/latest", -1, "Alpha/3 Beta/latest"},
		{"Alpha/*", -1, "Alpha/3 Alpha/2 Alpha/1"},
		{"Alpha/?/end/*", -1, "Alpha/3/end/9 Alpha/2/end/9 Alpha/1/end/9"},
		{"Alpha/*/each", -1, "Alpha/3/each"},
		{"Alpha/latest/*", -1, "Alpha/3/end Alpha/3/start Alpha/3/each"},
		{"Alpha/latest/_*", -1, "Alpha/3/_parameters"},
		{"Alpha/3/each/10/a*", -1, "Alpha/3/each/10/auth Alpha/3/each/10/auc"},
		{"Alpha/3/each/10/n*", -1, ""},
		{"Alpha/3/each/10/name", -1, "Alpha/3/each/10/name"},
		{"Alpha/latest/each/@2", -1, "Alpha/3/each/12"}, /* an index first */
		{"Alpha/latest/each/@green", -1, "Alpha/3/each/11"},
		{"Alpha/latest/each/@with blank/auc", -1, "Alpha/3/each/13/auc"},
		{"Alpha/latest/each/@deep,green", -1, "Alpha/3/each/11"},
		{"Alpha/latest/each/@outer:0,each:3", -1, "Alpha/3/each/13"},
		{"Alpha/latest/each/@outer:1,each:3", -1,
			"not_found: no task of “Alpha/3/each” has foreach index or value “outer:1,each:3” | mfctl ls Alpha/3/each "
			"lists them"},
		{"Alpha/latest/each/@7", -1,
			"not_found: no task of “Alpha/3/each” has foreach index or value “7” | mfctl ls Alpha/3/each lists them"},
		{"Alpha/*/each/@1", -1, "Alpha/3/each/11"},
		{"Nothing*", -1, ""},
		{"Alpha/9*/x", -1, ""},
		{"Alfa", -1, "not_found: flow “Alfa” not found | did you mean “Alpha”?"},
		{"alpha", -1, "not_found: flow “alpha” not found | did you mean “Alpha”?"},
		{"Alpha/2/strat", -1, "not_found: step “Alpha/2/strat” not found | did you mean “Alpha/2/start”?"},
		{"Alpha/2/zzz", -1, "not_found: step “Alpha/2/zzz” not found | mfctl ls Alpha/2 lists what is there"},
		{"Alpha/3/each/10/aux", -1,
			"not_found: artifact “Alpha/3/each/10/aux” not found | did you mean “Alpha/3/each/10/auc”?"},
		{"", -1, NULL},
		{"/", -1, NULL},
		{"Alpha//2", -1, NULL},
		{"a/b/c/d/e/f", -1, NULL},
		{"../x", -1, NULL},
		{"Alpha/..", -1, NULL},
		{"Alpha", MF_RUN, "usage: “Alpha” names a flow, a run is needed"},
		{"Alpha/2", MF_RUN, "Alpha/2"},
		{"*/latest", MF_FLOW, "usage: “*/latest” names a run, a flow is needed"},
	};
	struct history h;
	fill(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (t[i].want)
			CHECK_STR(expanded(&h, t[i].pattern, t[i].depth, false, NULL), t[i].want);
		else
			CHECK(str_starts(expanded(&h, t[i].pattern, t[i].depth, false, NULL), "usage: "));
	}
	history_close(&h);
}

void test_expand__hidden(void)
{
	struct history h;
	fill(&h);
	CHECK_STR(expanded(&h, "Alpha/3/*", -1, true, NULL), "Alpha/3/end Alpha/3/start Alpha/3/each Alpha/3/_parameters");
	CHECK_STR(expanded(&h, "Alpha/3/each/10/*", -1, false, NULL), "Alpha/3/each/10/auth Alpha/3/each/10/auc");
	CHECK_STR(expanded(&h, "Alpha/3/each/10/n*", -1, true, NULL), "Alpha/3/each/10/name");
	history_close(&h);
}

void test_expand__is_it_a_glob(void)
{
	static const struct {
		const char *pattern;
		bool glob;
	} t[] = {{"Alpha", false}, {"Alpha/latest", false}, {"Al*", true}, {"Alpha/[12]", true}, {"Alpha/?", true},
		{"Alpha/latest/each/@1", false}};
	struct history h;
	fill(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_paths *p;
		CHECK_FATAL(mf_expand(&p, h.client, t[i].pattern, -1, NULL, NULL) == 0);
		CHECK_INT(mf_paths_is_glob(p), t[i].glob);
		mf_paths_free(p);
	}
	mf_paths_free(NULL);
	history_close(&h);
}

void test_expand__names_that_look_like_patterns(void)
{
	struct history h;
	history_init(&h);
	history_run(&h, "F*/[1]", 1000, NULL, NULL);
	history_run(&h, "F*/1", 2000, NULL, NULL);
	history_run(&h, "Fx/2", 2000, NULL, NULL);
	history_open(&h);
	CHECK_STR(expanded(&h, "F*", -1, false, NULL), "F*"); /* the exact name wins */
	CHECK_STR(expanded(&h, "F*/[1]", -1, false, NULL), "F*/[1]");
	CHECK_STR(expanded(&h, "F?", -1, false, NULL), "F* Fx");
	history_close(&h);
}

void test_expand__what_cannot_be_read_is_passed_on(void)
{
	struct history h;
	history_init(&h);
	history_flow(&h, "F");
	history_file(&h, "F/1/_meta/_self.json", "{broken");
	history_open(&h);
	CHECK_STR(expanded(&h, "F/1", -1, false, NULL), "F/1");
	CHECK_STR(expanded(&h, "F/latest", -1, false, NULL),
		"not_found: flow “F” has no run that “latest” names: 0 match “latest”");
	history_close(&h);
}

void test_expand__out_of_memory(void)
{
	struct history h;
	bool hit = true;
	fill(&h);
	for (long n = 1; hit && n < 10000; n++) {
		struct mf_paths *p;
		test_fail_alloc(n);
		int rc = mf_expand(&p, h.client, "Alpha/*/start/1", -1, NULL, NULL);
		hit = test_alloc_failed();
		test_fail_alloc(0);
		CHECK((rc == MF_OK) == (p != NULL));
		if (!hit)
			CHECK_INT(mf_paths_count(p), 3);
		mf_paths_free(p);
		mf_client_forget(h.client);
	}
	CHECK(!hit);
	history_close(&h);
}
