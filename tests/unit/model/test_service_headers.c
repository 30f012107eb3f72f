/* Headers that requests carry, and that nobody is told about them. */
#include "../../../clientlib/model/service.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

static const char flow[] = "{\"flow_id\": \"F\", \"ts_epoch\": 1}";

/* Value of a header of the last request; "-": it was not sent. */
static const char *sent(struct fake *f, const char *name)
{
	struct fake_request r = fake_last(f, "GET");
	struct httpd_request req = {.headers = r.headers};
	char buf[300];
	bool there = strcasestr(r.headers, textf("\n%s:", name)) != NULL;
	return there ? textf("%s", httpd_header(&req, name, buf, sizeof(buf))) : "-";
}

void test_service_headers__from_the_configuration(void)
{
	static const struct {
		const char *headers, *key;
		const char *authorization, *api_key, *other;
	} t[] = {
		{NULL, NULL, "-", "-", "-"},
		{NULL, "k1", "-", "k1", "-"},
		{"{\"Authorization\": \"Bearer t1\", \"X-Other\": \"a: b\"}", NULL, "Bearer t1",
			"-", "a: b"},
		/* the key comes after, and wins in any spelling */
		{"{\"X-API-Key\": \"no\", \"x-other\": \"1\", \"X-OTHER\": \"2\"}", "k2", "-", "k2",
			"2"},
		{"{}", "", "-", "-", "-"},
		{"", "k3", "-", "k3", "-"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		size_t n = 0;
		fake_init(&f);
		if (t[i].headers)
			f.env[n++] = textf("METAFLOW_SERVICE_HEADERS=%s", t[i].headers);
		if (t[i].key)
			f.env[n++] = textf("METAFLOW_SERVICE_AUTH_KEY=%s", t[i].key);
		fake_on(&f, "/flows/F", 200, flow);
		fake_open(&f);
		CHECK_STR(fake_get(&f, "F"), "ok");
		CHECK_STR(sent(&f, "Authorization"), t[i].authorization);
		CHECK_STR(sent(&f, "x-api-key"), t[i].api_key);
		CHECK_STR(sent(&f, "x-other"), t[i].other);
		CHECK(str_starts(sent(&f, "User-Agent"), "mfkit/"));
		fake_close(&f);
	}
}

void test_service_headers__invalid(void)
{
	static const char *const t[] = {"no JSON", "[\"Authorization: hush-hush\"]",
		"\"hush-hush\"", "5", "{\"a b\": \"hush-hush\"}", "{\"\": \"hush-hush\"}",
		"{\"X\": \"hush-hush\\nEvil: 1\"}", "{\"X\": \"hush-hush\\r\"}",
		"{\"X\\r\\nEvil\": \"hush-hush\"}", "{\"X:\": \"hush-hush\"}",
		"{\"X\": \"hush-hush\\u0000\"}", "{\"X\": \"hush-hush"};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		fake_init(&f);
		f.env[0] = textf("METAFLOW_SERVICE_HEADERS=%s", t[i]);
		CHECK_INT(fake_try(&f), MF_EUSAGE);
		CHECK(strstr(f.err.message, "METAFLOW_SERVICE_HEADERS") != NULL);
		CHECK(!strstr(f.err.message, "hush") && !strstr(f.err.hint, "hush"));
		CHECK_INT(fake_count(&f, ""), 0);
		fake_close(&f);
	}
}

/* ---- the command ---- */

/* A command that prints `first` when it runs for the first time, then `second`; the file counts. */
static const char *counting(const char *dir, const char *first, const char *second)
{
	return textf(
		"MFCTL_SERVICE_HEADERS_COMMAND=echo x >>'%s/runs'; if [ $(wc -l <'%s/runs') = 1 ]; "
		"then printf '%s'; else printf '%s'; fi",
		dir, dir, first, second);
}

static int runs_of(const char *dir)
{
	FILE *file = fopen(textf("%s/runs", dir), "r");
	int n = 0;
	for (int c; file && (c = getc(file)) != EOF;)
		n += c == '\n';
	if (file)
		fclose(file);
	return n;
}

