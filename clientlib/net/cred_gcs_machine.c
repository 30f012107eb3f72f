/* The metadata server of Google's machines: virtual machines, GKE, Cloud Run. */
#include <ctype.h>

#include "../base/err.h"
#include "cred_gcs_parts.h"

enum { PINGS = 3 };

static const char source[] = "Google's metadata server";
static const char *const headers[] = {"Metadata-Flavor: Google", NULL};

/* "host", "host:port", "[address]:port" */
static bool is_host(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(".-_:[]", *p))
			return false;
	return *s;
}

/* 1: such a server answers at `host`. */
static int ping(
	const struct cred_gcs *g, const char *host, struct mf_cancel *cancel, struct mf_error *err)
{
	struct buf url = BUF_INIT(CRED_ASK_MAX);
	struct mf_error e = MF_ERROR_INIT;
	char *text = NULL;
	size_t n;
	buf_addf(&url, "http://%s/", host);
	struct cred_ask q = {.x = &g->x,
		.cancel = cancel,
		.source = source,
		.method = "GET",
		.url = url.p,
		.headers = headers,
		.tries = PINGS,
		.beacon = true};
	int rc = url.failed ? buf_err(&url, &e) : cred_ask_text(&text, &n, &q, &e);
	cred_wipe(text);
	buf_release(&url);
	if (rc == MF_ECANCELLED || rc == MF_ENOMEM)
		return cred_fail(err, &e, source, NULL);
	return rc == MF_OK && str_eq(q.flavor, "Google");
}

static int token(struct cred *out, const struct cred_gcs *g, const char *host,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct buf url = BUF_INIT(CRED_ASK_MAX);
	struct cred_doc d = {.text = NULL};
	int rc;
	buf_addf(&url, "http://%s/computeMetadata/v1/instance/service-accounts/default/token?",
		host);
	cred_form(&url, "scopes", g->scope);
	struct cred_ask q = {.x = &g->x,
		.cancel = cancel,
		.source = source,
		.hint = "the machine needs a service account with access to Cloud Storage",
		.method = "GET",
		.url = url.p,
		.headers = headers,
		.tries = GCS_TRIES};
	TRY(buf_err(&url, err));
	TRY(cred_ask(&d, &q, err));
	/* a proxy that answers for everybody does not know of it */
	if (!str_eq(q.flavor, "Google"))
		TRY(err_at(err, MF_EACCESS, url.p,
			"%s: the answer is not from it: Metadata-Flavor is missing", source));
	TRY(cred_ask_token(out, &d, "access_token", &q, err));
	rc = 1;
done:
	cred_doc_release(&d);
	buf_release(&url);
	return rc;
}

int gcs_machine(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct cred_gcs *g = self;
	const char *host = cred_env(x, "GCE_METADATA_HOST"), *ip = cred_env(x, "GCE_METADATA_IP"),
		   *off = cred_env(x, "NO_GCE_CHECK");
	if (!host)
		host = cred_env(x, "GCE_METADATA_ROOT");
	if (off && strcasecmp(off, "true") == 0)
		return 0;
	/* whoever runs an emulator should not wait for an address that nobody has */
	if (g->anonymous && !host && !ip)
		return 0;
	if ((host && !is_host(host)) || (ip && !is_host(ip)))
		return err_set(err, MF_EUSAGE, "%s is not a host's name",
			host && !is_host(host) ? "GCE_METADATA_HOST" : "GCE_METADATA_IP");
	if (!g->metadata_there) {
		int rc = ping(g, ip ? ip : host ? host : "169.254.169.254", cancel, err);
		if (rc <= 0)
			return rc;
		g->metadata_there = true;
	}
	return token(out, g, host ? host : "metadata.google.internal", cancel, err);
}
