#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/base/fmt.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

static const char *const levels[] = {"fine", "note", "warning", "problem"};

/* All findings as "level topic: text [hint]\n"; valid until the program ends. */
static const char *told(const struct mf_doctor *d)
{
	struct buf b = BUF_INIT(1 << 20);
	for (size_t i = 0; i < mf_doctor_count(d); i++) {
		const struct mf_diagnosis *f = mf_doctor_finding(d, i);
		buf_addf(&b, "%s %s: %s%s%s%s\n", levels[f->level], f->topic, f->text,
			f->hint ? " [" : "", f->hint ? f->hint : "", f->hint ? "]" : "");
		CHECK(f->text[0] && !strchr(f->text, '\n'));
	}
	CHECK(mf_doctor_finding(d, mf_doctor_count(d)) == NULL);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

static const char *examine(
	const struct mf_config *config, struct mf_client *client, const struct mf_error *opened)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_doctor *d = NULL;
	CHECK_INT(mf_doctor_run(&d, config, client, opened, &err), MF_OK);
	CHECK_FATAL(d != NULL);
	const char *text = told(d);
	mf_doctor_free(d);
	return text;
}

static void has(const char *text, const char *part, const char *file, int line)
{
	bool found = strstr(text, part) != NULL;
	if (!found)
		printf("\n%s:%d: no «%s» in\n%s", file, line, part, text);
	CU_assertImplementation(found, (unsigned)line, part, file, "", CU_FALSE);
}
#define HAS(text, part) has((text), (part), __FILE__, __LINE__)
#define HAS_NOT(text, part) CHECK(strstr((text), (part)) == NULL)

/* ---- local histories ---- */

enum { T0 = 1000 };

static void begin(struct history *h)
{
	history_init(h);
	h->user = "alice";
	history_run(h, "Old/1", T0, NULL, "[\"user:bob\"]");
	history_run(h, "New/2", T0 + 5000, NULL, "[\"user:alice\"]");
	history_done_task(h, "New/2/_parameters/1", T0 + 5000);
	history_artifact(h, "New/2/_parameters/1", 0, "alpha", "\"a value\"", T0 + 5001);
	history_open(h);
}

void test_doctor__local_history(void)
{
	struct history h;
	begin(&h);
	const char *text = examine(h.config, h.client, NULL);
	HAS(text, "fine configuration: the environment wins over files, and sets METAFLOW_USER\n");
	HAS(text, textf("fine configuration: %s/.metaflow/config.json was read, and sets nothing "
			"that is in force\n",
			  h.dir));
	HAS(text, "fine configuration: metadata provider: local, the default\n");
	HAS(text, textf("fine history: %s/.metaflow holds 2 flows (nearest .metaflow at or above "
			"%s)\n",
			  h.dir, h.dir));
	HAS(text, "fine namespace: you are alice (METAFLOW_USER from environment); your namespace "
		  "is user:alice, and New has runs "
		  "in it\n");
	HAS(text, "fine datastore: new runs store their data in: local, the default\n");
	HAS(text, textf("fine datastore: the data of the newest run, New/2, is in %s/.metaflow, "
			"and can be read\n",
			  h.dir));
	HAS(text, "cache: /nonexistent/.cache/mfkit ");
	HAS_NOT(text, "problem");
	h.user = "carol";
	history_open(&h);
	HAS(examine(h.config, h.client, NULL), "note namespace: you are carol (METAFLOW_USER from "
					       "environment); no run of New is in "
					       "your namespace, user:carol [");
	history_close(&h);
}