/* Wants a header; without it the answer of a gateway. */
static void guarded(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	char value[100];
	if (str_eq(httpd_header(req, "Authorization", value, sizeof(value)), self)) {
		buf_adds(&reply->body, flow);
		return;
	}
	reply->status = 401;
	buf_adds(&reply->body, "{\"message\": \"The token has expired\"}");
}

void test_service_headers__command(void)
{
	const char *const outputs[] = {"Authorization: t1\\n",
		"\\n \\nAuthorization:t1  \\r\\nX-B: \\n", "{\"authorization\": \"t1\"}",
		" \\n{\"AUTHORIZATION\":\\n\"t1\"}\\n", "Authorization:\\tt1"};
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		const char *dir = test_dir();
		struct fake f;
		fake_init(&f);
		f.env[0] = counting(dir, outputs[i], "no");
		f.env[1] = "METAFLOW_SERVICE_HEADERS={\"Authorization\": \"old\"}";
		char want[] = "t1";
		fake_make(&f, "/flows/F", guarded, want);
		fake_open(&f);
		CHECK_STR(fake_get(&f, "F"), "ok");
		CHECK_STR(fake_get(&f, "F"), "ok");
		CHECK_INT(runs_of(dir), 1);
		CHECK_INT(fake_count(&f, ""), 2);
		fake_close(&f);
	}
}

/* When they are no longer accepted, it is asked for other ones, once. */
void test_service_headers__expired(void)
{
	const char *dir = test_dir();
	struct fake f;
	char want[] = "t2";
	fake_init(&f);
	f.env[0] = counting(dir, "Authorization: t1", "Authorization: t2");
	fake_make(&f, "/flows/F", guarded, want);
	fake_open(&f);
	CHECK_STR(fake_get(&f, "F"), "ok");
	CHECK_INT(runs_of(dir), 2);
	CHECK_INT(fake_count(&f, ""), 2);
	CHECK_STR(fake_get(&f, "F"), "ok");
	CHECK_INT(runs_of(dir), 2);
	CHECK_INT(fake_count(&f, ""), 3);
	/* those are refused, too: that is the answer */
	want[1] = '3';
	CHECK_STR(fake_get(&f, "F"),
		"not_allowed: access was refused (HTTP 401): The token has expired");
	CHECK_INT(fake_count(&f, ""), 5);
	CHECK_INT(runs_of(dir), 3);
	fake_close(&f);
	/* without a command nothing changes */
	fake_init(&f);
	f.env[0] = "METAFLOW_SERVICE_HEADERS={\"Authorization\": \"t1\"}";
	fake_make(&f, "/flows/F", guarded, want);
	fake_open(&f);
	CHECK(str_starts(fake_get(&f, "F"), "not_allowed: "));
	CHECK_INT(fake_count(&f, ""), 1);
	fake_close(&f);
}

static void *get_flow(void *arg)
{
	struct mf_object *o;
	int rc = mf_get(&o, arg, "F", NULL, NULL);
	mf_object_free(o);
	return rc == MF_OK ? arg : NULL;
}

/* Many find out at once: the command runs for all of them. */
void test_service_headers__expired_for_many(void)
{
	const char *dir = test_dir();
	struct fake f;
	pthread_t threads[8];
	char want[] = "t2";
	fake_init(&f);
	f.env[0] = counting(dir, "Authorization: t1", "Authorization: t2");
	fake_make(&f, "/flows/F", guarded, want)->delay_ms = 20;
	fake_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		CHECK_FATAL(pthread_create(&threads[i], NULL, get_flow, f.client) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		void *good;
		pthread_join(threads[i], &good);
		CHECK(good != NULL);
	}
	CHECK_INT(runs_of(dir), 2);
	fake_close(&f);
}

