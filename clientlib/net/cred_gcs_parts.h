/* net/cred_gcs_parts.h: what the files of cred_gcs.c share. */
#ifndef MF_NET_CRED_GCS_PARTS_H
#define MF_NET_CRED_GCS_PARTS_H

#include "cred_ask.h"
#include "cred_gcs.h"

enum { GCS_TRIES = 3, GCS_SECONDS = 3600 /* that a token is asked for */ };

#define GCS_LOGIN "run `gcloud auth application-default login`"
/* what a token must allow that is used to get another account's */
#define GCS_SCOPE_IAM "https://www.googleapis.com/auth/iam"

struct cred_gcs {
	struct cred_context x;
	char *scope, *project;
	bool anonymous, metadata_there; /* metadata_there: the server has answered once */
	struct cred_chain *chain;
};

/* A file of credentials while a token is got with it. */
struct gcs_file {
	const struct cred_gcs *g;
	struct mf_cancel *cancel;
	const char *path;
	struct cred_doc doc;
};

/* cred_gcs_file.c: 1 and a token for the scope with the credentials of an object of the file, or an
 * error. inner: it is the source_credentials of another one. */
int gcs_token(struct cred *out, struct gcs_file *f, const struct mf_value *v, const char *scope,
	bool inner, struct mf_error *err);
/* A text that must be there. */
int gcs_need(const char **out, struct gcs_file *f, const struct mf_value *v, const char *name,
	struct mf_error *err);
/* An endpoint to which secrets go, or `fallback` (NULL: it must be there). */
int gcs_endpoint(const char **out, struct gcs_file *f, const struct mf_value *v, const char *name,
	const char *fallback, struct mf_error *err);
/* Send the form in q->body, and take access_token of the answer: MF_OK or an error. */
int gcs_exchange(struct cred *out, struct cred_ask *q, struct mf_error *err);

/* cred_gcs_external.c */
int gcs_external(struct cred *out, struct gcs_file *f, const struct mf_value *v, const char *scope,
	struct mf_error *err);

/* cred_gcs_impersonate.c: with the token of another account, which is replaced. */
int gcs_impersonate(struct cred *out, struct gcs_file *f, const char *url,
	const struct mf_value *delegates, int64_t seconds, const char *scope, struct mf_error *err);
int gcs_impersonated(struct cred *out, struct gcs_file *f, const struct mf_value *v,
	const char *scope, struct mf_error *err);

/* cred_gcs_machine.c: a source of the chain */
int gcs_machine(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);

#endif
