/* tests/support/service.h: a fake metadata service and a client on it. It answers by a table and
 * keeps what it was asked.
 *
 *	struct fake f;
 *	fake_init(&f);
 *	fake_on(&f, "/flows", 200, "[{\"flow_id\": \"F\", …}]");
 *	fake_on(&f, "/flows/F/runs?_limit=6", 200, …)->headers = "X-Limit: 6\r\n";
 *	fake_open(&f);
 *	CHECK_STR(fake_ids(&f, "", NULL), "F");
 *	CHECK_INT(fake_count(&f, ""), 1);
 *	fake_close(&f);
 *
 * What the table does not hold is the 404 of a route that does not exist. */
#ifndef TEST_SERVICE_H
#define TEST_SERVICE_H

#include <pthread.h>

#include "../../clientlib/base/vec.h"
#include "../../clientlib/mf.h"
#include "httpd.h"

/* Members may be set until the client is opened, and between requests. */
struct fake_answer {
	const char *target; /* a path, whatever its query; or a path with its query */
	int status;
	const char *headers; /* "Name: value\r\n" each */
	const char *body;
	size_t body_n; /* 0: strlen */
	/* In place of all that. */
	void (*make)(void *self, const struct httpd_request *req, struct httpd_reply *reply);
	void *self;
	enum httpd_fault fault;
	int64_t fault_at, length; /* length: as in httpd.h */
	int delay_ms, piece_delay_ms;
	size_t piece;
	unsigned used; /* times it was given */
};

struct fake_request {
	const char *method, *target, *headers, *body;
};

struct fake {
	struct httpd *d;
	/* For fake_open; what is left out has no value. */
	const char *user;    /* "name:password@" in front of the host */
	const char *env[16]; /* more of the environment */
	const char *cwd;     /* a fresh directory */
	const char *datastore_root;
	int64_t now, deadline;
	bool offline;
	const char *tries; /* METAFLOW_SERVICE_RETRY_COUNT; "1" */
	/* Filled in by it. */
	const char *url;
	struct mf_config *config;
	struct mf_client *client;
	struct mf_error err;
	/* its own */
	pthread_mutex_t lock;
	VEC(struct fake_answer *) answers;
	VEC(struct fake_request) log;
	struct buf trace; /* what mf_config_options.trace was told */
};

/* A server that knows nothing yet, at 2026-11-21 03:10:00 UTC. */
void fake_init(struct fake *f);
/* Open the client; the code is in f->err too. */
int fake_try(struct fake *f);
void fake_open(struct fake *f); /* aborts the test program when it cannot */
void fake_close(struct fake *f);
/* A client anew on the same server: nothing is remembered, nothing counted. */
void fake_again(struct fake *f);

/* The first answers of one target are given to its first requests, the last one to all others. One
 * with a query is preferred to one without. */
struct fake_answer *fake_on(struct fake *f, const char *target, int status, const char *body);
struct fake_answer *fake_make(struct fake *f, const char *target,
	void (*make)(void *self, const struct httpd_request *req, struct httpd_reply *reply),
	void *self);

/* Requests whose "METHOD target" contains the text. */
unsigned fake_count(struct fake *f, const char *text);
/* The newest of those; all members are "" when there is none. */
struct fake_request fake_last(struct fake *f, const char *text);
/* Targets of all requests, each on a line. */
const char *fake_log(struct fake *f);
/* A parameter of a query, decoded; "" when absent. */
const char *fake_param(const char *query, const char *name, char *buf, size_t size);

/* The ids of a list with blanks between them; "code: message" after an error. */
const char *fake_ids(struct fake *f, const char *pathspec, const struct mf_list_options *opts);
/* A field as JSON, as history_field. */
const char *fake_field(struct fake *f, const char *pathspec, const char *field);
/* "code: message" of mf_get, or "ok". */
const char *fake_get(struct fake *f, const char *pathspec);

/* Rows as the service sends them; the text lives until the test program ends. beat: seconds, < 0:
 * null. value is a JSON text. */
const char *fake_run(const char *flow, const char *run, int64_t ts, int64_t beat);
const char *fake_step(const char *pathspec, int64_t ts);
const char *fake_task(const char *pathspec, int64_t ts, int64_t beat);
const char *fake_meta(
	const char *task, int id, const char *field, const char *value, int64_t ts, int attempt);
const char *fake_artifact(const char *task, const char *name, int attempt, const char *sha,
	const char *location, int64_t ts);
/* "[a, b]" of the texts that are not NULL. */
#define FAKE_LIST(...)                                                                             \
	fake_list((const char *const[]){__VA_ARGS__},                                              \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
const char *fake_list(const char *const *rows, size_t n);

/* ---- recorded exchanges (service-api.md §9) ---- */

struct recording {
	const char *name; /* "020_runs" */
	const char *service, *method, *path, *query;
	const char *request_body; /* JSON text; "" */
	int status;
	const char *headers; /* of the reply, without Content-Length: "Name: value\r\n" each */
	const char *body;
	size_t body_n;
};

/* All of them by name, unpacked when first asked for. */
const struct recording *recordings(size_t *n);
const struct recording *recording(const char *name);
/* Let the fake give the recorded answer to the recorded path and query. */
struct fake_answer *fake_recorded(struct fake *f, const char *name);
/* The same whatever the query. */
struct fake_answer *fake_recorded_path(struct fake *f, const char *name);

#endif
