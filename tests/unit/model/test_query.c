#include "../../support/test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/codec/json.h"
#include "../../../clientlib/model/object.h"
#include "../../../clientlib/model/query.h"

/* 2026-11-21T12:00:00Z */
#define NOW INT64_C(1795262400000)
#define HOUR INT64_C(3600000)

/* An object whose fields are all there: those that are not given are null. */
struct fake {
	struct mf_object o;
};

static void fake_init(struct fake *f, enum mf_entity entity, const char *fields)
{
	static const struct mf_value null = {.kind = MF_NULL};
	static const char *const ids[] = {"MyFlow", "1795226256521805", "train", "7", "model"};
	static const struct mf_error why = {.code = MF_EIO, .offset = -1, .message = "broken"};
	struct mf_value *doc;
	size_t n;
	memset(f, 0, sizeof(*f));
	f->o.entity = entity;
	arena_init(&f->o.arena, 0);
	for (int i = 0; i <= (int)entity; i++)
		f->o.id[i] = ids[i];
	mf_fields(entity, &n);
	f->o.fields = arena_calloc(&f->o.arena, n, sizeof(*f->o.fields));
	for (size_t i = 0; i < n; i++)
		f->o.fields[i] = &null;
	CHECK_FATAL(json_parse(&doc, &f->o.arena, fields, strlen(fields), NULL) == MF_OK);
	for (size_t i = 0; i < mf_value_count(doc); i++) {
		size_t len;
		const char *key = mf_value_text(mf_value_key(doc, i), &len);
		char *name = arena_strndup(&f->o.arena, key, len);
		int field = mf_field_find(entity, name);
		CHECK_FATAL(field >= 0);
		f->o.fields[field] = mf_value_item(doc, i);
		if (value_is(f->o.fields[field], "<failure>")) {
			struct mf_value *v = value_new(&f->o.arena, MF_FAILURE);
			v->u.err = &why;
			f->o.fields[field] = v;
		}
	}
}

static void fake_release(struct fake *f)
{
	arena_release(&f->o.arena);
}

/* created two hours before NOW */
static const char run_fields[] =
	"{\"id\": \"1795226256521805\", \"pathspec\": \"MyFlow/1795226256521805\", \"created_at\": "
	"1795255200000,"
	"\"ts_epoch\": 1795255200000, \"user_name\": \"alice\", \"tags\": [\"nightly\", "
	"\"team:infra\", \"user:alice\", \"a b\"],"
	"\"user_tags\": [\"nightly\", \"team:infra\"], \"status\": \"failed\", \"finished\": "
	"false, \"duration_ms\": 90500,"
	"\"code\": {\"sha\": \"ab12\", \"lines\": 40, \"a.b\": {\"c\": true}, \"list\": "
	"[{\"name\": \"x\"}, {\"name\": \"y\"}],"
	"\"at\": \"2026-11-21T11:00:00.000Z\", \"nothing\": null, \"version\": \"10\"},"
	"\"trigger\": [{\"id\": \"e1\"}], \"origin_pathspec\": \"<failure>\", \"n_tasks\": 12, "
	"\"finished_at\": 1795258800000}";

static bool matches(struct fake *f, const char *text)
{
	struct mf_query *q;
	struct mf_error err = MF_ERROR_INIT;
	if (mf_query_parse(&q, f->o.entity, text, NOW, &err) < 0) {
		printf("\n«%s»: %s\n", text, err.message);
		CHECK(!"the query is valid");
		return false;
	}
	bool yes = mf_query_match(q, &f->o);
	mf_query_free(q);
	return yes;
}

struct expectation {
	const char *text;
	bool yes;
};

static void check_all(
	enum mf_entity entity, const char *fields, const struct expectation *t, size_t n)
{
	struct fake f;
	fake_init(&f, entity, fields);
	for (size_t i = 0; i < n; i++)
		if (matches(&f, t[i].text) != t[i].yes)
			CHECK_STR(t[i].text, t[i].yes ? "should match" : "should not match");
	fake_release(&f);
}

#define CHECK_RUN(t) check_all(MF_RUN, run_fields, t, ARRAY_SIZE(t))

