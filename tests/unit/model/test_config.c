#include "../../support/history.h"
#include "../../support/test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/model/config.h"

/* A place with a home directory and a project; every variable is ours. */
struct place {
	const char *dir;
	const char *cwd;
	const char *env[16];
	size_t n_env;
	struct mf_config_options opts;
};

static void place_init(struct place *p, bool project)
{
	memset(p, 0, sizeof(*p));
	p->dir = test_dir();
	p->cwd = textf("%s/work/deep/below", p->dir);
	test_write(p->dir, "work/deep/below/here", "");
	test_write(p->dir, "home/here", "");
	if (project)
		test_write(p->dir, "work/.metaflow/config.json", "{}");
	p->env[p->n_env++] = textf("HOME=%s/home", p->dir);
	p->opts = (struct mf_config_options){.environ = p->env, .cwd = p->cwd, .proc = ""};
}

static void put_env(struct place *p, const char *text)
{
	p->env[p->n_env++] = text;
	p->env[p->n_env] = NULL;
}

static struct mf_config *loaded(struct place *p)
{
	struct mf_config *c = NULL;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_config_load(&c, &p->opts, &err);
	if (rc < 0)
		CHECK_STR(err.message, "no error");
	CHECK_FATAL(c != NULL);
	return c;
}

#define PROJECT "work/.metaflow/config.json"
#define GLOBAL "home/.metaflowconfig/config.json"

