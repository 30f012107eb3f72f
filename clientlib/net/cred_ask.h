/* net/cred_ask.h: what the sources of Azure's and Google's credentials share: JSON documents with
 * secrets, and endpoints that answer with tokens or say why not. */
#ifndef MF_NET_CRED_ASK_H
#define MF_NET_CRED_ASK_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../base/vec.h"
#include "cred.h"

enum { CRED_ASK_MAX = 1 << 20 /* bytes of a file, a form, a reply */ };

/* A JSON object. What is read of it lives until the release, which overwrites it all. */
struct cred_doc {
	char *text;
	size_t n;
	struct arena arena;
	struct mf_value *v;
	VEC(char *) copies;
	bool failed; /* a copy could not be made: out of memory */
};
/* Takes the text over, also when it fails. MF_ECORRUPT: not an object in JSON. */
int cred_doc_parse(struct cred_doc *d, char *text, size_t n, struct mf_error *err);
void cred_doc_release(struct cred_doc *d);
/* A member that is a text; NULL: absent, empty, of another kind, with a NUL in it, or d->failed. */
const char *cred_doc_text(struct cred_doc *d, const struct mf_value *object, const char *name);
/* A member that is a number, or a text of digits. */
bool cred_doc_number(const struct mf_value *object, const char *name, int64_t *out);

/* Append "name=value" percent-encoded, with & before it where it is not the first; nothing for a
 * value of NULL. */
void cred_form(struct buf *b, const char *name, const char *value);
/* Append a text as a string of JSON. */
void cred_json(struct buf *b, const char *s);
/* A path relative to the context's directory as one that can be opened; yours to free. NULL: out of
 * memory. */
char *cred_path(const struct cred_context *x, const char *path);
/* May secrets be sent there? https, or http to this machine. */
bool cred_url_safe(const char *url);

/* A request to an endpoint. */
struct cred_ask {
	const struct cred_context *x;
	struct mf_cancel *cancel;
	const char *source; /* messages begin with it */
	const char *hint;   /* what to do when it refuses; NULL */
	const char *method, *url;
	const char *const *headers;
	const struct buf *body; /* NULL: none */
	const char *secrets[3]; /* blanked out where the server repeats one; NULL: none */
	int tries;
	bool beacon; /* as http.h has it */
	/* out */
	int status;      /* 0: there was no reply */
	int64_t asked;   /* when, on the context's clock */
	char flavor[32]; /* of the reply's header Metadata-Flavor, "" */
};
/* MF_OK: it answered with a JSON object, now in d. MF_EACCESS: it refused; MF_ENETWORK: no reply,
 * or it is out of order; MF_ECORRUPT: no JSON object. d is released by the caller in all cases. */
int cred_ask(struct cred_doc *d, struct cred_ask *q, struct mf_error *err);
/* The same for a reply that is text of any kind; yours to wipe and free. */
int cred_ask_text(char **out, size_t *n, struct cred_ask *q, struct mf_error *err);
/* The token that it answered with (member `name`) as CRED_BEARER; when it ends is told by
 * expires_on, expires_in or expireTime. */
int cred_ask_token(struct cred *out, struct cred_doc *d, const char *name, const struct cred_ask *q,
	struct mf_error *err);
/* Fit for a header: printing characters of ASCII, without blanks. */
bool cred_token_valid(const char *token);
/* Give a sub-call's error to the caller, its message behind "source: ". Returns its code. */
int cred_fail(struct mf_error *err, const struct mf_error *e, const char *source, const char *hint);

#endif