void test_doctor__settings_and_their_files(void)
{
	struct history h;
	begin(&h);
	history_file(&h, "config.json",
		"{\"METAFLOW_USER\": \"team\", \"METAFLOW_SERVICE_URL\": \"http://svc\", "
		"\"METAFLOW_SERVICE_AUTH_KEY\": \"hush\"}");
	h.user = NULL;
	history_open(&h);
	const char *text = examine(h.config, h.client, NULL);
	HAS(text, textf("fine configuration: %s/.metaflow/config.json sets "
			"METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_URL, "
			"METAFLOW_USER\n",
			  h.dir));
	HAS(text, textf("note configuration: METAFLOW_SERVICE_URL from %s/.metaflow/config.json is "
			"set, but not asked: the provider is "
			"local [METAFLOW_DEFAULT_METADATA=service",
			  h.dir));
	HAS(text, textf("you are team (METAFLOW_USER from %s/.metaflow/config.json)", h.dir));
	HAS_NOT(text, "hush");
	HAS_NOT(text, "was read");
	history_close(&h);
}

void test_doctor__data_that_is_missing(void)
{
	struct history h;
	begin(&h);
	const char *dir = textf("%s/.metaflow/New/data", h.dir), *away = textf("%s/away", h.dir);
	CHECK(rename(dir, away) == 0);
	HAS(examine(h.config, h.client, NULL),
		textf("problem datastore: the data of the newest run is not all there: "));
	HAS(examine(h.config, h.client, NULL), " is missing from ");
	HAS(examine(h.config, h.client, NULL),
		"[`mfctl verify New/2` tells all that is missing or damaged]");
	CHECK(rename(away, dir) == 0);
	HAS_NOT(examine(h.config, h.client, NULL), "problem");
	history_close(&h);
}

