/* The metadata service of an EC2 instance, version 2: a token first, then the role's name, then its
 * keys. Where nobody answers there is no such service, and the next source is asked. */
#include <ctype.h>
#include <stdlib.h>

#include "../base/text.h"
#include "cred_aws_parts.h"
#include "http_parts.h"

enum { URL_MAX = 1 << 16, STABLE_MS = 10 * 60 * 1000, TIMEOUT_MAX = 3600, TRIES_MAX = 20 };

static const char path_token[] = "latest/api/token",
		  path_role[] = "latest/meta-data/iam/security-credentials/";
static const char source[] = "instance metadata";

struct metadata {
	const struct cred_aws *a;
	struct cred_context
		x; /* with an http of its own, where the time to wait is not the usual second */
	struct http *own;
	struct buf base;
	char *token; /* a whole header; NULL: version 1 */
	int tries;
	struct mf_cancel *cancel;
};

/* ---- settings ---- */

static const char *setting(const struct cred_aws *a, const char *variable, const char *name)
{
	const char *value = cred_env(&a->x, variable);
	return value ? value : aws_setting(a, a->profile, NULL, name);
}

static bool is_true(const char *s)
{
	return s && strcasecmp(s, "true") == 0;
}

/* A whole number from 1 to max; else what is usual. */
static int number(const char *s, int usual, int max)
{
	char *end;
	long n = s ? strtol(s, &end, 10) : usual;
	return s && (*end || n < 1 || n > max) ? usual : (int)n;
}

