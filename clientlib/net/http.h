/* net/http.h: requests over libcurl, which is loaded when the first one is made: what reads local
 * histories never pays for it. Blocking; any thread; at most HTTP_CONNECTIONS transfers at once,
 * each on a kept-alive connection of its own. */
#ifndef MF_NET_HTTP_H
#define MF_NET_HTTP_H

#include "../base/buf.h"
#include "../mf.h"

enum {
	HTTP_CONNECTIONS = 32,      /* transfers at once; the others wait for their turn */
	HTTP_LOG = 512,             /* requests remembered */
	HTTP_HEADERS_MAX = 64 << 10 /* bytes of a reply's headers */
};

/* All texts are copied. */
struct http_options {
	const char *user_agent;
	const char *ca_file;    /* certificates to trust in place of the system's: a file, or a
				   directory of hashed ones; NULL */
	const char *ca_name;    /* the setting that names ca_file, for hints; NULL: MFCTL_SERVICE_CA;
				   lent */
	bool insecure;          /* certificates are not looked at, as the user has asked */
	const char *cert, *key; /* client certificate and key (PEM), or NULL */
	int64_t connect_ms;     /* 0: 10,000 */
	int64_t silence_ms; /* a transfer that brings nothing for so long is given up; 0: 60,000 */
	int64_t deadline;   /* of all requests together, on the clock of clock_now_ms; 0: none */
	/* Told of every finished try, from the thread that made it; NULL: nobody is. The text of
	 * url has no secrets. */
	void (*trace)(void *self, const char *method, const char *url, int status, uint64_t bytes,
		double ms);
	void *trace_self;
};

struct http;
/* MF_EUNSUPPORTED where libcurl is not installed; the hint names the package. */
int http_open(struct http **out, const struct http_options *opts, struct mf_error *err);
void http_free(struct http *h); /* no request may be under way */

struct http_response;
struct http_request {
	const char *method;         /* NULL: GET */
	const char *url;            /* http or https; an IPv6 host in brackets */
	const char *const *headers; /* "Name: value", NULL-terminated; their values are never
				       logged; one without a value is not sent. NULL: none */
	const char *body;           /* NULL: none */
	size_t body_n;
	const struct mf_sink *sink;  /* the body of a reply with status 2xx, as it arrives; NULL:
					into response.body */
	void (*restart)(void *self); /* called with sink->self before a try that begins the body
					anew; NULL: a body that broke off after the first byte
					reached the sink is an error */
	uint64_t limit;              /* bytes of the body of a 2xx, MF_ELIMIT above; 0: 1 GiB */
	/* At most so many; 0: 1. GET and HEAD again after: no connection, a broken one,
	 * 429, 502, 503, 504; other methods only when nothing of them has been sent. Pauses as
	 * Retry-After says, else of 0.25, 0.5, 1 … 8 s, ±25 %; a reply that asks for more than
	 * 30 s, or for more than the deadline leaves, is returned as it is. */
	int tries;
	struct mf_cancel *cancel; /* ends it within 100 ms with MF_ECANCELLED */
	bool raw;    /* the body as it is stored: no compression is asked for, none unpacked; and its
			sink only moves memory, so that nobody looks after signals around it */
	bool beacon; /* of an address that most machines do not have (instance metadata): one second
			to connect and to answer */
	/* Called once the headers of a 2xx are here, before the first byte reaches the sink; < 0
	 * ends the request with that code, err left alone. */
	int (*began)(void *self, const struct http_response *r);
	void *began_self;
};

struct http_response {
	int status;
	struct buf body;    /* without sink; of a reply that is not 2xx always (its first 64 KiB) */
	struct buf headers; /* "Name: value\n" each, those of the last try */
	int64_t date;       /* of the header Date, ms; MF_NO_TIME */
	int64_t sent, got;  /* when the last try began and when its headers were here, ms, of
			       clock_now_ms */
	uint64_t bytes;     /* of the body as delivered */
	int tries;          /* made */
	bool unsent;        /* nothing of the last try has left: there was no connection */
};
#define HTTP_RESPONSE_INIT                                                                         \
	{                                                                                          \
		.body = BUF_INIT(0), .headers = BUF_INIT(HTTP_HEADERS_MAX), .date = MF_NO_TIME     \
	}

/* MF_OK whenever a whole reply came, whatever its status: the caller judges that. Else MF_ENETWORK
 * (no such host, refused, reset, TLS, cut off, wrong length: the message says which, where is the
 * URL without secrets), MF_ETIMEOUT (silence or the deadline), MF_ECANCELLED, MF_ELIMIT, MF_ENOMEM,
 * MF_EUSAGE (no URL, a malformed method or header), or the sink's own code, with err left alone.
 * Redirects are not followed. No body is handed to the sink of a reply that is not 2xx. Compressed
 * replies arrive unpacked; the limit counts unpacked bytes. `out` is overwritten from
 * HTTP_RESPONSE_INIT or an earlier use. */
int http_send(struct http *h, const struct http_request *req, struct http_response *out,
	struct mf_error *err);
void http_response_release(struct http_response *r);

/* Value of a reply's header (any case), its first; in buf, NUL-terminated; NULL: absent or longer
 * than the buffer. */
const char *http_header(const struct http_response *r, const char *name, char *buf, size_t size);
/* The URL without user, password and the values of query parameters that name secrets (token, key,
 * signature, password, credential); appended. */
void http_url_plain(struct buf *b, const char *url);
/* Is it a host (with or without a port) that is this machine: localhost, 127.…, [::1]? */
bool http_is_loopback(const char *host);
/* Append s percent-encoded as one segment of a path or one value of a query (RFC 3986 unreserved
 * kept). */
void http_escape(struct buf *b, const char *s, size_t n);
/* Append s with %XX decoded; what is no such code stays as it is. */
void http_unescape(struct buf *b, const char *s, size_t n);

/* What was done, for --stats and the list of requests. */
struct http_stats {
	uint64_t requests, tries, failed, bytes; /* failed: no reply, or status 400 and above */
	unsigned active;                         /* under way now */
};
struct http_stats http_stats(struct http *h);
/* Copy the newest entries, newest first; returns how many (at most n and HTTP_LOG). */
size_t http_log(struct http *h, struct mf_request *out, size_t n);

#endif