void test_service_headers__command_fails(void)
{
	static const struct {
		const char *command;
		int code;
		const char *message;
	} t[] = {
		{"echo 'X: hush-hush'; exit 3", MF_EACCESS,
			"MFCTL_SERVICE_HEADERS_COMMAND ended with status 3"},
		{"kill -9 $$", MF_EACCESS, "MFCTL_SERVICE_HEADERS_COMMAND ended with status 137"},
		{"echo hush-hush", MF_EUSAGE,
			"the output of MFCTL_SERVICE_HEADERS_COMMAND holds something that is no "
			"HTTP header"},
		{"echo '{hush-hush'", MF_EUSAGE,
			"the output of MFCTL_SERVICE_HEADERS_COMMAND is no JSON object of headers"},
		{"yes hush-hush", MF_ELIMIT, "MFCTL_SERVICE_HEADERS_COMMAND prints too much"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		fake_init(&f);
		f.env[0] = textf("MFCTL_SERVICE_HEADERS_COMMAND=%s", t[i].command);
		CHECK_INT(fake_try(&f), t[i].code);
		CHECK_STR(f.err.message, t[i].message);
		CHECK(!strstr(f.err.hint, "hush"));
		fake_close(&f);
	}
}

/* ---- secrets ---- */

static void check_hidden(const char *text)
{
	/* of those in secrets(); the last is the encoded form of the second */
	static const char *const secrets[] = {
		"k3y-0f-all", "pa55w0rd", "t0ken-123", "c0mmand-9", "cGE1NXcwcmQ"};
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
		if (strstr(text, secrets[i]))
			CHECK_STR(text, "(without secrets)");
		CHECK(!strstr(text, secrets[i]));
	}
}

/* What a gateway may say: it repeats all that it got. */
static void echo(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	const int *mode = self;
	if (*mode == 1) {
		reply->fault = HTTPD_CLOSE;
		reply->fault_at = HTTPD_BEFORE;
		return;
	}
	reply->status = *mode;
	buf_adds(&reply->body, "{\"message\": \"not a valid header: ");
	for (const char *p = req->headers; *p; p++)
		if (*p >= ' ' && *p != '"')
			buf_addc(&reply->body, *p);
	buf_adds(&reply->body, "\"}");
}

void test_service_headers__secrets(void)
{
	static const int modes[] = {1, 400, 403, 429, 500, 502, 200};
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct mf_request requests[4];
		struct mf_link link;
		struct fake f;
		int mode = modes[i];
		fake_init(&f);
		f.user = "alice:pa55w0rd@";
		f.env[0] = "METAFLOW_SERVICE_AUTH_KEY=k3y-0f-all";
		f.env[1] = "METAFLOW_SERVICE_HEADERS={\"X-Token\": \"Bearer t0ken-123\"}";
		f.env[2] = "MFCTL_SERVICE_HEADERS_COMMAND=echo X-C: c0mmand-9";
		fake_make(&f, "/flows/F", echo, &mode);
		fake_open(&f);
		/* they are sent */
		const char *got = fake_get(&f, "F");
		CHECK(str_eq(got, "ok") == (mode == 200));
		CHECK_STR(sent(&f, "x-api-key"), "k3y-0f-all");
		CHECK_STR(sent(&f, "x-token"), "Bearer t0ken-123");
		CHECK_STR(sent(&f, "x-c"), "c0mmand-9");
		CHECK(strstr(sent(&f, "authorization"), "Basic ") != NULL);
		/* and not shown */
		check_hidden(got);
		check_hidden(f.err.message);
		check_hidden(f.err.where);
		check_hidden(f.err.hint);
		check_hidden(mf_client_source(f.client));
		check_hidden(f.trace.p);
		CHECK(strstr(f.trace.p, "http GET http") != NULL);
		CHECK(mf_client_requests(f.client, requests, 4) > 0);
		check_hidden(requests[0].url);
		check_hidden(requests[0].error);
		mf_client_link(f.client, &link);
		check_hidden(link.error);
		check_hidden(link.hint);
		fake_close(&f);
	}
}
