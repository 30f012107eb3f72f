/* net/cred.h: credentials of object stores: what a source gives, and a chain of sources that is asked once for all threads.
 * Secrets are in memory only; nothing here prints or logs one. */
#ifndef MF_NET_CRED_H
#define MF_NET_CRED_H

#include "../mf.h"

struct http;
struct buf;

enum cred_kind {
	CRED_NONE,       /* anonymous */
	CRED_KEYS,       /* AWS: id, secret, token (or NULL) */
	CRED_SHARED_KEY, /* Azure: id is the account, secret its key as base64 text */
	CRED_SAS,        /* Azure: token is the query string of a shared access signature, without '?' */
	CRED_BEARER      /* token of OAuth */
};

/* Texts on the heap, NULL where there is none. */
struct cred {
	enum cred_kind kind;
	char *id, *secret, *token;
	char *source;      /* "the environment", "profile “ml” of /home/alice/.aws/config, role arn:…": for messages, no secret */
	int64_t expires;   /* ms since 1970; MF_NO_TIME: never, or not known */
};
#define CRED_INIT {.expires = MF_NO_TIME}
void cred_release(struct cred *c); /* overwrites what is secret; ready for reuse */
int cred_copy(struct cred *to, const struct cred *from, struct mf_error *err);
/* Give `to` (which is cleared first) copies of these texts, any of them NULL. MF_ENOMEM. */
int cred_set(struct cred *to, enum cred_kind kind, const char *id, const char *secret, const char *token, const char *source,
	int64_t expires, struct mf_error *err);

/* What sources look at. All is lent and outlives the chain. */
struct cred_context {
	const char *const *environ; /* "NAME=value" …, NULL-terminated */
	struct http *http;          /* for token endpoints; requests of theirs are in its log without their secrets */
	const char *cwd;            /* for relative paths; NULL: the process's own */
	int64_t now;                /* ms since 1970; 0: the system's clock (tests fix it) */
};
/* A variable of the context; NULL if it is not set, or empty. */
const char *cred_env(const struct cred_context *x, const char *name);
int64_t cred_now(const struct cred_context *x);

/* One way to credentials. 1: found, `out` filled; 0: not configured here, ask the next; an error: it is configured and does not
 * work (MF_EACCESS: refused; MF_ENETWORK; MF_EUSAGE: a broken setting; …) with a message that names the source, a file or
 * URL where there is one, and in the hint what to do. */
struct cred_source {
	const char *name; /* "environment", "web identity": as `doctor` lists them */
	int (*fetch)(void *self, const struct cred_context *x, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
};

struct cred_chain;
/* `sources` ends with a NULL name, is asked from the front, and lives as long as the chain; `self` is theirs. */
int cred_chain_new(struct cred_chain **out, const struct cred_source *sources, void *self, const struct cred_context *x,
	struct mf_error *err);
void cred_chain_free(struct cred_chain *c);
/* A copy of what is in force. Any thread; one asks the sources, the others wait for its answer (an error too: all that waited
 * get it). Kept until CRED_EARLY ms before it ends; a renewal that fails while the old one still holds is no error.
 * `bad` (NULL: none): what the server has just refused; if it is still in force it is fetched anew, once.
 * MF_EACCESS when no source has any, with `nothing` of the chain as its hint. */
int cred_chain_get(struct cred_chain *c, const struct cred *bad, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
void cred_chain_nothing(struct cred_chain *c, const char *message, const char *hint); /* static texts */

enum { CRED_EARLY = 5 * 60 * 1000 };

/* ---- helpers of sources ---- */

/* Read a small file (1 MiB at most) as text: yours to free. MF_ENOTFOUND … with the path in err->where. */
int cred_read_file(char **out, size_t *n, const char *path, struct mf_error *err);
/* Run a command without a shell (argv[0] is looked up in PATH of the context), at most 60 s; its standard output, yours to
 * free. MF_EFAILED with the last line of its standard error if it does not exit with 0; MF_ENOTFOUND: no such program. */
int cred_run(char **out, size_t *n, const char *const *argv, const struct cred_context *x, struct mf_cancel *cancel, struct mf_error *err);
/* "2026-11-21T01:33:34Z", fractions and offsets too, as ms; MF_NO_TIME for anything else, also without a zone. */
int64_t cred_time(const char *text, size_t n);
/* Overwrite a text with secrets, and free it; NULL is fine. */
void cred_wipe(char *text);
/* The same for a buffer, which is usable again. */
void cred_wipe_buf(struct buf *b);

#endif