void test_doctor__data_elsewhere(void)
{
	struct history h;
	begin(&h);
	static const char *const names[] = {"alpha", "_success", "_task_ok"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		history_file(&h, textf("New/2/_parameters/1/_meta/0_artifact_%s.json", names[i]),
			textf("{\"name\": \"%s\", \"ds_type\": \"hdfs\", \"location\": "
			      "\":root:hdfs://host/x\", \"sha\": "
			      "\"0123456789012345678901234567890123456789\", \"ts_epoch\": 1, "
			      "\"attempt_id\": 0}",
				names[i]));
	history_open(&h);
	HAS(examine(h.config, h.client, NULL),
		"note datastore: the data of the newest run, New/2, is in “hdfs”, a kind of datastore that is not known: "
		"values and logs cannot be shown [--datastore-root DIR ");
	history_close(&h);
}

void test_doctor__odd_histories(void)
{
	struct history h;
	history_init(&h);
	history_open(&h);
	const char *text = examine(h.config, h.client, NULL);
	HAS(text, "warning history: ");
	HAS(text, "holds no flow");
	history_run(&h, "F/1", T0, NULL, NULL);
	history_file(&h, "Bad/_meta/_self.json", "{");
	history_open(&h);
	text = examine(h.config, h.client, NULL);
	HAS(text, "warning history: 1 record cannot be read, the first of them: ");
	HAS(text, "holds 1 flow (");
	HAS(text, "note datastore: the newest run, F/1, has stored nothing yet\n");
	HAS(text, "warning namespace: the user is not known: there are no “my runs” [set "
		  "METAFLOW_USER]\n");
	history_run(&h, "F/2", h.now + 7200000, NULL, NULL);
	history_open(&h);
	HAS(examine(h.config, h.client, NULL),
		"warning clock: the newest run, F/2, was made 2h00m from now: ");
	history_close(&h);
}

void test_doctor__nothing_to_open(void)
{
	const char *env[] = {"HOME=/nonexistent", "METAFLOW_USER=alice", NULL}, *dir = test_dir();
	struct mf_config_options o = {.environ = env, .cwd = dir};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_config *config;
	struct mf_client *client;
	CHECK_FATAL(mf_config_load(&config, &o, NULL) == MF_OK);
	CHECK_INT(mf_client_open(&client, config, &err), MF_ENOTFOUND);
	const char *text = examine(config, NULL, &err);
	HAS(text,
		textf("problem history: no .metaflow directory in %s or above it [change to", dir));
	HAS(text, "fine namespace: you are alice");
	HAS(text, "fine datastore: new runs");
	mf_config_free(config);

	test_write(dir, "bad.json", "{");
	o.file = textf("%s/bad.json", dir);
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_INT(mf_config_load(&config, &o, &err), MF_ECORRUPT);
	text = examine(NULL, NULL, &err);
	HAS(text, textf("problem configuration: %s/bad.json: configuration file cannot be used: ",
			  dir));

	/* what an error quotes may hold a password */
	o.file = NULL;
	o.metadata = "ftp://alice:hush@host/x";
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_FATAL(mf_config_load(&config, &o, NULL) == MF_OK);
	CHECK(mf_client_open(&client, config, &err) < 0);
	text = examine(config, NULL, &err);
	HAS(text, "problem configuration: ftp://host/x: ");
	HAS_NOT(text, "hush");
	mf_config_free(config);
}

void test_doctor__cache(void)
{
	const char *dir = test_dir(),
		   *env[] = {"HOME=/nonexistent", textf("XDG_CACHE_HOME=%s", dir), NULL};
	struct mf_config_options o = {.environ = env, .cwd = "/"};
	struct mf_error none = {.code = MF_ENOTFOUND, .message = "nothing"};
	struct mf_config *config;
	CHECK_FATAL(mf_config_load(&config, &o, NULL) == MF_OK);
	HAS(examine(config, NULL, &none),
		textf("fine cache: %s/mfkit is made when there is something to keep\n", dir));
	test_write(dir, "mfkit/a/b", "0123456789");
	test_write(dir, "mfkit/c", "01");
	/* what leads elsewhere is not counted */
	CHECK(symlink("/", textf("%s/mfkit/root", dir)) == 0);
	HAS(examine(config, NULL, &none), textf("fine cache: %s/mfkit holds 12 B\n", dir));
	mf_config_free(config);
	env[1] = textf("XDG_CACHE_HOME=%s/mfkit/c", dir);
	CHECK_FATAL(mf_config_load(&config, &o, NULL) == MF_OK);
	HAS(examine(config, NULL, &none), "warning cache: ");
	mf_config_free(config);
	env[0] = "A=b";
	env[1] = NULL;
	CHECK_FATAL(mf_config_load(&config, &o, NULL) == MF_OK);
	HAS(examine(config, NULL, &none),
		"note cache: no home directory: nothing is kept between calls [");
	mf_config_free(config);
}

/* n-th allocation fails: an error, or (where it was not missed) the same findings as ever; never
 * half of them. */
static void with_faults(
	const struct mf_config *config, struct mf_client *client, const char *want, long step)
{
	for (long n = 1; n < 100000; n += step) {
		struct mf_error err = MF_ERROR_INIT;
		struct mf_doctor *d;
		test_fail_alloc(n);
		int rc = mf_doctor_run(&d, config, client, NULL, &err);
		bool hit = test_alloc_failed();
		test_fail_alloc(0);
		if (rc < 0) {
			CHECK_INT(rc, MF_ENOMEM);
			CHECK(!d && hit && err.code == MF_ENOMEM);
		} else {
			CHECK_STR(told(d), want);
			mf_doctor_free(d);
		}
		if (!hit)
			return;
	}
}

void test_doctor__allocation_failure(void)
{
	struct history h;
	begin(&h);
	const char *want = examine(h.config, h.client, NULL);
	with_faults(h.config, h.client, want, 1);
	history_close(&h);
}

/* ---- services ---- */

struct fake {
	struct httpd *d;
	struct mf_config *config;
	struct mf_client *client;
	const char *version; /* announced */
	bool pages, old;     /* old: without the routes that came after 2.0.5 */
	bool differs;        /* every other request meets an instance of another version */
	bool half_pages, half_down;
	bool database_down, api_only;
	int gateway;      /* every reply has this status */
	const char *page; /* every reply is this */
	const char *date;
	int64_t beat; /* of the newest run, s; 0: a minute after it was made */
	const char *ds_root, *migration;
	char seen[4096]; /* headers of the last request for migrations */
};

#define RUN_TS "1795230553381"

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);
	return n >= k && str_eq(s + n - k, with);
}

