/* net/http_parts.h: what the files of http.c share. */
#ifndef MF_NET_HTTP_PARTS_H
#define MF_NET_HTTP_PARTS_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "../base/err.h"
#include "curl_lib.h"
#include "http.h"

enum {
	HTTP_TICK = 50,             /* ms: so often cancellation and deadline are looked at */
	HTTP_BEACON_MS = 1000,
	HTTP_ERROR_BODY = 64 << 10, /* bytes kept of a reply that is not 2xx */
	HTTP_BODY_MAX = 1 << 30     /* of a body, where the request names no limit */
};

/* A connection's place: an easy handle in a multi handle of its own, which keeps the connection
 * alive. */
struct http_slot {
	CURL *easy; /* NULL: there is no connection */
	CURLM *multi;
	curl_socket_t socket;    /* of the connection; CURL_SOCKET_BAD */
	uint64_t origin;         /* to which it leads: of http_url_origin */
	struct http_slot *below; /* in the stack of idle ones */
};

struct http {
	const struct curl_lib *curl;
	struct http_options opts;
	char *user_agent, *ca_file, *cert, *key; /* what opts lends */
	pthread_mutex_t lock;                    /* of all below */
	pthread_cond_t given;                    /* a slot has been given back */
	struct http_slot slots[HTTP_CONNECTIONS];
	struct http_slot *idle; /* the one used last on top: who sends one after the other keeps one
				   connection */
	struct http_stats stats;
	uint64_t last_id, random;
	struct http_record {
		struct mf_request entry;
		double began; /* of http_now */
	} log[HTTP_LOG];      /* an id's place is its remainder */
};

/* libcurl writes to sockets that the other side may have closed: SIGPIPE is kept from this thread
 * in between. */
struct http_quiet {
	sigset_t old;
	bool pending;
};

/* One try of a request. */
struct http_try {
	struct http *h;
	const struct http_request *req;
	struct http_response *out;
	uint64_t id;     /* in the log */
	const char *url; /* without secrets */
	bool sunk;       /* bytes have reached the sink */
	/* what it came to */
	struct mf_error err;
	bool again;  /* another try may do better */
	bool unsent; /* nothing of the request has left */
	/* while it runs */
	CURL *easy;
	struct http_quiet *quiet;
	size_t header_bytes;
	bool in_block, headers_done; /* between the status line and the empty one; behind those of
					the reply itself */
	bool enough;                 /* the first bytes of the body do: it is no 2xx */
	bool silent, sink_failed, broken; /* broken: the slot's handles are not to be used again */
	int stop;                         /* the code with which we ended the transfer ourselves */
	char why[CURL_ERROR_SIZE];
};

/* A clock that nobody sets, ms. */
static inline double http_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* http_pool.c */
int http_pool_init(struct http *h);
void http_pool_release(struct http *h);
/* The slot used last for this origin, else one without a connection, else the one used longest ago.
 * MF_ECANCELLED or MF_ETIMEOUT when the wait has been ended, MF_ENOMEM. */
int http_slot_take(
	struct http_slot **out, struct http *h, uint64_t origin, const struct mf_cancel *cancel);
/* broken: its handles are not to be used again. */
void http_slot_give(struct http *h, struct http_slot *s, bool broken);
/* MF_OK, MF_ECANCELLED, MF_ETIMEOUT: is there a reason to end now? */
int http_ended(const struct http *h, const struct mf_cancel *cancel);
void http_quiet_begin(struct http_quiet *q);
void http_quiet_end(const struct http_quiet *q);

/* http_try.c: one try in a slot. MF_OK: a reply is here; else t->err says why. */
int http_try(struct http_try *t, struct http_slot *slot);

/* http_why.c: t->err, again and unsent for what libcurl or we ended the try with; the code. */
int http_why(struct http_try *t, CURLcode code);

/* http_log.c */
uint64_t http_log_begin(struct http *h, const char *method, const char *url);
void http_log_try(struct http *h, uint64_t id, int tries);
void http_log_bytes(struct http *h, uint64_t id, uint64_t bytes);
/* A try has ended; error: "" for a reply. */
void http_log_tried(struct http *h, uint64_t id, const struct http_response *r, const char *error);
void http_log_end(struct http *h, uint64_t id, bool failed, const char *error);

/* http_text.c */
/* Host and port as the URL has them. */
void http_url_host(const char *url, char *host, size_t size);
/* A hash of scheme, user, host and port: requests with the same one may share a connection. */
uint64_t http_url_origin(const char *url);
/* MF_OK, or MF_EUSAGE for a request that cannot be sent as it is. */
int http_check(const struct http_request *req, const char *url, struct mf_error *err);
bool http_is_read(const struct http_request *req); /* GET or HEAD */

#endif