static int open_metadata(struct metadata *m, struct mf_error *err)
{
	const struct cred_aws *a = m->a;
	const char *base =
		setting(a, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
	const char *mode = setting(
		a, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
	int seconds = number(setting(a, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
		1, TIMEOUT_MAX);
	m->tries = number(
		setting(a, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"), 1,
		TRIES_MAX);
	bool six = mode && strcasecmp(mode, "ipv6") == 0;
	if (!base || !*base)
		base = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
	buf_adds(&m->base, base);
	if (!m->base.n || m->base.p[m->base.n - 1] != '/')
		buf_addc(&m->base, '/');
	m->x = a->x;
	int rc = buf_err(&m->base, err);
	if (rc == MF_OK && seconds != 1) {
		struct http_options o = a->x.http->opts;
		o.connect_ms = o.silence_ms = seconds * 1000;
		rc = http_open(&m->own, &o, err);
		m->x.http = m->own;
	}
	return rc;
}

static void close_metadata(struct metadata *m)
{
	http_free(m->own);
	cred_wipe(m->token);
	buf_release(&m->base);
}

/* ---- questions ---- */

/* The text at a path; yours to wipe. *status 0: nobody has answered. */
static int ask(struct metadata *m, char **out, const char *method, const char *path,
	const char *name, int *status, struct mf_error *err)
{
	static const char ttl[] = "x-aws-ec2-metadata-token-ttl-seconds: 21600";
	bool for_token = str_eq(path, path_token);
	const char *const headers[] = {for_token ? ttl : m->token, NULL};
	struct buf url = BUF_INIT(URL_MAX);
	size_t n;
	buf_addf(&url, "%s%s%s", m->base.p, path, name);
	int rc = buf_err(&url, err);
	*status = 0;
	*out = NULL;
	if (rc == MF_OK) {
		struct cred_ask q = {.x = &m->x,
			.cancel = m->cancel,
			.source = source,
			.hint = "has this instance a role? AWS_EC2_METADATA_DISABLED=true passes "
				"over it",
			.method = method,
			.url = url.p,
			.headers = headers,
			.secrets = {m->token ? strchr(m->token, ' ') + 1 : NULL},
			.tries = m->tries,
			.beacon = !m->own};
		rc = cred_ask_text(out, &n, &q, err);
		*status = q.status;
	}
	buf_release(&url);
	return rc;
}

static int pass(struct mf_error *err, const struct mf_error *e)
{
	if (err && err->code == MF_OK)
		*err = *e;
	return e->code;
}

/* 1: go on; 0: there is no such service. */
static int take_token(struct metadata *m, struct mf_error *err)
{
	struct mf_error e = MF_ERROR_INIT;
	char *text = NULL;
	int status, rc = ask(m, &text, "PUT", path_token, "", &status, &e);
	if (rc == MF_OK) {
		struct buf b = BUF_INIT(URL_MAX);
		buf_addf(&b, "x-aws-ec2-metadata-token: %s", text);
		bool valid = cred_token_valid(text);
		m->token = valid ? buf_take(&b) : NULL;
		cred_wipe_buf(&b);
		cred_wipe(text);
		if (!valid)
			return err_at(err, MF_ECORRUPT, m->base.p, "%s: its token is none", source);
		return m->token ? 1 : err_nomem(err);
	}
	if (rc == MF_ENOMEM || rc == MF_ECANCELLED || rc == MF_EUSAGE || rc == MF_EUNSUPPORTED)
		return pass(err, &e);
	/* silence: in a container one network hop further the token is lost on its way; version 1
	 * may answer */
	bool old =
		status == 403 || status == 404 || status == 405 || (!status && rc == MF_ETIMEOUT);
	if (!old)
		return status && status != 400 ? pass(err, &e) : 0;
	if (!is_true(setting(m->a, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")))
		return 1;
	err_at(err, MF_EACCESS, m->base.p, "%s: it gives no token, and version 1 is disabled",
		source);
	err_hint(err, "in a container the instance's hop limit must be 2; or unset "
		      "AWS_EC2_METADATA_V1_DISABLED");
	return MF_EACCESS;
}

/* 1: the role's name; 0: there is none. */
static int take_role(struct metadata *m, char **role, struct mf_error *err)
{
	struct mf_error e = MF_ERROR_INIT;
	int status, rc = ask(m, role, NULL, path_role, "", &status, &e);
	if (rc < 0 &&
		(status == 404 || (!status && !m->token && rc != MF_ENOMEM && rc != MF_ECANCELLED)))
		return 0;
	if (rc < 0)
		return pass(err, &e);
	(*role)[strcspn(*role, "\r\n")] = '\0';
	for (const char *p = *role; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+=,.@_-", *p))
			return err_at(err, MF_ECORRUPT, m->base.p,
				"%s: its answer is no name of a role", source);
	return **role ? 1 : 0;
}

static int take_keys(struct metadata *m, const char *role, struct cred *out, struct mf_error *err)
{
	static const struct aws_names names = {
		"AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	struct cred_doc d = {.text = NULL};
	struct buf from = BUF_INIT(URL_MAX);
	/* when it cannot renew keys the service gives the old ones on: they are used, and asked for
	 * again soon */
	struct cred_context lenient = m->x;
	lenient.now = 1;
	char *text;
	int status, rc;
	buf_addf(&from, "%s, role %.200s", source, role);
	TRY(buf_err(&from, err));
	TRY(ask(m, &text, NULL, path_role, role, &status, err));
	rc = cred_doc_parse(&d, text, strlen(text), NULL);
	if (rc < 0)
		TRY(rc == MF_ENOMEM ? err_nomem(err)
				    : err_at(err, MF_ECORRUPT, m->base.p,
					      "%s: its answer is not an object in JSON", from.p));
	const char *code = cred_doc_text(&d, d.v, "Code"),
		   *message = cred_doc_text(&d, d.v, "Message");
	if (code && !str_eq(code, "Success")) {
		struct buf said = BUF_INIT(URL_MAX);
		text_escape(&said, code, strnlen(code, 80), 0);
		buf_adds(&said, message ? ": " : "");
		text_escape(&said, message ? message : "", message ? strnlen(message, 240) : 0, 0);
		rc = err_at(err, MF_EACCESS, m->base.p, "%s: %s", from.p, said.p);
		err_hint(err, "the role's trust policy must allow ec2.amazonaws.com");
		buf_release(&said);
		goto done;
	}
	TRY(aws_keys(out, &d, d.v, &names, from.p, &lenient, err));
	if (out->expires != MF_NO_TIME && out->expires <= cred_now(&m->x) + CRED_EARLY)
		out->expires = cred_now(&m->x) + STABLE_MS;
done:
	cred_doc_release(&d);
	buf_release(&from);
	return rc;
}

int aws_from_metadata(
	const struct cred_aws *a, struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	struct metadata m = {.a = a, .base = BUF_INIT(URL_MAX), .cancel = cancel};
	char *role = NULL;
	if (is_true(cred_env(&a->x, "AWS_EC2_METADATA_DISABLED")) || !a->x.http)
		return 0;
	int rc = open_metadata(&m, err);
	if (rc == MF_OK)
		rc = take_token(&m, err);
	if (rc > 0)
		rc = take_role(&m, &role, err);
	if (rc > 0) {
		rc = take_keys(&m, role, out, err);
		rc = rc < 0 ? rc : 1;
	}
	cred_wipe(role);
	close_metadata(&m);
	return rc;
}
