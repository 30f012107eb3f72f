#include "../../support/history.h"
#include "../../support/test.h"

static const char *edges_of(const struct history *h, const char *path)
{
	struct mf_graph *g;
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_node *n;
	const struct mf_edge *e;
	struct buf b = BUF_INIT(8000);
	if (mf_graph_open(&g, h->client, path, &err) < 0)
		return textf("%s", err.message);
	size_t nodes = mf_graph_nodes(g, &n), edges = mf_graph_edges(g, &e);
	for (size_t i = 0; i < nodes; i++)
		buf_addf(&b, "%s:%s ", n[i].name, n[i].ran ? n[i].status : "-");
	for (size_t i = 0; i < edges; i++)
		buf_addf(&b, "%s>%s%s%s=%d ", n[e[i].from].name, n[e[i].to].name, e[i].label ? "/" : "",
			e[i].label ? e[i].label : "", e[i].taken);
	const char *text = textf("%s%s", b.p, mf_graph_reconstructed(g) ? "reconstructed" : "");
	buf_release(&b);
	mf_graph_free(g);
	return text;
}

void test_graph__switch_taken_and_not(void)
{
	struct history h;
	history_init(&h);
	history_graph(&h, "F/1",
		"{\"start_step\": \"start\", \"end_step\": \"end\", \"steps\": {\"start\": {\"type\": \"split-switch\","
		"\"condition\": \"c\", \"switch_cases\": {\"x\": \"a\", \"y\": \"b\"}, \"next\": [\"a\", \"b\"]},"
		"\"a\": {\"type\": \"linear\", \"next\": [\"end\"]}, \"b\": {\"type\": \"linear\", \"next\": [\"end\"]},"
		"\"end\": {\"type\": \"end\", \"next\": []}}}",
		1000);
	history_done_task(&h, "F/1/start/1", 2000);
	history_artifact(&h, "F/1/start/1", 0, "_transition", "[[\"a\"], null]", 3000);
	history_done_task(&h, "F/1/a/2", 4000);
	history_done_task(&h, "F/2/start/1", 2000);
	history_artifact(&h, "F/2/start/1", 0, "_transition", "[[\"end\"], null]", 3000);
	history_done_task(&h, "F/2/end/2", 4000);
	history_open(&h);
	const char *text = edges_of(&h, "F/1");
	CHECK(strstr(text, "start:completed a:completed b:- end:-") != NULL);
	CHECK(strstr(text, "start>a/x=1") != NULL);
	CHECK(strstr(text, "start>b/y=0") != NULL);
	text = edges_of(&h, "F/2");
	CHECK(strstr(text, "start:completed end:completed start>end=1") != NULL);
	CHECK(strstr(text, "reconstructed") != NULL);
	struct mf_graph *g;
	CHECK(mf_graph_open(&g, h.client, "F/1/start", NULL) < 0);
	CHECK_INT(mf_graph_open(&g, h.client, "F/9", NULL), MF_ENOTFOUND);
	history_close(&h);
}

/* A run whose graph is not recorded, or recorded and lost, still has its steps. */
void test_graph__steps_alone(void)
{
	for (int lost = 0; lost < 2; lost++) {
		struct history h;
		struct mf_graph *g;
		const struct mf_node *nodes;
		const struct mf_edge *edges;
		struct mf_error err = MF_ERROR_INIT;
		history_init(&h);
		history_run(&h, "F/1", 1000, NULL, NULL);
		history_done_task(&h, "F/1/_parameters/0", 1500);
		if (lost)
			history_file(&h, "F/1/_parameters/0/_meta/0_artifact__graph_info.json",
				"{\"name\": \"_graph_info\", \"attempt_id\": 0, \"ts_epoch\": 1600, "
				"\"sha\": \"0123456789012345678901234567890123456789\"}");
		history_done_task(&h, "F/1/start/1", 2000);
		history_done_task(&h, "F/1/next/2", 4000);
		history_open(&h);
		CHECK_INT(mf_graph_open(&g, h.client, "F/1", &err), MF_ENOTFOUND);
		CHECK((strstr(err.message, "cannot be read") != NULL) == lost);
		CHECK_FATAL(mf_graph_steps(&g, h.client, "F/1", NULL) == 0);
		CHECK_INT(mf_graph_nodes(g, &nodes), 2);
		CHECK_INT(mf_graph_edges(g, &edges), 0);
		CHECK_STR(nodes[0].name, "start");
		CHECK_STR(nodes[1].name, "next");
		CHECK_STR(nodes[1].status, "completed");
		CHECK_INT(nodes[1].n_tasks, 1);
		mf_graph_free(g);
		CHECK_INT(mf_graph_steps(&g, h.client, "F/2", NULL), MF_ENOTFOUND);
		history_close(&h);
	}
}
