/* Replies that are no success, from the service and from what stands in front of it. */
#include "../../../clientlib/model/config.h"
#include "../../../clientlib/model/service.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

#define HTML                                                                                       \
	"<!DOCTYPE html>\n<html><head><title>\"Sign in\"</title></head><body>[it's "               \
	"{you}]</body></html>"

static const struct error_case {
	const char *name;
	int status;
	const char *headers, *body;
	int code;
	const char *message, *hint; /* all of one, a part of the other */
	bool retriable;
} cases[] = {
	{"the key is missing", 401, NULL, "{\"message\": \"Unauthorized\"}", MF_EACCESS,
		"access was refused (HTTP 401): Unauthorized", "METAFLOW_SERVICE_AUTH_KEY", false},
	{"the key is wrong", 403, NULL, "{\"message\": \"Forbidden\"}", MF_EACCESS,
		"access was refused (HTTP 403): Forbidden", "METAFLOW_SERVICE_HEADERS", false},
	{"another spelling", 403, NULL, "{\"Message\": \"No\"}", MF_EACCESS,
		"access was refused (HTTP 403): No", "a gateway does", false},
	{"no words", 403, NULL, "", MF_EACCESS, "access was refused (HTTP 403)", "gateway", false},
	{"a page of a proxy", 407, NULL, HTML, MF_EACCESS, "access was refused (HTTP 407)",
		"gateway", false},
	{"login", 302, "Location: https://login.example.com/auth?client=1&token=abc\r\n", HTML,
		MF_EACCESS, "the service's address redirects (HTTP 302) to login.example.com",
		"a login page", false},
	{"login with a user", 307, "Location: https://bob:pw@login.example.com/\r\n", "",
		MF_EACCESS, "the service's address redirects (HTTP 307) to login.example.com",
		"a login page", false},
	{"somewhere", 301, "Location: /elsewhere\r\n", "", MF_EACCESS,
		"the service's address redirects (HTTP 301) to another page", "login", false},
	{"nowhere", 303, NULL, "", MF_EACCESS,
		"the service's address redirects (HTTP 303) to another page", "login", false},
	{"a page in place of JSON", 200, "Content-Type: text/html\r\n", HTML, MF_ENETWORK,
		"a web page came where the metadata service should answer (HTTP 200)",
		"a login page", false},
	{"a page of an error", 500, NULL, " \n" HTML, MF_ENETWORK,
		"a web page came where the metadata service should answer (HTTP 500)", "gateway",
		true},
	{"a page for what is not there", 404, NULL, HTML, MF_ENETWORK,
		"a web page came where the metadata service should answer (HTTP 404)",
		"something else", false},
	{"too many", 429, "Retry-After: 60\r\n", "{\"message\": \"Limit Exceeded\"}", MF_ENETWORK,
		"too many requests (HTTP 429): Limit Exceeded", "try again", true},
	{"bad gateway", 502, NULL, "upstream down\nmore of it", MF_ENETWORK,
		"a gateway cannot reach the metadata service (HTTP 502): upstream down", "down",
		true},
	{"unavailable", 503, NULL, "", MF_ENETWORK,
		"a gateway cannot reach the metadata service (HTTP 503)", "restarting", true},
	{"too slow", 504, NULL, "{\"message\": \"Endpoint request timed out\"}", MF_ENETWORK,
		"a gateway cannot reach the metadata service (HTTP 504): Endpoint request timed "
		"out",
		"too slow", true},
	{"database down", 500, NULL,
		"\"{\\\"err_msg\\\": {\\\"pgerror\\\": null, \\\"pgcode\\\": null, \\\"diag\\\": "
		"null}}\"",
		MF_ENETWORK, "the service cannot reach its database (HTTP 500)", "database is back",
		true},
	{"a column is missing", 500, NULL,
		"\"{\\\"err_msg\\\": {\\\"pgerror\\\": \\\"ERROR: x\\\\nLINE 1\\\", "
		"\\\"pgcode\\\": "
		"\\\"42703\\\", \\\"diag\\\": {\\\"message_primary\\\": \\\"column run_id does not "
		"exist\\\"}}}\"",
		MF_ENETWORK,
		"the service and its database do not fit together (HTTP 500): column run_id does "
		"not exist",
		"a migration of the database", true},
	{"a table is missing", 500, NULL, "{\"err_msg\": {\"pgcode\": \"42P01\"}}", MF_ENETWORK,
		"the service and its database do not fit together (HTTP 500): 42P01", "migration",
		true},
	{"a number that no run can have", 500, NULL,
		"{\"err_msg\": {\"pgcode\": \"22003\", \"pgerror\": \"ERROR: too large\"}}",
		MF_ENOTFOUND, "“F/7” not found", "", false},
	{"an exception", 500, NULL,
		"{\"traceback\": \"Traceback (most …\", \"detail\": \"KeyError\"}", MF_ENETWORK,
		"the service failed (HTTP 500): KeyError", "", true},
	{"an exception in plain text", 500, NULL,
		"500 Internal Server Error\n\nServer got itself in trouble", MF_ENETWORK,
		"the service failed (HTTP 500): 500 Internal Server Error", "", true},
	{"nothing said", 500, NULL, "", MF_ENETWORK, "the service failed (HTTP 500)", "", true},
	{"a filter", 400, NULL, "\"unsupported status filter: bogus\"", MF_EFAILED,
		"the service refused the request (HTTP 400): unsupported status filter: bogus", "",
		false},
	{"not registered", 400, NULL, "{\"message\": \"need to register run_id first\"}",
		MF_EFAILED,
		"the service refused the request (HTTP 400): need to register run_id first", "",
		false},
	{"a teapot", 418, NULL, "short and stout\r\nx", MF_EFAILED,
		"the service refused the request (HTTP 418): short and stout", "", false},
	{"not there", 404, NULL, "{}", MF_ENOTFOUND, "“F/7” not found", "", false},
	{"not there, in words", 404, NULL, "\"no such run\"", MF_ENOTFOUND, "“F/7” not found", "",
		false},
	{"no such route", 404, NULL, "404: Not Found", MF_EUNSUPPORTED,
		"the service does not know this request", "path prefix", false},
	{"no such route, in JSON", 404, NULL, "{\"detail\": \"Not Found\"}", MF_EUNSUPPORTED,
		"the service does not know this request", "path prefix", false},
	{"no such route, no words", 404, NULL, "", MF_EUNSUPPORTED,
		"the service does not know this request", "too old", false},
};