static void add_data(
	const struct fake *f, const struct httpd_request *req, struct httpd_reply *r, bool limited)
{
	const char *path = req->path;
	if (str_eq(path, "/flows")) {
		buf_adds(&r->body, "[{\"flow_id\": \"F\", \"ts_epoch\": 5, \"tags\": null}");
		buf_adds(&r->body, limited ? "]" : ", {\"flow_id\": \"Older\", \"ts_epoch\": 3}]");
	} else if (str_eq(path, "/flows/F/runs")) {
		if (limited && strstr(req->query, "_tags=user%3Aalice"))
			buf_adds(&r->body, "[]");
		else
			buf_addf(&r->body,
				"[{\"run_number\": 7, \"ts_epoch\": " RUN_TS
				", \"last_heartbeat_ts\": %lld, \"tags\": "
				"null, \"system_tags\": [\"user:bob\"]}]",
				(long long)(f->beat ? f->beat : 1795230613));
	} else if (str_eq(path, "/flows/F/runs/7/steps/_parameters/artifacts")) {
		buf_addf(&r->body,
			"[{\"name\": \"p\", \"ds_type\": \"local\", \"location\": \":root:%s\", "
			"\"sha\": "
			"\"0123456789012345678901234567890123456789\"}]",
			f->ds_root ? f->ds_root : "/nonexistent/.metaflow");
	} else {
		buf_adds(&r->body, "[]");
	}
}

static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *r)
{
	struct fake *f = arg;
	const char *path = req->path;
	bool second = req->connection % 2 == 0,
	     limited = f->pages && strstr(req->query, "_limit=") && !(f->half_pages && second);
	if (f->date)
		buf_addf(&r->headers, "Date: %s\r\n", f->date);
	if (f->gateway || f->page) {
		r->status = f->gateway ? f->gateway : 200;
		buf_adds(&r->body, f->page ? f->page : "{\"message\": \"Forbidden\"}");
		buf_adds(&r->headers,
			r->status == 302 ? "Location: https://login.example.com/x?token=hush\r\n"
					 : "");
		return;
	}
	if (ends(path, "/db_schema_status")) {
		snprintf(f->seen, sizeof(f->seen), "%s", req->headers);
		buf_adds(&r->body, f->migration);
		return;
	}
	if (f->version)
		buf_addf(&r->headers, "METADATA_SERVICE_VERSION: %s\r\n",
			f->differs && second ? "2.3.0" : f->version);
	if (limited)
		buf_adds(&r->headers, "X-Limit: 1\r\n");
	if (str_eq(path, "/ping") && f->api_only) {
		r->status = 403;
		buf_adds(&r->body, "{\"message\": \"Missing Authentication Token\"}");
	} else if (f->half_down && second) {
		r->status = 502;
	} else if (str_eq(path, "/ping")) {
		buf_adds(&r->body, "pong");
	} else if (f->database_down) {
		r->status = 500;
		buf_adds(&r->body, "500 Internal Server Error\n\nServer got itself in trouble");
	} else if (str_eq(path, "/healthcheck")) {
		buf_adds(&r->body, "\"{\\\"status\\\": \\\"UP\\\"}\"");
	} else if (f->old && (strstr(path, "/filtered_tasks") || strstr(path, "/attempt/") ||
				     ends(path, "/tag/mutate"))) {
		r->status = 404;
		buf_adds(&r->body, "404: Not Found");
	} else if (ends(path, "/tag/mutate")) {
		CHECK_STR(req->method, "GET");
		r->status = 405;
		buf_adds(&r->body, "405: Method Not Allowed");
	} else {
		add_data(f, req, r, limited);
	}
}

