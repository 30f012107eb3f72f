/* covers: field_run.c field_step.c field_task.c artifact.c cards.c code.c */
#include "../../support/demo.h"
#include "../../support/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <stdio.h>

void test_fields__table(void)
{
	for (int e = 0; e < MF_N_ENTITIES; e++) {
		size_t n;
		const struct mf_field *f = mf_fields((enum mf_entity)e, &n);
		CHECK(n >= 10);
		for (size_t i = 0; i < n; i++) {
			CHECK_INT(f[i].entity, e);
			CHECK(*f[i].name && *f[i].title && *f[i].help);
			CHECK_INT(mf_field_find((enum mf_entity)e, f[i].name), i); /* so names are unique */
		}
		CHECK_INT(mf_field_find((enum mf_entity)e, "no such field"), -1);
	}
}

static size_t evaluated, failures;

static void visit(struct mf_client *c, const char *pathspec, int depth)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *o;
	opts.hidden = true;
	opts.limit = depth == MF_RUN ? 3 : depth >= MF_TASK ? 3 : 0;
	if (mf_list(&it, c, pathspec, &opts, NULL) < 0) {
		failures++;
		return;
	}
	while (mf_iter_next(it, &o, NULL) == 1) {
		size_t n;
		mf_fields(mf_object_entity(o), &n);
		for (size_t i = 0; i < n; i++) {
			CHECK(mf_object_peek(o, (int)i) == NULL || i > 0);
			const struct mf_value *v = mf_object_field(o, (int)i);
			CHECK(v != NULL && mf_object_peek(o, (int)i) == v);
			evaluated++;
			if (mf_value_error(v)) {
				failures++;
				printf("\n%s: %s\n", mf_object_pathspec(o), mf_value_error(v)->message);
			}
		}
		CHECK(mf_object_get(o, "no such field") == NULL);
		if (mf_object_entity(o) < MF_ARTIFACT)
			visit(c, mf_object_pathspec(o), depth + 1);
		mf_object_free(o);
	}
	mf_iter_free(it);
}

void test_fields__every_one_on_the_demo(void)
{
	struct mf_config_options opts = demo_options();
	struct mf_config *config;
	struct mf_client *c;
	CHECK_FATAL(mf_config_load(&config, &opts, NULL) == 0);
	CHECK_FATAL(mf_client_open(&c, config, NULL) == 0);
	evaluated = failures = 0;
	visit(c, "", MF_FLOW);
	CHECK(evaluated > 5000);
	CHECK_INT(failures, 0);
	mf_client_free(c);
	mf_config_free(config);
}

static const char *text_of(struct mf_client *c, const char *path, const char *field)
{
	static char text[4][4096];
	static int next;
	char *out = text[next++ % 4];
	struct mf_object *o;
	struct buf b = BUF_INIT(4000);
	struct mf_sink sink = {buf_sink_write, &b};
	out[0] = '\0';
	if (mf_get(&o, c, path, NULL, NULL) == 0) {
		mf_value_print_json(mf_object_get(o, field), &sink, 0, NULL);
		snprintf(out, sizeof(text[0]), "%s", b.p);
		mf_object_free(o);
	}
	buf_release(&b);
	return out;
}

/* What the Python client said of each run of the demo. */
void test_fields__runs_as_the_client_says(void)
{
	struct mf_config_options opts = demo_options();
	struct mf_config *config;
	struct mf_client *c;
	char path[4096];
	const char *flow, *run, *unused;
	json_t *f, *r;
	size_t seen = 0;
	CHECK_FATAL(mf_config_load(&config, &opts, NULL) == 0);
	CHECK_FATAL(mf_client_open(&c, config, NULL) == 0);
	snprintf(path, sizeof(path), "%s/oracle.json", demo_dir());
	json_t *doc = json_load_file(path, 0, NULL);
	CHECK_FATAL(doc != NULL);
	json_object_foreach(json_object_get(doc, "flows"), flow, f)
		json_object_foreach(json_object_get(f, "runs"), run, r)
		{
			const char *spec = json_string_value(json_object_get(r, "pathspec"));
			static const char *const same[] = {"finished", "successful", "user_tags", "system_tags", "graph_endpoints",
				"end_task"};
			for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
				char *want = json_dumps(json_object_get(r, same[i]), JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
				const char *got = text_of(c, spec, same[i]);
				/* unlike jansson we write small letters */
				json_t *a = json_loads(want, JSON_DECODE_ANY, NULL), *b = json_loads(got, JSON_DECODE_ANY, NULL);
				if (!json_equal(a, b))
					CHECK_STR(got, want);
				json_decref(a);
				json_decref(b);
				free(want);
			}
			seen++;
		}
	unused = flow;
	(void)unused;
	(void)run;
	CHECK(seen >= 20);
	json_decref(doc);
	mf_client_free(c);
	mf_config_free(config);
}
