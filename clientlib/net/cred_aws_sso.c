/* IAM Identity Center: `aws sso login` leaves a token in ~/.aws/sso/cache, which is exchanged for
 * the keys of a role. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/fs.h"
#include "../codec/digest.h"
#include "../codec/value.h"
#include "cred_aws_parts.h"

enum { TEXT_MAX = 1 << 16, REFRESH_MS = 15 * 60 * 1000 };

struct sso {
	const struct cred_aws *a;
	const char *profile;
	const char *start_url, *region, *account, *role;
	const char *session; /* NULL: of the kind of old, without a section of its own */
	char *source, *path; /* path: of the token's file */
	char hint[120];
	struct cred_doc doc; /* of the token's file */
	char *token;
};

static int wrong(const struct sso *s, struct mf_error *err, const char *what, const char *name)
{
	err_at(err, MF_EUSAGE, s->a->config.path, "%s: %s%.200s", s->source, what, name);
	err_hint(err, "`aws configure sso --profile %.60s` sets it up anew", s->profile);
	return MF_EUSAGE;
}

/* ---- settings ---- */

static int settings(struct sso *s, struct mf_error *err)
{
	const struct cred_aws *a = s->a;
	const struct aws_section *section = NULL;
	struct {
		const char *name, **to;
	} all[] = {{"sso_start_url", &s->start_url}, {"sso_region", &s->region},
		{"sso_account_id", &s->account}, {"sso_role_name", &s->role}};
	s->session = aws_setting(a, s->profile, NULL, "sso_session");
	if (s->session && !(section = aws_section(&a->config, "sso-session", s->session)))
		return wrong(s, err, "there is no section sso-session ", s->session);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const char *own = aws_setting(a, s->profile, NULL, all[i].name);
		const char *shared =
			section ? aws_option(&a->config, section, NULL, all[i].name) : NULL;
		if (own && shared && !str_eq(own, shared))
			return wrong(s, err, "it and its sso-session disagree about ", all[i].name);
		*all[i].to = own ? own : shared;
		if (!*all[i].to || !**all[i].to)
			return wrong(s, err, "it has no ", all[i].name);
	}
	return MF_OK;
}

static int token_path(struct sso *s, struct mf_error *err)
{
	const char *home = cred_env(&s->a->x, "HOME"),
		   *name = s->session ? s->session : s->start_url;
	struct buf b = BUF_INIT(TEXT_MAX);
	struct digest d;
	char hex[DIGEST_HEX];
	if (!home)
		return wrong(s, err, "its token cannot be found, since there is no ", "HOME");
	digest_init(&d, false);
	digest_update(&d, name, strlen(name));
	digest_hex(&d, hex);
	buf_addf(&b, "%s/.aws/sso/cache/%s.json", home, hex);
	s->path = buf_take(&b);
	return s->path ? MF_OK : err_nomem(err);
}

/* ---- a token that ends soon ---- */

static int sink_write(void *self, const char *p, size_t n)
{
	return buf_sink_write(self, p, n);
}

static void add_text(struct buf *b, const char *text)
{
	struct mf_value v = {.kind = MF_STRING, .u.s = {text, strlen(text)}};
	const struct mf_sink sink = {sink_write, b};
	mf_value_print_json(&v, &sink, 0, NULL);
}

static void add_member(struct buf *b, const char *name, const char *value)
{
	buf_adds(b, b->n > 1 ? ", " : "");
	add_text(b, name);
	buf_adds(b, ": ");
	add_text(b, value);
}

/* The new token back into its file, for others too: the refresh token that was used is spent. What
 * else the file says stays. */
