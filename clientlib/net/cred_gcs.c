#include <stdlib.h>

#include "../base/err.h"
#include "cred_gcs_parts.h"

/* ---- files ---- */

/* Where gcloud keeps what it has logged in with; *out NULL: there is no home. */
static int login_path(char **out, const struct cred_context *x, struct mf_error *err)
{
	static const char name[] = "application_default_credentials.json";
	const char *config = cred_env(x, "CLOUDSDK_CONFIG"), *home = cred_env(x, "HOME");
	struct buf b = BUF_INIT(CRED_ASK_MAX);
	*out = NULL;
	if (!config && !home)
		return MF_OK;
	if (config)
		buf_addf(&b, "%s/%s", config, name);
	else
		buf_addf(&b, "%s/.config/gcloud/%s", home, name);
	*out = b.failed ? NULL : cred_path(x, b.p);
	buf_release(&b);
	return *out ? MF_OK : err_nomem(err);
}

static int read_doc(struct cred_doc *d, const char *path, struct mf_error *err)
{
	char *text;
	size_t n;
	struct mf_error e = MF_ERROR_INIT;
	*d = (struct cred_doc){.text = NULL};
	int rc = cred_read_file(&text, &n, path, err);
	if (rc < 0)
		return rc;
	rc = cred_doc_parse(d, text, n, &e);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	return rc < 0 ? err_at(err, rc, path, "the file is %s", e.message) : MF_OK;
}

/* variable: what names the file; NULL: it need not be there. */
static int from_file(struct cred *out, const struct cred_gcs *g, const char *path,
	const char *variable, struct mf_cancel *cancel, struct mf_error *err)
{
	struct gcs_file f = {.g = g, .cancel = cancel, .path = path};
	struct mf_error e = MF_ERROR_INIT;
	int rc = read_doc(&f.doc, path, &e);
	if (rc == MF_ENOTFOUND && !variable)
		rc = 0;
	else if (rc < 0)
		cred_fail(err, &e, variable ? variable : "gcloud's login",
			rc == MF_ENOTFOUND ? "set it to a file of credentials in JSON, or unset it "
					     "and " GCS_LOGIN
					   : GCS_LOGIN);
	else
		rc = gcs_token(out, &f, f.doc.v, g->scope, false, err);
	cred_doc_release(&f.doc);
	return rc;
}

static const char variable[] = "GOOGLE_APPLICATION_CREDENTIALS";

static int from_variable(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const char *path = cred_env(x, variable);
	if (!path)
		return 0;
	char *full = cred_path(x, path);
	int rc = full ? from_file(out, self, full, variable, cancel, err) : err_nomem(err);
	free(full);
	return rc;
}

static int from_login(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	char *path;
	int rc = login_path(&path, x, err);
	if (path)
		rc = from_file(out, self, path, NULL, cancel, err);
	free(path);
	return rc;
}

/* An emulator asks for nothing. */
static int from_nobody(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_gcs *g = self;
	(void)x;
	(void)cancel;
	if (!g->anonymous)
		return 0;
	int rc = cred_set(out, CRED_NONE, NULL, NULL, NULL, "nobody", MF_NO_TIME, err);
	return rc < 0 ? rc : 1;
}

/* ---- the chain ---- */

/* Who pays: the environment, else the file that will be used. A file that cannot be read tells it
 * when a token is wanted. */
static int find_project(struct cred_gcs *g, struct mf_error *err)
{
	struct cred_doc d = {.text = NULL};
	const char *path = cred_env(&g->x, variable),
		   *given = cred_env(&g->x, "GOOGLE_CLOUD_QUOTA_PROJECT");
	char *full = NULL;
	int rc = MF_OK;
	if (!given) {
		full = path ? cred_path(&g->x, path) : NULL;
		if (path && !full)
			TRY(err_nomem(err));
		if (!path)
			TRY(login_path(&full, &g->x, err));
		if (!full)
			goto done;
		rc = read_doc(&d, full, NULL);
		if (rc == MF_OK)
			given = cred_doc_text(&d, d.v, "quota_project_id");
		rc = rc == MF_ENOMEM || d.failed ? err_nomem(err) : MF_OK;
	}
	if (rc == MF_OK && given && cred_token_valid(given)) {
		g->project = strdup(given);
		rc = g->project ? MF_OK : err_nomem(err);
	}
done:
	cred_doc_release(&d);
	free(full);
	return rc;
}

int cred_gcs_open(struct cred_gcs **out, const struct cred_gcs_options *opts, struct mf_error *err)
{
	static const struct cred_source sources[] = {{variable, from_variable},
		{"gcloud's login", from_login}, {"metadata server", gcs_machine},
		{"anonymous", from_nobody}, {NULL, NULL}};
	int rc;
	*out = NULL;
	struct cred_gcs *g = calloc(1, sizeof(*g));
	if (!g)
		return err_nomem(err);
	g->x = opts->context;
	g->anonymous = opts->anonymous;
	g->scope = strdup(
		opts->scope ? opts->scope : "https://www.googleapis.com/auth/devstorage.read_only");
	TRY(g->scope ? MF_OK : err_nomem(err));
	TRY(find_project(g, err));
	TRY(cred_chain_new(&g->chain, sources, g, &g->x, err));
	cred_chain_nothing(g->chain, "no credentials for Google Cloud have been found",
		GCS_LOGIN ", or set GOOGLE_APPLICATION_CREDENTIALS");
	*out = g;
	return MF_OK;
done:
	cred_gcs_free(g);
	return rc;
}

void cred_gcs_free(struct cred_gcs *g)
{
	if (!g)
		return;
	cred_chain_free(g->chain);
	free(g->scope);
	free(g->project);
	free(g);
}

int cred_gcs_get(struct cred_gcs *g, const struct cred *bad, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	return cred_chain_get(g->chain, bad, out, cancel, err);
}

const char *cred_gcs_project(const struct cred_gcs *g)
{
	return g->project;
}