static void fake_open(struct fake *f, const char *extra, int64_t deadline)
{
	f->d = f->d ? f->d : httpd_start(answer, f, 0);
	const char *env[] = {"HOME=/nonexistent", "METAFLOW_USER=alice",
		"METAFLOW_DEFAULT_METADATA=service",
		textf("METAFLOW_SERVICE_URL=%s", httpd_url(f->d, "/")),
		"METAFLOW_SERVICE_AUTH_KEY=hush", extra, NULL};
	struct mf_config_options o = {.environ = env, .cwd = "/", .deadline = deadline};
	struct mf_error err = MF_ERROR_INIT;
	CHECK_FATAL(mf_config_load(&f->config, &o, &err) == MF_OK);
	if (mf_client_open(&f->client, f->config, &err) < 0)
		printf("\n%s\n", err.message);
	CHECK_FATAL(f->client != NULL);
}

static void fake_close(struct fake *f)
{
	mf_client_free(f->client);
	mf_config_free(f->config);
	if (f->d)
		httpd_stop(f->d);
}

/* What is said of a service that answers like this. */
static const char *of_service(struct fake f)
{
	fake_open(&f, NULL, 0);
	const char *text = examine(f.config, f.client, NULL);
	CHECK(mf_client_stats(f.client).requests <= 20);
	HAS_NOT(text, "hush");
	fake_close(&f);
	return text;
}

void test_doctor__service(void)
{
	const char *text = of_service((struct fake){.version = "2.5.1", .pages = true});
	HAS(text, "fine configuration: metadata provider: service, METAFLOW_DEFAULT_METADATA from "
		  "environment; METAFLOW_SERVICE_URL "
		  "from environment\n");
	HAS(text, "fine service: headers sent: x-api-key\n");
	HAS(text, "fine service: http://127.0.0.1:");
	HAS(text, "fine version: it announces version 2.5.1\n");
	HAS(text, "fine version: pages and filters: yes\n");
	HAS(text, "fine version: looking for tasks by their metadata: yes\n");
	HAS(text, "fine version: reading a chosen attempt: yes\n");
	HAS(text, "fine version: changing tags: yes\n");
	HAS(text, "fine instances: 6 requests, each on its own connection, were answered alike\n");
	HAS(text, "fine database: the service reaches it\n");
	HAS(text, "note namespace: you are alice (METAFLOW_USER from environment); no run of F is "
		  "in your namespace");
	HAS(text, "warning datastore: the data of the newest run, F/7, is in "
		  "/nonexistent/.metaflow, which is not on this machine "
		  "[--datastore-root DIR");
	HAS_NOT(text, "problem");
}

void test_doctor__service_that_is_old(void)
{
	const char *text = of_service((struct fake){.version = "2.0.5", .old = true});
	HAS(text, "note version: a newer service is needed for pages and filters: later than "
		  "2.5.1; this one is 2.0.5 [");
	HAS(text, "note version: a newer service is needed for looking for tasks by their "
		  "metadata: 2.5.0 or later; this one is "
		  "2.0.5 [");
	HAS(text, "warning version: a newer service is needed for reading a chosen attempt: 2.0.6 "
		  "or later; this one is 2.0.5 [");
	HAS(text, "warning version: a newer service is needed for changing tags: 2.3.0 or later; "
		  "this one is 2.0.5 [");
	HAS(text, "no run of F is in your namespace");
	text = of_service((struct fake){.old = true});
	HAS(text, "note version: it announces no version\n");
	HAS(text, "for changing tags: 2.3.0 or later; this one is of an unknown version");
}

void test_doctor__instances_that_differ(void)
{
	HAS(of_service((struct fake){.version = "2.5.1", .differs = true}),
		"warning instances: a load balancer is in front of instances that differ: versions "
		"2.5.1 and 2.3.0 [");
	HAS(of_service((struct fake){.version = "2.5.1", .pages = true, .half_pages = true}),
		"warning instances: a load balancer is in front of instances that differ: ");
	HAS(of_service((struct fake){.version = "2.5.1", .half_down = true}),
		"warning instances: some requests are answered and others are not: a gateway "
		"cannot reach");
}