static void save(const struct sso *s, const char *refresh, int64_t expires)
{
	struct buf b = BUF_INIT(1 << 20), time = BUF_INIT(64);
	const struct mf_sink sink = {sink_write, &b};
	static const char *const new[] = {"accessToken", "expiresAt", "refreshToken"};
	fmt_rfc3339(&time, expires / 1000 * 1000);
	char *dot = strchr(time.p, '.'); /* others do not read fractions */
	if (dot)
		memcpy(dot, "Z", 2);
	buf_addc(&b, '{');
	add_member(&b, new[0], s->token);
	add_member(&b, new[1], time.p);
	if (refresh)
		add_member(&b, new[2], refresh);
	for (size_t i = 0; i < mf_value_count(s->doc.v); i++) {
		const struct mf_value *key = mf_value_key(s->doc.v, i);
		bool replaced = false;
		size_t n;
		const char *name = mf_value_text(key, &n);
		for (size_t k = 0; name && k < (refresh ? 3 : 2); k++)
			replaced |= n == strlen(new[k]) && memcmp(name, new[k], n) == 0;
		if (replaced)
			continue;
		buf_adds(&b, ", ");
		mf_value_print_json(key, &sink, 0, NULL);
		buf_adds(&b, ": ");
		mf_value_print_json(mf_value_item(s->doc.v, i), &sink, 0, NULL);
	}
	buf_addc(&b, '}');
	if (!b.failed && !time.failed)
		fs_replace(s->path, b.p, b.n, 0600, NULL); /* it is in force here in any case */
	buf_release(&time);
	cred_wipe_buf(&b);
}

/* Exchange the refresh token. MF_OK when there is a new token, or none is to be had that way. */
static int refresh(struct sso *s, struct mf_cancel *cancel, struct mf_error *err)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct cred_doc *d = &s->doc, answer = {.text = NULL};
	struct buf url = BUF_INIT(TEXT_MAX), body = BUF_INIT(1 << 20);
	const char *id = cred_doc_text(d, d->v, "clientId"),
		   *secret = cred_doc_text(d, d->v, "clientSecret");
	const char *spent = cred_doc_text(d, d->v, "refreshToken"),
		   *end = cred_doc_text(d, d->v, "registrationExpiresAt");
	int64_t ends = end ? cred_time(end, strlen(end)) : MF_NO_TIME, seconds;
	struct mf_error e = MF_ERROR_INIT;
	int rc = d->failed ? err_nomem(err) : MF_OK;
	if (rc < 0 || !id || !secret || !spent || ends == MF_NO_TIME || ends <= cred_now(&s->a->x))
		return rc;
	TRY(aws_endpoint(&url, s->a, s->profile, "sso_oidc", "oidc", s->region, err));
	buf_adds(&url, "/token");
	buf_addc(&body, '{');
	add_member(&body, "clientId", id);
	add_member(&body, "clientSecret", secret);
	add_member(&body, "grantType", "refresh_token");
	add_member(&body, "refreshToken", spent);
	buf_addc(&body, '}');
	TRY(buf_err(&url, err));
	TRY(buf_err(&body, err));
	struct cred_ask q = {.x = &s->a->x,
		.cancel = cancel,
		.source = s->source,
		.method = "POST",
		.url = url.p,
		.headers = headers,
		.body = &body,
		.secrets = {secret, spent},
		.tries = 2};
	rc = cred_ask(&answer, &q, &e);
	const char *token = rc < 0 ? NULL : cred_doc_text(&answer, answer.v, "accessToken");
	const char *next = rc < 0 ? NULL : cred_doc_text(&answer, answer.v, "refreshToken");
	if (rc == MF_ENOMEM || rc == MF_ECANCELLED)
		TRY(cred_fail(err, &e, s->source, NULL));
	if (answer.failed)
		TRY(err_nomem(err));
	rc = MF_OK; /* refused: then a login is asked for */
	if (token && cred_token_valid(token) && cred_doc_number(answer.v, "expiresIn", &seconds) &&
		seconds < INT64_C(1) << 40) {
		char *copy = strdup(token);
		if (!copy)
			TRY(err_nomem(err));
		cred_wipe(s->token);
		s->token = copy;
		save(s, next, q.asked + seconds * 1000);
	}
done:
	cred_doc_release(&answer);
	buf_release(&url);
	cred_wipe_buf(&body);
	return rc;
}

/* ---- the token ---- */

