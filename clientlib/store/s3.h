/* store/s3.h: what the files of the S3 backend share. */
#ifndef MF_STORE_S3_H
#define MF_STORE_S3_H

#include "../net/cred_aws.h"
#include "stores.h"

/* What all buckets have in common: where they are, and as whom they are asked. */
struct s3 {
	struct stores *all;
	struct arena arena;
	struct cred_aws *cred;
	const char *endpoint;        /* URL without a trailing slash; NULL: Amazon's own */
	const char *endpoint_source; /* the setting that names it; NULL */
	const char *region;          /* of buckets that nothing else is known of */
	bool path_style, payer, fips, dualstack;
	pthread_mutex_t lock; /* guards what follows, and the regions of buckets */
	int64_t skew;         /* the store's clock minus ours, ms, once it has complained */
};

struct s3_store {
	struct store base;
	struct s3 *s3;
	char region[64]; /* as the store has told; "" */
};

/* s3_config.c: from the configuration, the environment and the profile; no request. */
int s3_new(struct s3 **out, struct stores *all, struct mf_error *err);
/* Host, path before the key ("" or "/bucket") and scheme of a bucket's requests. */
struct s3_place {
	char scheme[8], host[320], path[320];
};
int s3_place(struct s3_place *p, const struct s3 *s3, const char *bucket, const char *region, struct mf_error *err);

/* s3_error.c */
struct s3_said {
	char code[64], message[200], region[64];
};
/* What an error reply says, from its XML and its headers. MF_OK, MF_ENOMEM. */
int s3_said(struct s3_said *said, const struct http_response *r);
/* It as an error for people: names bucket, key, whose credentials, and what to do. key NULL: a list. */
int s3_error(const struct s3_store *s, const char *key, const struct http_response *r, const struct s3_said *said,
	const struct cred *cred, struct mf_error *err);

#endif