void test_query__comparisons_by_type(void)
{
	static const struct expectation t[] = {{"status=failed", true}, {"status = failed", true},
		{"status==completed", false}, {"status!=completed", true}, {"status=f*", true},
		{"status='failed'", true}, {"STATUS=failed", true},
		/* texts */
		{"user_name=alice", true}, {"user_name=Alice", false}, {"user=ali?e", true},
		{"user=[a-c]lice", true}, {"user=[!a-c]*", false}, {"user~^AL", false},
		{"user~^al", true}, {"user!~bob|carol", true}, {"user~(bob|ali)ce", true},
		{"user:LIC", true}, {"user:bob", false}, {"user<bob", true}, {"user>bob", false},
		{"user=\"\"", false}, {"id=17952*", true}, {"id>1795226256521804", true},
		{"id>=1795226256521806", false}, {"id<2", false},
		/* times */
		{"created_at<3h", true}, {"created_at<1h", false}, {"created_at>1h", true},
		{"created_at>=2h", true}, {"created>2h", false}, {"started<=2h", true},
		{"created_at=2026-11-21", true}, {"created_at!=2026-11-21", false},
		{"created_at=2026-11-20", false}, {"created_at>2026-11-20", true},
		{"created_at<2026-11-21T09:59:59Z", false}, {"created_at=2026-11-21T10:00Z", true},
		{"created_at=2026-11-21T10:00:01Z", false},
		{"created_at=2026-11-21T10:00:00Z", true}, {"created_at>='2026-11-21 10:00'", true},
		{"created_at<now", true}, {"created_at~^2026-11-21t10", true},
		{"finished_at<90m", true}, {"finished<90m", true}, {"finished>2026-11-21", true},
		{"finished=false", true}, {"finished=no", true}, {"finished!=true", true},
		{"finished=null", false},
		/* durations, numbers */
		{"duration>90", true}, {"duration>1m30s", true}, {"duration<1.5m", false},
		{"duration_ms=90500", true}, {"duration_ms>90s", true}, {"duration_ms>90", true},
		{"duration_ms<1000", false}, {"n_tasks=12", true}, {"n_tasks>9", true},
		{"n_tasks<=11.5", false}, {"n_tasks~^1", true}, {"n_tasks:12", true},
		/* lists */
		{"tags=nightly", true}, {"tags=night", false}, {"tag=team:*", true},
		{"tag:nightly", true}, {"tags:night", false}, {"tags:user:*", true},
		{"tags!=nightly", false}, {"tags!=other", true}, {"tags~infra$", true},
		{"tags!~infra", false}, {"tags='a b'", true}, {"tags>team", true},
		{"graph_endpoints=start", false},
		/* null */
		{"trigger=null", false}, {"end_task=null", true}, {"end_task!=null", false},
		{"end_task=x", false}, {"end_task!=x", true}, {"end_task='null'", false},
		{"end_task<x", false}, {"user!=NULL", true}, {"end_task:null", true},
		/* ids of the object and of those above it */
		{"flow=MyFlow", true}, {"flow=Other", false}, {"run=17952*", true}};
	CHECK_RUN(t);
}

void test_query__json_and_keys(void)
{
	static const struct expectation t[] = {{"code.sha=ab12", true}, {"code.sha=ab*", true},
		{"code.lines>30", true}, {"code.lines=40.0", true}, {"code.lines>100", false},
		{"code.a.b.c=true", true}, {"code.a.b.c=false", false}, {"code.a.b.c!=false", true},
		{"code.list.name=y", true}, {"code.list.name=z", false},
		{"code.list.0.name=x", true}, {"code.list.1.name=x", false},
		{"code.list.9.name=null", true}, {"code.list.9.name=x", false},
		{"code.missing=null", true}, {"code.missing!=x", true}, {"code.missing=x", false},
		{"code.missing~x", false}, {"code.nothing=null", true}, {"code.at<90m", true},
		{"code.at<30m", false}, {"code.at>2026-11-20", true}, {"code.version>9", true},
		{"code.version=10", true}, {"code~ab12", true}, {"code:\"'sha\"", false},
		{"code:sha", true}, {"code.list:name", true}, {"code=null", false},
		{"trigger:e1", true}, {"trigger~e[0-9]", true}, {"trigger.id=e1", true},
		{"end_task.x=null", true}, {"code.sha.deeper=null", true}};
	CHECK_RUN(t);
}

void test_query__words(void)
{
	static const struct expectation t[] = {{"nightly", true}, {"NIGHT", true}, {"alice", true},
		{"1795226", true}, {"failed", true}, {"completed", false}, {"infra alice", true},
		{"infra,bob", false}, {"team:infra", true}, {"stage:prod", false},
		{"metaflow_version:2", false}, {"'a b'", true}, {"\"team:INFRA\"", true},
		{"myflow", false}, {"", true}, {"   ", true}, {"''", true}, {"night|ly", false},
		{"android", false}, {"notnightly", false}};
	CHECK_RUN(t);
	static const struct expectation task[] = {{"train", false}, {"step=train", true},
		{"task=7", true}, {"task>6", true}, {"flow=MyFlow step:rai", true}, {"dev", true}};
	check_all(MF_TASK, "{\"id\": \"7\", \"runtime_name\": \"dev\"}", task, ARRAY_SIZE(task));
	static const struct expectation artifact[] = {{"size>1KB", true}, {"size<1.5kb", false},
		{"size>=2k", true}, {"size=2048", true}, {"size=2 KiB", false}, {"size<1GB", true},
		{"size='2 KiB'", true}, {"name=m*", true}, {"id=model", true}, {"int", true},
		{"artifact=model", true}};
	check_all(MF_ARTIFACT, "{\"name\": \"model\", \"size\": 2048, \"type\": \"int\"}", artifact,
		ARRAY_SIZE(artifact));
}