void test_service_error__catalogue(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct error_case *t = &cases[i];
		struct mf_error err = MF_ERROR_INIT;
		struct reply rows;
		struct fake f;
		fake_init(&f);
		fake_on(&f, "/flows/F/runs/7", t->status, t->body)->headers = t->headers;
		fake_open(&f);
		reply_init(&rows);
		int rc = service_get(f.client, "/flows/F/runs/7", "F/7", &rows, NULL, NULL, &err);
		CHECK_STR(textf("%s: %s", t->name, mf_code_name(rc)),
			textf("%s: %s", t->name, mf_code_name(t->code)));
		CHECK_INT(err.code, t->code);
		CHECK_STR(err.message, t->message);
		CHECK(*t->hint ? strstr(err.hint, t->hint) != NULL : true);
		CHECK_INT(err.http_status, t->status);
		CHECK_INT(err.retriable, t->retriable);
		CHECK_STR(err.where, t->code == MF_ENOTFOUND ? "F/7" : f.url);
		CHECK_INT(fake_count(&f, ""), 1);
		reply_release(&rows);
		/* the link says the same */
		struct mf_link link;
		mf_client_link(f.client, &link);
		bool down = t->code == MF_ENETWORK || t->code == MF_EACCESS;
		CHECK_INT(link.state, down ? MF_LINK_DOWN : MF_LINK_UP);
		CHECK_STR(link.error, down ? t->message : "");
		fake_close(&f);
	}
}

/* Long and strange words fit, and stay on their line. */
void test_service_error__long_words(void)
{
	char body[4000];
	memset(body, 'x', sizeof(body));
	memcpy(body, "{\"detail\": \"", 12);
	memcpy(body + sizeof(body) - 3, "\"}", 3);
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/F", 500, body);
	fake_on(&f, "/flows/G", 500,
		"{\"detail\": {\"deep\": [1]}, \"message\": 5, \"err_msg\": []}");
	fake_open(&f);
	CHECK(str_starts(fake_get(&f, "F"), "network: the service failed (HTTP 500): xxx"));
	CHECK(strlen(f.err.message) < 400);
	CHECK(str_starts(fake_get(&f, "G"), "network: the service "));
	fake_close(&f);
}

/* What may be tried again is, as often as the configuration says; the rest is not. */
void test_service_error__tries(void)
{
	static const struct {
		int status;
		unsigned requests;
	} t[] = {{503, 3}, {502, 3}, {500, 1}, {404, 1}, {403, 1}, {400, 1}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		fake_init(&f);
		f.tries = "3";
		fake_on(&f, "/flows/F", t[i].status, "{}")->headers = "Retry-After: 0\r\n";
		fake_on(&f, "/flows/F", t[i].status, "{}")->headers = "Retry-After: 0\r\n";
		fake_on(&f, "/flows/F", 200, "{\"flow_id\": \"F\", \"ts_epoch\": 1}");
		fake_open(&f);
		const char *got = fake_get(&f, "F");
		CHECK(t[i].requests > 1 ? str_eq(got, "ok") : !str_eq(got, "ok"));
		CHECK_INT(fake_count(&f, ""), t[i].requests);
		fake_close(&f);
	}
}

void test_service_error__no_url(void)
{
	static const char *const bad[] = {"ftp://host/", "host:8080", "/path", "httpx://"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mf_config *config;
		struct mf_client *client;
		struct mf_error err = MF_ERROR_INIT;
		const char *const env[] = {"HOME=/nonexistent", "METAFLOW_DEFAULT_METADATA=service",
			textf("METAFLOW_SERVICE_URL=%s", bad[i]), NULL};
		struct mf_config_options o = {.environ = env, .cwd = "/", .proc = ""};
		CHECK_FATAL(mf_config_load(&config, &o, NULL) == 0);
		CHECK_INT(mf_client_open(&client, config, &err), MF_EUSAGE);
		CHECK_STR(err.message,
			"the URL of the metadata service must start with http:// or https://");
		mf_config_free(config);
	}
}

/* What cannot be read for want of memory is not taken for something else. */
static int get_absent(void *arg)
{
	struct fake *f = arg;
	struct mf_object *o;
	int rc = mf_get(&o, f->client, "Absent", NULL, NULL);
	mf_object_free(o);
	return rc == MF_ENOTFOUND ? MF_OK : rc == MF_OK ? MF_EFAILED : rc;
}

void test_service_error__every_alloc(void)
{
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/Absent", 404, "{}");
	fake_open(&f);
	f.config->trace = NULL; /* it allocates here */
	test_every_alloc(get_absent, &f);
	fake_close(&f);
}
