/* Who is logged in with `az login`. */
#include <stdlib.h>

#include "../base/err.h"
#include "../base/fmt.h"
#include "cred_azure_parts.h"

static const char source[] = "Azure CLI";

/* {"accessToken": …, "expires_on": seconds, "expiresOn": local time} */
static int read_answer(
	struct cred *out, const struct cred_context *x, char *text, size_t n, struct mf_error *err)
{
	struct cred_doc d;
	struct mf_error e = MF_ERROR_INIT;
	int64_t expires = MF_NO_TIME;
	int rc = cred_doc_parse(&d, text, n, &e);
	const char *token = rc < 0 ? NULL : cred_doc_text(&d, d.v, "accessToken"),
		   *local = rc < 0 ? NULL : cred_doc_text(&d, d.v, "expiresOn");
	if (rc == MF_ENOMEM || d.failed) {
		rc = err_nomem(err);
	} else if (!token || !cred_token_valid(token)) {
		rc = err_set(err, MF_ECORRUPT, "%s: `az account get-access-token` printed no token",
			source);
		err_hint(err, "run it by itself; `az login` may help");
	} else {
		if (cred_doc_number(d.v, "expires_on", &expires))
			expires *= 1000;
		else if (!local || !parse_time(local, cred_now(x), &expires))
			expires = MF_NO_TIME;
		rc = cred_set(out, CRED_BEARER, NULL, NULL, token, source, expires, err);
	}
	cred_doc_release(&d);
	return rc < 0 ? rc : 1;
}

int azure_cli(void *self, const struct cred_context *x, struct cred *out, struct mf_cancel *cancel,
	struct mf_error *err)
{
	struct cred_azure *a = self;
	struct mf_error e = MF_ERROR_INIT;
	char *text, *resource = azure_resource(a, false);
	size_t n;
	if (!resource)
		return err_nomem(err);
	const char *argv[] = {"az", "account", "get-access-token", "--output", "json", "--resource",
		resource, NULL};
	int rc = cred_run(&text, &n, argv, x, cancel, &e);
	free(resource);
	if (rc == MF_ENOTFOUND)
		return azure_none(a, AZURE_CLI, err);
	if (rc == MF_EFAILED)
		e.code = MF_EACCESS;
	if (rc < 0)
		return cred_fail(err, &e, source, "run `az login`");
	return read_answer(out, x, text, n, err);
}
