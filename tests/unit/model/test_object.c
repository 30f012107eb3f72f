/* covers: ids.c run.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include "../../../clientlib/model/ids.h"
#include "../../../clientlib/model/object.h"

void test_object__pathspecs(void)
{
	static const struct {
		const char *text;
		int entity;
	} t[] = {{"F", MF_FLOW}, {"F/", MF_FLOW}, {"F/1", MF_RUN}, {"F/1/s", MF_STEP}, {"F/1/s/2", MF_TASK},
		{"F/1/s/2/x", MF_ARTIFACT}, {"F/1/s/2/x/", MF_ARTIFACT}, {"F/1/s/2/x/y", -1}, {"", -1}, {"/", -1}, {"/F", -1},
		{"F//1", -1}, {"F/..", -1}, {".", -1}, {"F/./1", -1}, {"..F/.1", MF_RUN}, {"a b/c\nd", MF_RUN}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(mf_pathspec_entity(t[i].text), t[i].entity);
}

/* data-model §2.6: where tagging has reset a record, the id tells. */
void test_object__created(void)
{
	static const struct {
		const char *id;
		int64_t record, want;
	} t[] = {{"1795224813909454", 1795224813912, 1795224813912}, {"1795224813909454", 1795224814909, 1795224814909},
		{"1795224813909454", 1795224814910, 1795224813909}, {"1795224813909454", MF_NO_TIME, 1795224813909},
		{"1795224813909454", 1795224800000, 1795224800000}, {"5", 1795224814910, 1795224814910}, {"5", MF_NO_TIME, MF_NO_TIME},
		{"argo-x", 7, 7}, {"179522481390945x", 7, 7}, {"99999999999999999999", 7, 7}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(run_created(t[i].id, t[i].record), t[i].want);
}

void test_ids__order(void)
{
	static const char *const sorted[] = {"0", "2", "10", "99999999999999999999998", "99999999999999999999999", "-1", "a", "a1", "b"};
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
			int c = id_compare(sorted[i], sorted[k]);
			CHECK_INT((c > 0) - (c < 0), (i > k) - (i < k));
		}
	CHECK_INT(id_compare("007", "7"), 0);
}

void test_run__end_points(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/1/end/1", 1000);
	history_graph(&h, "F/2", "{\"start_step\": \"begin\", \"end_step\": \"finish\", \"steps\": {}}", 1000);
	history_graph(&h, "F/3", "{\"start_step\": \"begin\", \"end_step\": \"finish\", \"steps\": {}}", 1000);
	history_meta(&h, "F/3/_parameters/0", "start_step", "\"first\"", 1000, -1);
	history_meta(&h, "F/3/_parameters/0", "end_step", "\"last\"", 1000, -1);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1", "graph_endpoints"), "[\"start\",\"end\"]");
	CHECK_STR(history_field(&h, "F/2", "graph_endpoints"), "[\"begin\",\"finish\"]"); /* as of a resumed run */
	CHECK_STR(history_field(&h, "F/3", "graph_endpoints"), "[\"first\",\"last\"]");
	struct mf_get_options opts = MF_GET_INIT;
	struct mf_object *o;
	opts.ns = "user:bob";
	CHECK_INT(mf_get(&o, h.client, "F/1", &opts, NULL), 0);
	mf_object_free(o);
	opts.ns = "user:carol";
	CHECK_INT(mf_get(&o, h.client, "F/1/end", &opts, NULL), MF_ENOTFOUND);
	CHECK(o == NULL);
	history_close(&h);
}