void test_query__logic(void)
{
	static const struct expectation t[] = {{"status=failed and user=alice", true},
		{"status=failed user=bob", false}, {"status=failed, user=alice", true},
		{"user=bob or user=alice", true}, {"user=bob||user=alice", true},
		{"user=bob && status=failed", false},
		{"user=bob and status=failed or nightly", true},
		{"user=bob and (status=failed or nightly)", false}, {"not user=bob", true},
		{"!user=bob", true}, {"! user=bob", true}, {"not not user=alice", true},
		{"!(user=alice and nightly)", false}, {"NOT bob AND alice", true},
		{"!bob !carol", true}, {"((alice))", true}, {"(bob)or(alice)", true},
		{"(alice)(bob)", false}, {"alice(nightly)", false}, {"order", false}};
	CHECK_RUN(t);
}

/* What cannot be read decides nothing, also where it is negated. */
void test_query__failures_match_nothing(void)
{
	static const struct expectation t[] = {{"origin=x", false}, {"origin!=x", false},
		{"not origin=x", false}, {"not origin!=x", false}, {"origin=null", false},
		{"origin!=null", false}, {"origin~.", false}, {"origin!~.", false},
		{"origin=x or alice", true}, {"not (origin=x or alice)", false},
		{"not (origin=x and bob)", true}, {"origin.x=null", false},
		{"origin=x and alice", false}, {"zebra", false}, {"not zebra", true}};
	CHECK_RUN(t);
	struct fake f;
	struct mf_query *q;
	fake_init(&f, MF_FLOW, "{}");
	CHECK_FATAL(mf_query_parse(&q, MF_RUN, "not x", NOW, NULL) == MF_OK);
	CHECK(!mf_query_match(q, &f.o));
	mf_query_free(q);
	fake_release(&f);
	mf_query_free(NULL);
}