void test_doctor__gateways(void)
{
	const char *text = of_service((struct fake){.gateway = 403});
	HAS(text, "problem access: http://127.0.0.1:");
	HAS(text, "access was refused (HTTP 403): Forbidden [");
	text = of_service((struct fake){.gateway = 302});
	HAS(text, "problem access: ");
	HAS(text, "redirects (HTTP 302) to login.example.com [");
	text = of_service((struct fake){.page = "<html><title>Sign in</title></html>"});
	HAS(text, "problem service: ");
	HAS(text, "a web page came where the metadata service should answer (HTTP 200) [");
	text = of_service((struct fake){.page = "hello\nworld"});
	HAS(text, "problem service: what answers at ");
	HAS(text, "is no metadata service: it says “hello” [");
	HAS(of_service((struct fake){.gateway = 404, .page = "404: Not Found"}),
		"does not know /ping, which every metadata service answers "
		"(HTTP 404) [the URL lacks a path prefix");
	/* one that lets through lists alone */
	text = of_service((struct fake){.version = "2.5.1", .api_only = true});
	HAS(text, "warning access: ");
	HAS(text, "fine database: the service reaches it\n");
	HAS_NOT(text, "problem");
}

void test_doctor__nobody_answers(void)
{
	struct fake f = {.page = ""};
	fake_open(&f, textf("METAFLOW_SERVICE_RETRY_COUNT=%d", 5), 0);
	httpd_stop(f.d);
	f.d = NULL;
	int64_t before = clock_now_ms();
	const char *text = examine(f.config, f.client, NULL);
	CHECK(clock_now_ms() - before < 3000);
	CHECK(mf_client_stats(f.client).requests <= 2);
	HAS(text, "problem service: http://127.0.0.1:");
	HAS(text, ": connection refused [is the service running, is the port right?]\n");
	HAS(text, "fine namespace: you are alice");
	HAS(text, "fine datastore: new runs");
	fake_close(&f);
}

static void hang(void *arg, const struct httpd_request *req, struct httpd_reply *r)
{
	(void)arg;
	(void)req;
	r->fault = HTTPD_HANG;
	r->fault_at = HTTPD_BEFORE;
}

void test_doctor__answers_that_never_come(void)
{
	struct fake f = {.d = httpd_start(hang, NULL, 0)};
	fake_open(&f, NULL, clock_now_ms() + 400);
	const char *text = examine(f.config, f.client, NULL);
	HAS(text, "problem service: http://127.0.0.1:");
	fake_close(&f);
}

void test_doctor__database(void)
{
	const char *text = of_service((struct fake){.version = "2.5.1", .database_down = true});
	HAS(text, "problem database: the service cannot reach its database (HTTP 500) [");
	HAS(text, "note version: pages and filters: not told\n");
	HAS(text, "changing tags: not told: ");
	HAS(text, "fine namespace: you are alice");
}

void test_doctor__migrations(void)
{
	static const struct {
		const char *reply, *want;
	} t[] = {
		{"{\"is_up_to_date\": true, \"migration_in_progress\": false, "
		 "\"unapplied_migrations\": []}",
			"fine database: all migrations are applied\n"},
		{"{\"is_up_to_date\": false, \"migration_in_progress\": true, "
		 "\"unapplied_migrations\": [\"1\"]}",
			"warning database: a migration is in progress ["},
		{"{\"is_up_to_date\": false, \"migration_in_progress\": false, "
		 "\"unapplied_migrations\": [\"1\", \"2\"]}",
			"warning database: 2 migrations are not applied ["},
		{"pong", "warning database: what answers at MFCTL_MIGRATION_URL does not tell "
			 "about migrations ["},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f = {.version = "2.5.1", .migration = t[i].reply};
		fake_open(&f, NULL, 0);
		setenv("MFCTL_MIGRATION_URL", httpd_url(f.d, "/migrations/"), 1);
		HAS(examine(f.config, f.client, NULL), t[i].want);
		unsetenv("MFCTL_MIGRATION_URL");
		CHECK(f.seen[0] &&
			!strstr(f.seen, "hush")); /* our keys are for the service alone */
		fake_close(&f);
	}
}