static int read_file(struct sso *s, struct mf_error *err)
{
	char *text;
	size_t n;
	struct mf_error e = MF_ERROR_INIT;
	int rc = cred_read_file(&text, &n, s->path, &e);
	if (rc == MF_ENOTFOUND) {
		err_at(err, MF_EACCESS, s->path, "%s: nobody is logged in", s->source);
		err_hint(err, "%s", s->hint);
		return MF_EACCESS;
	}
	if (rc < 0)
		return aws_fail(err, &e, s->source, s->hint);
	rc = cred_doc_parse(&s->doc, text, n, NULL);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0) {
		err_at(err, rc, s->path, "%s: the file of its token is not an object in JSON",
			s->source);
		err_hint(err, "%s", s->hint);
	}
	return rc;
}

static int find_token(struct sso *s, struct mf_cancel *cancel, struct mf_error *err)
{
	int rc = read_file(s, err);
	if (rc < 0)
		return rc;
	const char *token = cred_doc_text(&s->doc, s->doc.v, "accessToken");
	const char *end = cred_doc_text(&s->doc, s->doc.v, "expiresAt");
	int64_t ends = end ? cred_time(end, strlen(end)) : MF_NO_TIME, now = cred_now(&s->a->x);
	if (s->doc.failed)
		return err_nomem(err);
	if (!token || !cred_token_valid(token) || ends == MF_NO_TIME) {
		err_at(err, MF_ECORRUPT, s->path,
			"%s: the file of its token has none, or not when it ends", s->source);
		err_hint(err, "%s", s->hint);
		return MF_ECORRUPT;
	}
	if (ends > now && !(s->token = strdup(token)))
		return err_nomem(err);
	if (s->session && ends - now < REFRESH_MS)
		rc = refresh(s, cancel, err);
	if (rc == MF_OK && !s->token) {
		rc = err_at(err, MF_EACCESS, s->path, "%s: the login has expired at %.40s",
			s->source, end);
		err_hint(err, "%s", s->hint);
	}
	return rc;
}

/* ---- the keys ---- */

static int ask(struct sso *s, struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	static const struct aws_names names = {
		"accessKeyId", "secretAccessKey", "sessionToken", "expiration"};
	struct buf url = BUF_INIT(TEXT_MAX), header = BUF_INIT(1 << 20);
	struct cred_doc d = {.text = NULL};
	int rc;
	TRY(aws_endpoint(&url, s->a, s->profile, "sso", "portal.sso", s->region, err));
	buf_adds(&url, "/federation/credentials?");
	cred_form(&url, "role_name", s->role);
	cred_form(&url, "account_id", s->account);
	buf_addf(&header, "x-amz-sso_bearer_token: %s", s->token);
	TRY(buf_err(&url, err));
	TRY(buf_err(&header, err));
	const char *const headers[] = {header.p, NULL};
	struct cred_ask q = {.x = &s->a->x,
		.cancel = cancel,
		.source = s->source,
		.hint = s->hint,
		.url = url.p,
		.headers = headers,
		.secrets = {s->token},
		.tries = 3};
	TRY(cred_ask(&d, &q, err));
	rc = aws_keys(
		out, &d, mf_value_get(d.v, "roleCredentials"), &names, s->source, &s->a->x, err);
done:
	cred_doc_release(&d);
	buf_release(&url);
	cred_wipe_buf(&header);
	return rc;
}

int aws_from_sso(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct sso s = {.a = a, .profile = profile};
	int rc;
	if (!aws_setting(a, profile, NULL, "sso_role_name") &&
		!aws_setting(a, profile, NULL, "sso_account_id"))
		return 0;
	snprintf(s.hint, sizeof(s.hint), "log in: aws sso login --profile %.60s", profile);
	s.source = aws_profile_text(a, profile);
	if (!s.source)
		return err_nomem(err);
	TRY(settings(&s, err));
	TRY(aws_online(a, s.source, err));
	TRY(token_path(&s, err));
	TRY(find_token(&s, cancel, err));
	rc = ask(&s, out, cancel, err);
done:
	cred_doc_release(&s.doc);
	cred_wipe(s.token);
	free(s.path);
	free(s.source);
	return rc < 0 ? rc : 1;
}