void test_query__errors(void)
{
	static const struct {
		const char *text;
		int offset;
		const char *message, *hint;
	} t[] = {{"stauts=failed", 0, "a run has no field “stauts”", "did you mean “status”?"},
		{"alice and stauts:failed", 10, "a run has no field “stauts”",
			"did you mean “status”?"},
		{"status=faild", 7, "“faild” is not a status", "did you mean “failed”?"},
		{"status=blue", 7, "“blue” is not a status",
			"it is completed, failed, running, pending or unknown"},
		{"duration>long", 9, "“long” is not a duration", "write 90s, 10m, 1.5h, 2d"},
		{"created_at<soon", 11, "“soon” is not a time",
			"write 2026-11-21, 2026-11-21T08:00:00Z, or an age: 2h, 3d"},
		{"created_at=2h", 11, "an age takes < (less than “2h” ago) or >", ""},
		{"n_tasks=many", 8, "“many” is not a number", "write 3, or null"},
		{"finished<true", 9, "a truth value takes = or !=", ""},
		{"successful=maybe", 11, "“maybe” is not true or false",
			"write true, false or null"},
		{"user<null", 5, "null takes = or !=", ""},
		{"user=", 5, "a value is missing after “=”", ""},
		{"user= ", 6, "a value is missing after “=”", ""},
		{"(user=)", 6, "a value is missing after “=”", ""},
		{"(alice", 6, "a closing parenthesis is missing", ""},
		{"alice)", 5, "a closing parenthesis too many", ""},
		{"()", 1, "something is missing here", ""},
		{"alice and", 9, "something is missing here", ""},
		{"or alice", 0, "something is missing here", ""},
		{"not", 3, "something is missing here", ""},
		{"alice,", 6, "something is missing here", ""},
		{"a or or b", 5, "something is missing here", ""},
		{"'alice", 0, "the quote has no end", ""},
		{"user='alice", 5, "the quote has no end", ""},
		{"user='alice\\'", 5, "the quote has no end", ""},
		{"user~\"(\"", 5, "not a regular expression: Unmatched ( or \\(", ""},
		{"user~(a)\\1", 5, "regular expressions with back references are not supported",
			""},
		{"user~((a{99}){99}){99}", 5, "the regular expression is too large", ""},
		{"code.=x", 0, "a key is missing after “code.”", ""},
		{"code..a=x", 0, "a key is missing after “code.”", ""},
		{"=x", 0, "a field is missing before “=”", ""},
		{"stats <= 3", 0, "a run has no field “stats”", "did you mean “status”?"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_query *q;
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(mf_query_parse(&q, MF_RUN, t[i].text, NOW, &err), MF_EUSAGE);
		CHECK(q == NULL);
		CHECK_STR(err.message, t[i].message);
		CHECK_STR(err.hint, t[i].hint);
		CHECK_INT(err.offset, t[i].offset);
	}
	struct mf_error err = MF_ERROR_INIT;
	struct mf_query *q;
	CHECK_INT(mf_query_parse(&q, MF_ARTIFACT, "xyz=1", NOW, &err), MF_EUSAGE);
	CHECK_STR(err.message, "an artifact has no field “xyz”");
	CHECK(str_starts(err.hint, "it has name, pathspec, sha, size"));
	CHECK_INT(mf_query_parse(&q, MF_ARTIFACT, "xyz=1", NOW, NULL), MF_EUSAGE);
}

/* What regcomp would write out beyond all measure is refused before it starts. */
void test_query__large_regular_expressions(void)
{
	static const struct {
		const char *regex;
		bool fits;
	} t[] = {{"a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+", true}, {"a{1000}", true},
		{"a{6000}", false}, {"a{100}{100}", false}, {"(a{70}b{70}){70}", false},
		{"a++++++++++++++", false}, {"((((((((((((((a)+)+)+)+)+)+)+)+)+)+)+)+)+)+", false},
		{"[+[:alpha:]+]{20}x{,30}", true}, {"[]+]+", true}, {"[^]{9}{9}{9}{9}{9}]", true},
		{"\\+\\{2", true}, {"(a|b)*(c|d)?", true}, {"a{99999999999999999999}", false},
		{"[a-z]+-[0-9]+_[a-z]+-[0-9]+", true}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_query *q;
		struct mf_error err = MF_ERROR_INIT;
		char text[128];
		snprintf(text, sizeof(text), "user~'%s'", t[i].regex);
		mf_query_parse(&q, MF_RUN, text, NOW, &err);
		if ((strcmp(err.message, "the regular expression is too large") == 0) == t[i].fits)
			CHECK_STR(t[i].regex, t[i].fits ? "fits" : "too large");
		mf_query_free(q);
	}
}

void test_query__limits(void)
{
	struct mf_query *q;
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(1 << 20);
	for (int i = 0; i < 70; i++)
		buf_adds(&b, "(!");
	CHECK_INT(mf_query_parse(&q, MF_RUN, b.p, NOW, &err), MF_EUSAGE);
	CHECK_STR(err.message, "parentheses are nested too deeply");
	/* beside each other there may be many */
	struct fake f;
	fake_init(&f, MF_RUN, run_fields);
	buf_clear(&b);
	for (int i = 0; i < 4000; i++)
		buf_adds(&b, i ? " or not(bob)" : "!!(bob)");
	CHECK(matches(&f, b.p));
	fake_release(&f);
	for (int i = 0; i < 4000; i++)
		buf_adds(&b, " and a or b");
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_INT(mf_query_parse(&q, MF_RUN, b.p, NOW, &err), MF_EUSAGE);
	CHECK_STR(err.message, "the query is too long");
	buf_release(&b);
}

void test_query__globs(void)
{
	static const struct {
		const char *pattern, *text;
		bool yes;
	} t[] = {{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true},
		{"a*c", "abbc", true}, {"a*c", "ab", false}, {"*b*", "abc", true},
		{"**", "x", true}, {"?", "", false}, {"?", "é", true}, {"??", "é", false},
		{"a?c", "aéc", true}, {"[é-ü]", "ö", true}, {"[a-c]x", "bx", true},
		{"[!a-c]x", "bx", false}, {"[^a-c]x", "dx", true}, {"[]]", "]", true},
		{"[a", "[a", true}, {"[a-]", "-", true}, {"\\*", "*", true}, {"\\*", "a", false},
		{"a\\", "a\\", true}, {"[\\]]", "]", true},
		{"*aaaa*aaaa*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"*.log", ".log", true}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (query_glob(t[i].pattern, t[i].text, strlen(t[i].text)) != t[i].yes)
			CHECK_STR(t[i].pattern, t[i].text);
}

void test_query__order(void)
{
	static const struct {
		const char *field, *a, *b;
		int order;
	} t[] = {{"id", "{\"id\": \"9\"}", "{\"id\": \"10\"}", -1},
		{"id", "{\"id\": \"argo-1\"}", "{\"id\": \"10\"}", 1},
		{"id", "{\"id\": \"010\"}", "{\"id\": \"10\"}", 0},
		{"user_name", "{\"user_name\": \"B\"}", "{\"user_name\": \"a\"}", -1},
		{"duration_ms", "{\"duration_ms\": 900}", "{\"duration_ms\": 1000}", -1},
		{"duration_ms", "{\"duration_ms\": 900}", "{}", -1},
		{"duration_ms", "{}", "{\"duration_ms\": 900}", 1}, {"duration_ms", "{}", "{}", 0},
		{"user_name", "{\"user_name\": \"<failure>\"}", "{\"user_name\": \"z\"}", 1},
		{"user_name", "{\"user_name\": \"<failure>\"}", "{}", 0},
		{"finished", "{\"finished\": false}", "{\"finished\": true}", -1},
		{"tags", "{\"tags\": [\"a\", \"b\"]}", "{\"tags\": [\"a\", \"c\"]}", -1},
		{"tags", "{\"tags\": []}", "{\"tags\": [\"a\"]}", -1},
		{"tags", "{\"tags\": [1, \"x\"]}", "{\"tags\": [1, \"x\"]}", 0},
		{"code", "{\"code\": {\"a\": 2}}", "{\"code\": {\"a\": 1}}", 1},
		{"n_tasks", "{\"n_tasks\": 1.5}", "{\"n_tasks\": 2}", -1}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake a, b;
		fake_init(&a, MF_RUN, t[i].a);
		fake_init(&b, MF_RUN, t[i].b);
		int field = mf_field_find(MF_RUN, t[i].field),
		    c = mf_object_compare(&a.o, &b.o, field),
		    back = mf_object_compare(&b.o, &a.o, field);
		CHECK_INT((c > 0) - (c < 0), t[i].order);
		CHECK_INT((back > 0) - (back < 0), -t[i].order);
		fake_release(&a);
		fake_release(&b);
	}
}

/* The same through real objects: a field is read when the query asks for it. */
void test_query__a_real_history(void)
{
	const char *dir = test_dir();
	char spec[PATH_MAX];
	static const char *const none[] = {NULL};
	test_write(dir, ".metaflow/F/_meta/_self.json", "{\"flow_id\": \"F\", \"ts_epoch\": 1}");
	test_write(dir, ".metaflow/F/1/_meta/_self.json",
		"{\"user_name\": \"bob\", \"tags\": [\"x\"], \"system_tags\": [\"runtime:dev\"], "
		"\"ts_epoch\": 1795255200000}");
	test_write(dir, ".metaflow/F/2/_meta/_self.json", "broken");
	snprintf(spec, sizeof(spec), "local@%s", dir);
	struct mf_config_options opts = {
		.environ = none, .cwd = dir, .metadata = spec, .proc = "", .now = NOW};
	struct mf_config *config;
	struct mf_client *client;
	CHECK_FATAL(mf_config_load(&config, &opts, NULL) == MF_OK &&
		    mf_client_open(&client, config, NULL) == MF_OK);
	static const struct expectation t[] = {
		{"user=bob tags=x created<3h", true}, {"runtime:dev", true}, {"user=alice", false}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_query *q;
		struct mf_list_options list = MF_LIST_INIT;
		struct mf_iter *iter;
		struct mf_object *o;
		int found = 0;
		CHECK_FATAL(mf_query_parse(&q, MF_RUN, t[i].text, NOW, NULL) == MF_OK);
		list.query = q;
		CHECK_FATAL(mf_list(&iter, client, "F", &list, NULL) == MF_OK);
		while (mf_iter_next(iter, &o, NULL) == 1) {
			found += str_eq(mf_object_id(o), "1");
			mf_object_free(o);
		}
		CHECK_INT(found, t[i].yes);
		mf_iter_free(iter);
		mf_query_free(q);
	}
	mf_client_free(client);
	mf_config_free(config);
}

static int parse_one(void *arg)
{
	struct mf_query *q;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_query_parse(&q, MF_RUN, arg, NOW, &err);
	if (rc == MF_OK)
		mf_query_free(q);
	else
		CHECK_INT(err.code, rc);
	return rc;
}

void test_query__out_of_memory(void)
{
	static char text[] = "!(user~ab* or \"a b\") and code.x.y<2h, tags='x' created_at>2h "
			     "status=failed nightly";
	test_every_alloc(parse_one, text);
}