void test_config__precedence(void)
{
	static const struct {
		const char *env, *project, *global, *value;
		int source; /* 0 default, 1 environment, 2 project, 3 global */
	} t[] = {
		{NULL, "{}", "{}", "/tmp/metaflow_client", 0},
		{NULL, "{}", "{\"METAFLOW_CLIENT_CACHE_PATH\": \"/g\"}", "/g", 3},
		{NULL, "{\"METAFLOW_CLIENT_CACHE_PATH\": \"/p\"}", "{\"METAFLOW_CLIENT_CACHE_PATH\": \"/g\"}", "/p", 2},
		{"METAFLOW_CLIENT_CACHE_PATH=/e", "{\"METAFLOW_CLIENT_CACHE_PATH\": \"/p\"}",
			"{\"METAFLOW_CLIENT_CACHE_PATH\": \"/g\"}", "/e", 1},
		{"METAFLOW_CLIENT_CACHE_PATH=", "{\"METAFLOW_CLIENT_CACHE_PATH\": \"/p\"}", "{}", "", 1},
		/* keys need their prefix in files */
		{NULL, "{\"CLIENT_CACHE_PATH\": \"/p\"}", "{}", "/tmp/metaflow_client", 0},
		{"CLIENT_CACHE_PATH=/e", "{}", "{}", "/tmp/metaflow_client", 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct place p;
		place_init(&p, true);
		test_write(p.dir, PROJECT, t[i].project);
		test_write(p.dir, GLOBAL, t[i].global);
		if (t[i].env)
			put_env(&p, t[i].env);
		struct mf_config *c = loaded(&p);
		const struct mf_config_entry *e = mf_config_explain(c, "CLIENT_CACHE_PATH");
		CHECK_FATAL(e != NULL);
		CHECK_STR(e->value, t[i].value);
		CHECK_STR(mf_config_get(c, "METAFLOW_CLIENT_CACHE_PATH"), t[i].value);
		const char *const sources[] = {"default", "environment", "work/.metaflow/config.json",
			".metaflowconfig/config.json"};
		size_t n = strlen(sources[t[i].source]), have = strlen(e->source);
		CHECK_STR(have < n ? e->source : e->source + have - n, sources[t[i].source]);
		mf_config_free(c);
	}
}

void test_config__a_profile_replaces_the_global_file(void)
{
	struct place p;
	place_init(&p, true);
	test_write(p.dir, GLOBAL, "{\"METAFLOW_USER\": \"global\", \"METAFLOW_UI_URL\": \"http://global\"}");
	test_write(p.dir, "home/.metaflowconfig/config_team.json", "{\"METAFLOW_USER\": \"team\"}");
	struct mf_config *c = loaded(&p);
	CHECK_STR(mf_config_get(c, "UI_URL"), "http://global");
	mf_config_free(c);
	put_env(&p, "METAFLOW_PROFILE=team");
	c = loaded(&p);
	CHECK_STR(mf_config_get(c, "USER"), "team");
	CHECK(mf_config_get(c, "UI_URL") == NULL); /* not merged */
	mf_config_free(c);
	/* the option wins over the variable; an empty variable is none */
	test_write(p.dir, "home/.metaflowconfig/config_other.json", "{\"METAFLOW_USER\": \"other\"}");
	p.opts.profile = "other";
	c = loaded(&p);
	CHECK_STR(mf_config_get(c, "USER"), "other");
	CHECK_STR(mf_config_explain(c, "PROFILE")->source, "option");
	mf_config_free(c);
	p.opts.profile = NULL;
	p.n_env = 1;
	put_env(&p, "METAFLOW_PROFILE=");
	c = loaded(&p);
	CHECK_STR(mf_config_get(c, "USER"), "global");
	mf_config_free(c);
}

void test_config__metaflow_home(void)
{
	struct place p;
	place_init(&p, true);
	test_write(p.dir, GLOBAL, "{\"METAFLOW_USER\": \"global\"}");
	test_write(p.dir, "other/config.json", "{\"METAFLOW_USER\": \"elsewhere\"}");
	test_write(p.dir, "other/config_x.json", "{\"METAFLOW_USER\": \"profile x\"}");
	put_env(&p, textf("METAFLOW_HOME=%s/other", p.dir));
	struct mf_config *c = loaded(&p);
	CHECK_STR(mf_config_user(c), "elsewhere");
	mf_config_free(c);
	p.opts.profile = "x";
	c = loaded(&p);
	CHECK_STR(mf_config_user(c), "profile x");
	mf_config_free(c);
	/* --config takes the place of the global file */
	test_write(p.dir, "mine.json", "{\"METAFLOW_USER\": \"mine\"}");
	p.opts.profile = NULL;
	p.opts.file = textf("%s/mine.json", p.dir);
	c = loaded(&p);
	CHECK_STR(mf_config_user(c), "mine");
	mf_config_free(c);
}

void test_config__errors(void)
{
	static const struct {
		const char *file, *text, *profile;
		int code;
		const char *says;
	} t[] = {
		{PROJECT, "{\n  \"METAFLOW_USER\": oops\n}", NULL, MF_ECORRUPT,
			"configuration file cannot be used: line 2, column 20: not a JSON value"},
		{GLOBAL, "{\"a\": 1", NULL, MF_ECORRUPT,
			"configuration file cannot be used: line 1, column 8: document cut short"},
		{GLOBAL, "", NULL, MF_ECORRUPT, "configuration file cannot be used: line 1, column 1: empty document"},
		{GLOBAL, "[]", NULL, MF_ECORRUPT, "configuration file cannot be used: not a JSON object"},
		{"home/.metaflowconfig/config_x.json", "{,}", "x", MF_ECORRUPT,
			"configuration file cannot be used: line 1, column 2: expected a string as key"},
		{GLOBAL, "{}", "missing", MF_ENOTFOUND, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct place p;
		struct mf_config *c;
		struct mf_error err = MF_ERROR_INIT;
		place_init(&p, true);
		test_write(p.dir, t[i].file, t[i].text);
		p.opts.profile = t[i].profile;
		CHECK_INT(mf_config_load(&c, &p.opts, &err), t[i].code);
		CHECK(c == NULL);
		if (t[i].says)
			CHECK_STR(err.message, t[i].says);
		CHECK(err.hint[0] != '\0');
		const char *want = textf("%s/%s", p.dir,
			t[i].code == MF_ENOTFOUND ? "home/.metaflowconfig/config_missing.json" : t[i].file);
		CHECK_STR(err.where, want);
		CHECK_INT(mf_config_load(&c, &p.opts, NULL), t[i].code);
	}
}

void test_config__kinds(void)
{
	static const struct {
		const char *key, *json, *value;
	} t[] = {
		{"SERVICE_VERSION_CHECK", "false", "false"},
		{"SERVICE_VERSION_CHECK", "true", "true"},
		{"SERVICE_VERSION_CHECK", "\"\"", "false"},
		{"SERVICE_VERSION_CHECK", "\"0\"", "false"},
		{"SERVICE_VERSION_CHECK", "0", "false"},
		{"SERVICE_VERSION_CHECK", "1", "true"},
		{"SERVICE_VERSION_CHECK", "\"FALSE\"", "false"},
		{"SERVICE_VERSION_CHECK", "\"no\"", "true"},
		{"SERVICE_RETRY_COUNT", "3", "3"},
		{"SERVICE_RETRY_COUNT", "\"3\"", "3"},
		{"SERVICE_HEADERS", "{\"a\": \"b\"}", "{\"a\":\"b\"}"},
		{"SERVICE_HEADERS", "\"{}\"", "{}"},
		{"SERVICE_URL", "\"http://x\"", "http://x"},
		{"NOT_IN_THE_TABLE", "[1, 2]", "[1,2]"},
		{"NOT_IN_THE_TABLE", "\"text\"", "text"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct place p;
		place_init(&p, true);
		test_write(p.dir, PROJECT, textf("{\"METAFLOW_%s\": %s}", t[i].key, t[i].json));
		struct mf_config *c = loaded(&p);
		CHECK_STR(mf_config_get(c, t[i].key), t[i].value);
		mf_config_free(c);
	}
}

void test_config__user(void)
{
	static const struct {
		const char *env[4], *want;
	} t[] = {
		{{NULL}, NULL},
		{{"USER=alice"}, "alice"},
		{{"USER=alice", "USERNAME=bob"}, "bob"},
		{{"USER=alice", "USERNAME=bob", "SUDO_USER=carol"}, "carol"},
		{{"USER=alice", "METAFLOW_USER=dora", "SUDO_USER=carol"}, "dora"},
		{{"USER=root"}, NULL},
		{{"USER=alice", "SUDO_USER=root"}, "alice"},
		{{"USER=alice", "METAFLOW_USER=root"}, "alice"},
		{{"USER=alice", "METAFLOW_USER="}, "alice"},
		{{"USER=", "USERNAME="}, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct place p;
		place_init(&p, true);
		for (size_t k = 0; k < 4 && t[i].env[k]; k++)
			put_env(&p, t[i].env[k]);
		struct mf_config *c = loaded(&p);
		if (t[i].want)
			CHECK_STR(mf_config_user(c), t[i].want);
		else
			CHECK(mf_config_user(c) == NULL);
		mf_config_free(c);
	}
}

void test_config__root(void)
{
	struct place p;
	place_init(&p, true);
	struct mf_config *c = loaded(&p);
	const char *want = textf("%s/work/.metaflow", p.dir);
	char real[PATH_MAX];
	CHECK_STR(mf_config_root(c), realpath(want, real));
	CHECK(strstr(mf_config_root_reason(c), p.cwd) != NULL);
	mf_config_free(c);
	/* the nearest wins; a file of that name is passed over */
	test_write(p.dir, "work/deep/.metaflow/x", "");
	test_write(p.dir, "work/deep/below/.metaflow", "a file");
	c = loaded(&p);
	want = textf("%s/work/deep/.metaflow", p.dir);
	CHECK_STR(mf_config_root(c), realpath(want, real));
	mf_config_free(c);
	/* the variable names the directory around it, which need not exist */
	put_env(&p, "METAFLOW_DATASTORE_SYSROOT_LOCAL=/nowhere/at/all");
	c = loaded(&p);
	CHECK_STR(mf_config_root(c), "/nowhere/at/all/.metaflow");
	CHECK(strstr(mf_config_root_reason(c), "environment") != NULL);
	mf_config_free(c);
	/* as if unset when it is empty */
	p.n_env = 1;
	put_env(&p, "METAFLOW_DATASTORE_SYSROOT_LOCAL=");
	c = loaded(&p);
	CHECK_STR(mf_config_root(c), realpath(want, real));
	mf_config_free(c);
	/* a link is resolved */
	place_init(&p, false);
	test_write(p.dir, "real/x", "");
	const char *from = textf("%s/real", p.dir);
	CHECK_INT(symlink(from, textf("%s/.metaflow", p.cwd)), 0);
	c = loaded(&p);
	CHECK_STR(mf_config_root(c), realpath(from, real));
	mf_config_free(c);
}

void test_config__entries(void)
{
	struct place p;
	const struct mf_config_entry *e;
	place_init(&p, true);
	test_write(p.dir, PROJECT, "{\"METAFLOW_ZZZ_EXTRA\": 1, \"METAFLOW_MY_SECRET\": \"s\", \"other\": 2, \"METAFLOW_\": 3}");
	put_env(&p, "METAFLOW_AAA_EXTRA=x");
	put_env(&p, "METAFLOW_USER=alice");
	put_env(&p, "METAFLOWER=no");
	struct mf_config *c = loaded(&p);
	size_t n = mf_config_entries(c, &e);
	CHECK(n > 30);
	for (size_t i = 0; i < n; i++) {
		CHECK(*e[i].key && strncmp(e[i].key, "METAFLOW_", 9) != 0);
		CHECK(e[i].source != NULL);
		if (i && strcmp(e[i - 1].key, e[i].key) >= 0)
			CHECK_STR(e[i].key, "in order, and once");
		CHECK(mf_config_explain(c, e[i].key) == &e[i]);
	}
	CHECK_STR(e[0].key, "AAA_EXTRA");
	CHECK(e[0].help == NULL);
	CHECK_STR(e[n - 1].key, "ZZZ_EXTRA");
	CHECK_STR(e[n - 1].value, "1");
	CHECK(mf_config_explain(c, "SERVICE_AUTH_KEY")->secret);
	CHECK(mf_config_explain(c, "MY_SECRET")->secret);
	CHECK(!mf_config_explain(c, "USER")->secret);
	CHECK(mf_config_explain(c, "NO_SUCH_KEY") == NULL);
	CHECK(mf_config_get(c, "METAFLOW_NO_SUCH_KEY") == NULL);
	mf_config_free(c);
}

static int load_it(void *arg)
{
	struct place *p = arg;
	struct mf_config *c;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_config_load(&c, &p->opts, &err);
	if (rc < 0 && c)
		return 0;
	mf_config_free(c);
	return rc;
}

void test_config__out_of_memory(void)
{
	struct place p;
	place_init(&p, true);
	test_write(p.dir, PROJECT, "{\"METAFLOW_USER\": \"x\"}");
	test_write(p.dir, GLOBAL, "{\"METAFLOW_ZZZ\": \"y\"}");
	p.opts.metadata = "local@/tmp";
	p.opts.datastore_root = "/tmp";
	test_every_alloc(load_it, &p);
}
