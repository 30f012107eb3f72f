/* Where S3 is: data-model §10.2, and botocore's own settings below those of Metaflow. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "s3.h"

/* The JSON objects that Metaflow hands to boto3. */
struct given {
	struct mf_value *client, *session;
};

static int parse(struct s3 *s3, const char *key, struct mf_value **out, struct mf_error *err)
{
	const char *text = stores_setting(s3->all, key);
	struct mf_error mine = MF_ERROR_INIT;
	*out = NULL;
	if (!text)
		return MF_OK;
	int rc = json_parse(out, &s3->arena, text, strlen(text), &mine);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0 || (*out)->kind != MF_DICT)
		return err_at(err, MF_EUSAGE, key, "METAFLOW_%s is no JSON object%s%s", key, rc < 0 ? ": " : "",
			rc < 0 ? mine.message : "");
	return MF_OK;
}

/* A string of the client's or the session's arguments; NULL too when the arena is full. */
static const char *text_of(struct s3 *s3, const struct mf_value *v, const char *key)
{
	const struct mf_value *t = mf_value_get(v, key);
	if (mf_value_kind(t) != MF_STRING || !t->u.s.n)
		return NULL;
	return arena_strndup(&s3->arena, t->u.s.p, t->u.s.n);
}

static const char *text_of_config(struct s3 *s3, const struct given *g, const char *key)
{
	const struct mf_value *config = mf_value_get(g->client, "config");
	const char *own = text_of(s3, config, key);
	return own ? own : text_of(s3, mf_value_get(config, "s3"), key);
}

static bool is_true(const char *v)
{
	return v && (strcasecmp(v, "true") == 0 || str_eq(v, "1") || strcasecmp(v, "yes") == 0);
}

struct choice {
	const char *value, *source;
};

/* The first that is set. */
static const char *first(const struct choice *c, size_t n, const char **source)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].value && *c[i].value) {
			if (source)
				*source = c[i].source;
			return c[i].value;
		}
	return NULL;
}