void test_doctor__clocks(void)
{
	HAS(of_service((struct fake){.version = "2.5.1"}),
		"note clock: not told: replies have no Date\n");
	HAS(of_service((struct fake){.version = "2.5.1", .date = "Sun, 06 Nov 1994 08:49:37 GMT"}),
		"warning clock: the service's clock is ");
	HAS(of_service((struct fake){.version = "2.5.1", .date = "Sun, 06 Nov 1994 08:49:37 GMT"}),
		" behind ours [set the one");
	/* heartbeats of a run before it was made: two hours */
	HAS(of_service((struct fake){.version = "2.5.1", .pages = true, .beat = 1795230553 - 7195}),
		"warning clock: heartbeats of runs are about 2 h too early: the service runs in "
		"another time zone than UTC [");
	/* after the present: five hours and a half */
	HAS(of_service((struct fake){.version = "2.5.1",
		    .date = "Sat, 21 Nov 2026 03:09:13 GMT",
		    .beat = 1795230553 + 19800}),
		"warning clock: heartbeats of runs are about 5.5 h too late: ");
	HAS_NOT(of_service((struct fake){.version = "2.5.1",
			.date = "Sat, 21 Nov 2026 03:09:13 GMT",
			.beat = 1795230553 + 10}),
		"heartbeats");
}

void test_doctor__data_of_a_service(void)
{
	const char *dir = test_dir(), *root = textf("%s/.metaflow", dir);
	CHECK(mkdir(root, 0755) == 0);
	struct fake f = {.version = "2.5.1", .ds_root = root};
	HAS(of_service(f), textf("problem datastore: the data of the newest run is not all there: "
				 "p of F/7 is missing from %s [",
				   root));
	test_write(root, "F/data/01/0123456789012345678901234567890123456789", "x");
	HAS(of_service(f), textf("fine datastore: the data of the newest run, F/7, is in %s, and "
				 "can be read\n",
				   root));
	/* a record cannot send us anywhere else */
	f.ds_root = textf("%s/../../etc/.metaflow", dir);
	HAS(of_service(f), "is in a place that is not recorded, which is not on this machine");
}

void test_doctor__hostile_service(void)
{
	static const char *const bodies[] = {"[", "[]", "{}", "[1, null, [[[", "\"pong\"",
		"[{\"flow_id\": 5}]",
		"[{\"flow_id\": \"\\u0000/../x\", \"run_number\": \"..\", \"ts_epoch\": "
		"99999999999999999999, \"last_heartbeat_ts\": "
		"-9223372036854775808, \"sha\": \"zz\", \"tags\": {}}]"};
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		const char *text = of_service((struct fake){.page = bodies[i]});
		HAS(text, "problem service: ");
	}
}

void test_doctor__service_under_faults(void)
{
	struct fake f = {.version = "2.5.1", .pages = true};
	fake_open(&f, NULL, 0);
	for (long n = 1; n < 100000; n += 1 + n / 8) {
		struct mf_error err = MF_ERROR_INIT;
		struct mf_doctor *d;
		test_fail_alloc(n);
		int rc = mf_doctor_run(&d, f.config, f.client, NULL, &err);
		bool hit = test_alloc_failed();
		test_fail_alloc(0);
		CHECK(rc == MF_OK || (rc == MF_ENOMEM && hit && !d));
		mf_doctor_free(d);
		if (!hit)
			break;
	}
	fake_close(&f);
}
