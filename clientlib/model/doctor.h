/* model/doctor.h: the parts of mf_doctor_run. Each looks at one thing and says what it found; none
 * ends the others. */
#ifndef MF_MODEL_DOCTOR_H
#define MF_MODEL_DOCTOR_H

#include "../base/vec.h"
#include "service.h"

enum {
	DOCTOR_ALL_MS = 9000,     /* for everything that goes over the network */
	DOCTOR_REQUEST_MS = 4000, /* for one request */
	DOCTOR_PINGS = 6,
	DOCTOR_SAMPLES = 3 /* of one more capability, each on a connection of its own */
};

struct guard;

struct mf_doctor {
	struct arena arena;
	VEC(struct mf_diagnosis) findings;
	int failed; /* MF_ENOMEM: the findings are not complete, and not handed out */
	const struct mf_config *config; /* NULL: it could not be read */
	struct mf_client *client;       /* NULL: it could not be opened */
	/* of a service */
	struct guard *guard;
	int64_t deadline;          /* ms */
	VEC(const char *) headers; /* of requests, NULL-terminated */
	unsigned generation;       /* of these headers */
	const char *version;       /* that it announces, "" */
	unsigned paged, sampled;   /* how many of the samples came as a page */
	bool database_down;
	/* the newest, NULL: none is known */
	const char *flow, *run;
};

/* Add a finding: hint may be NULL, and is copied. Control characters of both
 * texts are escaped, user and password of URLs left out. */
void doctor_say(struct mf_doctor *d, enum mf_level level, const char *topic, const char *hint,
	const char *fmt, ...) PRINTF_LIKE(5, 6);
/* The same of an error, behind a few words ("the newest run: "). Out of memory is none, but the
 * end. */
void doctor_error(struct mf_doctor *d, enum mf_level level, const char *topic, const char *words,
	const struct mf_error *err);
/* "METAFLOW_X from FILE"; "" when out of memory. */
const char *doctor_source(struct mf_doctor *d, const char *key);
/* "access" for what is refused; else "service". */
const char *doctor_topic(const struct mf_error *err);

/* ---- doctor_ask.c ---- */

/* What a request brought. */
struct asked {
	int rc; /* 0: a reply with status 2xx; else the code of err */
	struct http_response r;
	struct mf_error err;
};
#define ASKED_INIT                                                                                 \
	{                                                                                          \
		.r = HTTP_RESPONSE_INIT, .err = MF_ERROR_INIT                                      \
	}

/* So that a service which does not answer ends nobody's patience. */
void doctor_ask_begin(struct mf_doctor *d);
void doctor_ask_end(struct mf_doctor *d);
enum {
	ASK_FRESH = 1, /* on a connection of its own: another instance may answer */
	ASK_AGAIN = 2, /* once more, if the network failed */
	ASK_OTHER = 4  /* path is a whole URL of another server: it gets no headers */
};
/* GET; returns a->rc. */
int doctor_ask(struct mf_doctor *d, const char *path, unsigned flags, struct asked *a);
void doctor_asked_release(struct asked *a);
/* The rows of a reply that is a list. */
int doctor_rows(const struct asked *a, struct reply *rows, struct mf_error *err);

/* ---- doctor_service.c: is it there, is it one, is its database there, what time is it there ----
 */

void doctor_service(struct mf_doctor *d);
/* What of the connection is set up and by what, without I/O. */
void doctor_connection(struct mf_doctor *d);

/* ---- doctor_version.c: what this service has and what it lacks ---- */

void doctor_version(struct mf_doctor *d);

/* ---- doctor_runs.c: what a service says of the newest flow and run ---- */

/* Heartbeats, the namespace, where the data is. */
void doctor_service_runs(struct mf_doctor *d);

/* ---- doctor_local.c: a history of files ---- */

void doctor_local(struct mf_doctor *d);

/* ---- doctor_data.c: the user; the datastore ---- */

enum doctor_mine { MINE_UNKNOWN, MINE_NONE, MINE_SOME };
/* Who the user is, and whether the newest flow has runs of theirs. */
void doctor_user(struct mf_doctor *d, enum doctor_mine mine);
/* Where new data goes. */
void doctor_datastore(struct mf_doctor *d);
/* An artifact of the newest run, as its record has it; NULL: not recorded. */
struct doctor_blob {
	const char *name, *ds_type, *location, *sha;
};
/* Is it there, and can it be read? */
void doctor_blob(struct mf_doctor *d, const struct doctor_blob *b);

#endif