static int choose_endpoint(struct s3 *s3, const struct given *g, struct mf_error *err)
{
	const struct stores *all = s3->all;
	bool ignore = is_true(stores_env(all, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) ||
		      is_true(cred_aws_setting(s3->cred, "ignore_configured_endpoint_urls"));
	const struct choice c[] = {
		{text_of(s3, g->client, "endpoint_url"), "METAFLOW_DATATOOLS_CLIENT_PARAMS"},
		{stores_setting(all, "S3_ENDPOINT_URL"), "METAFLOW_S3_ENDPOINT_URL"},
		{ignore ? NULL : stores_env(all, "AWS_ENDPOINT_URL_S3"), "AWS_ENDPOINT_URL_S3"},
		{ignore ? NULL : stores_env(all, "AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL"},
		{ignore ? NULL : cred_aws_setting(s3->cred, "s3.endpoint_url"), "endpoint_url of the profile"},
		{ignore ? NULL : cred_aws_setting(s3->cred, "endpoint_url"), "endpoint_url of the profile"},
	};
	const char *url = first(c, ARRAY_SIZE(c), &s3->endpoint_source);
	if (s3->arena.full)
		return err_nomem(err);
	if (!url)
		return MF_OK;
	size_t scheme = strncasecmp(url, "https://", 8) == 0 ? 8 : strncasecmp(url, "http://", 7) == 0 ? 7 : 0;
	if (!scheme || !strcspn(url + scheme, "/?#")) {
		err_at(err, MF_EUSAGE, url, "the S3 endpoint “%s” (%s) is no URL", url, s3->endpoint_source);
		err_hint(err, "it begins with http:// or https://");
		return MF_EUSAGE;
	}
	size_t n = strlen(url);
	while (n && url[n - 1] == '/')
		n--;
	s3->endpoint = arena_strndup(&s3->arena, url, n);
	return s3->endpoint ? MF_OK : err_nomem(err);
}

static int choose_region(struct s3 *s3, const struct given *g, struct mf_error *err)
{
	const struct choice c[] = {
		{text_of(s3, g->client, "region_name"), NULL},
		{text_of(s3, g->session, "region_name"), NULL},
		{stores_env(s3->all, "AWS_DEFAULT_REGION"), NULL},
		{stores_env(s3->all, "AWS_REGION"), NULL},
		{cred_aws_setting(s3->cred, "region"), NULL},
	};
	const char *region = first(c, ARRAY_SIZE(c), NULL);
	if (s3->arena.full)
		return err_nomem(err);
	if (!region || str_eq(region, "aws-global"))
		region = "us-east-1";
	for (const char *p = region; *p; p++)
		if (!(isalnum((unsigned char)*p) || *p == '-') || p - region > 60)
			return err_at(err, MF_EUSAGE, region, "“%.80s” is no region of AWS", region);
	s3->region = arena_strdup(&s3->arena, region);
	return s3->region ? MF_OK : err_nomem(err);
}

static int choose_certificates(struct s3 *s3, const struct given *g, struct mf_error *err)
{
	/* Metaflow puts its own setting, where there is one, in the place of the client's argument */
	const char *set = stores_setting(s3->all, "S3_VERIFY_CERTIFICATE");
	const struct mf_value *verify = mf_value_get(g->client, "verify");
	bool off = set ? strcasecmp(set, "false") == 0 : mf_value_kind(verify) == MF_BOOL && !mf_value_bool(verify);
	const char *file = set && strcasecmp(set, "true") == 0 ? NULL : set;
	const struct choice c[] = {
		{file, NULL},
		{set ? NULL : text_of(s3, g->client, "verify"), NULL},
		{stores_env(s3->all, "AWS_CA_BUNDLE"), NULL},
		{cred_aws_setting(s3->cred, "ca_bundle"), NULL},
	};
	if (s3->arena.full)
		return err_nomem(err);
	return stores_http(s3->all, STORE_S3, off ? NULL : first(c, ARRAY_SIZE(c), NULL), off, err);
}

static int open_credentials(struct s3 *s3, const struct given *g, struct mf_error *err)
{
	const char *signature = text_of_config(s3, g, "signature_version");
	struct cred_aws_options o = {
		.context = stores_cred_context(s3->all, STORE_S3),
		.profile = text_of(s3, g->session, "profile_name"),
		.key_id = text_of(s3, g->client, "aws_access_key_id"),
		.secret = text_of(s3, g->client, "aws_secret_access_key"),
		.token = text_of(s3, g->client, "aws_session_token"),
		.anonymous = is_true(stores_env(s3->all, "MFCTL_S3_ANONYMOUS")) || (signature && strcasecmp(signature, "unsigned") == 0),
	};
	if (!o.key_id) {
		o.key_id = text_of(s3, g->session, "aws_access_key_id");
		o.secret = text_of(s3, g->session, "aws_secret_access_key");
		o.token = text_of(s3, g->session, "aws_session_token");
	}
	return s3->arena.full ? err_nomem(err) : cred_aws_open(&s3->cred, &o, err);
}

int s3_new(struct s3 **out, struct stores *all, struct mf_error *err)
{
	struct given g = {NULL, NULL};
	struct s3 *s3 = calloc(1, sizeof(*s3));
	int rc;
	*out = NULL;
	if (!s3)
		return err_nomem(err);
	s3->all = all;
	arena_init(&s3->arena, 0);
	pthread_mutex_init(&s3->lock, NULL);
	TRY(parse(s3, "DATATOOLS_CLIENT_PARAMS", &g.client, err));
	TRY(parse(s3, "DATATOOLS_SESSION_VARS", &g.session, err));
	/* the profile may name certificates, which the connections want, over which credentials may have to be asked for: it is
	 * read once for that, and once more with connections */
	TRY(open_credentials(s3, &g, err));
	TRY(choose_certificates(s3, &g, err));
	cred_aws_free(s3->cred);
	s3->cred = NULL;
	TRY(open_credentials(s3, &g, err));
	TRY(choose_endpoint(s3, &g, err));
	TRY(choose_region(s3, &g, err));
	const char *style = text_of_config(s3, &g, "addressing_style");
	TRY(s3->arena.full ? err_nomem(err) : MF_OK);
	if (!style)
		style = cred_aws_setting(s3->cred, "s3.addressing_style");
	s3->path_style = style && str_eq(style, "virtual") ? false : s3->endpoint || (style && str_eq(style, "path"));
	s3->payer = is_true(stores_env(all, "MFCTL_S3_REQUESTER_PAYS"));
	s3->fips = is_true(stores_env(all, "AWS_USE_FIPS_ENDPOINT")) ||
		   is_true(cred_aws_setting(s3->cred, "use_fips_endpoint"));
	s3->dualstack = is_true(stores_env(all, "AWS_USE_DUALSTACK_ENDPOINT")) ||
			is_true(cred_aws_setting(s3->cred, "use_dualstack_endpoint"));
	*out = s3;
	return MF_OK;
done:
	store_s3_end(s3);
	return rc;
}

void store_s3_end(struct s3 *s3)
{
	if (!s3)
		return;
	cred_aws_free(s3->cred);
	pthread_mutex_destroy(&s3->lock);
	arena_release(&s3->arena);
	free(s3);
}

/* ---- hosts ---- */

/* Can the bucket's name stand before the host? With dots the certificate would not cover it. */
static bool is_label(const char *bucket)
{
	size_t n = strlen(bucket);
	for (const char *p = bucket; *p; p++)
		if (!(islower((unsigned char)*p) || isdigit((unsigned char)*p) || (*p == '-' && p != bucket && p[1])))
			return false;
	return n >= 3 && n <= 63;
}

static bool is_address(const char *host)
{
	unsigned char raw[16];
	char name[64];
	if (*host == '[')
		return true;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(host, ":"), host);
	return inet_pton(AF_INET, name, raw) == 1;
}

static const char *domain_of(const char *region)
{
	static const struct {
		const char *prefix, *domain;
	} partitions[] = {{"cn-", "amazonaws.com.cn"}, {"us-iso-", "c2s.ic.gov"}, {"us-isob-", "sc2s.sgov.gov"},
		{"us-isof-", "csp.hci.ic.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"eusc-", "amazonaws.eu"}};
	for (size_t i = 0; i < ARRAY_SIZE(partitions); i++)
		if (str_starts(region, partitions[i].prefix))
			return partitions[i].domain;
	return "amazonaws.com";
}

int s3_place(struct s3_place *p, const struct s3 *s3, const char *bucket, const char *region, struct mf_error *err)
{
	struct buf path = BUF_INIT(sizeof(p->path) - 1);
	char base[256];
	const char *host = base, *above = "";
	int n;
	if (s3->endpoint) {
		const char *start = strstr(s3->endpoint, "://") + 3;
		snprintf(p->scheme, sizeof(p->scheme), "%.*s", (int)(start - 3 - s3->endpoint), s3->endpoint);
		for (char *c = p->scheme; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		n = snprintf(base, sizeof(base), "%.*s", (int)strcspn(start, "/"), start);
		above = start + strcspn(start, "/");
	} else {
		snprintf(p->scheme, sizeof(p->scheme), "https");
		n = snprintf(base, sizeof(base), "s3%s%s.%s.%s", s3->fips ? "-fips" : "", s3->dualstack ? ".dualstack" : "", region,
			domain_of(region));
	}
	bool in_path = s3->path_style || !is_label(bucket) || is_address(host);
	int m = snprintf(p->host, sizeof(p->host), "%s%s%s", in_path ? "" : bucket, in_path ? "" : ".", host);
	buf_adds(&path, above);
	if (in_path) {
		buf_addc(&path, '/');
		sign_path(&path, bucket);
	}
	int rc = MF_OK;
	if (path.failed == MF_ENOMEM)
		rc = err_nomem(err);
	else if (n < 0 || (size_t)n >= sizeof(base) || m < 0 || (size_t)m >= sizeof(p->host) || path.failed)
		rc = err_at(err, MF_EUSAGE, bucket, "the name of the bucket or of its endpoint is too long");
	snprintf(p->path, sizeof(p->path), "%s", path.p);
	buf_release(&path);
	return rc;
}
