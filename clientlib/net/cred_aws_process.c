/* credential_process: a command that prints keys as JSON. */
#include <stdlib.h>

#include "cred_aws_parts.h"

enum { WORDS_MAX = 256 };

static int run(const struct cred_aws *a, const char *command, const char *source,
	struct cred_doc *d, struct mf_cancel *cancel, struct mf_error *err)
{
	char *words[WORDS_MAX + 1], *copy = strdup(command), *out = NULL;
	size_t n = 0;
	struct mf_error e = MF_ERROR_INIT;
	int rc;
	if (!copy)
		return err_nomem(err);
	int count = aws_words(copy, words, WORDS_MAX);
	if (count <= 0) {
		rc = err_set(err, MF_EUSAGE, "%s: its credential_process is no command: %s", source,
			count ? "a quote is not closed" : "it is empty");
		goto done;
	}
	words[count] = NULL;
	rc = cred_run(&out, &n, (const char *const *)words, &a->x, cancel, &e);
	if (rc < 0) {
		rc = aws_fail(err, &e, source,
			"run the credential_process of the profile by itself to see why");
		goto done;
	}
	rc = cred_doc_parse(d, out, n, NULL);
	if (rc == MF_ENOMEM)
		err_nomem(err);
	else if (rc < 0)
		err_set(err, rc, "%s: what its credential_process prints is not an object in JSON",
			source);
done:
	if (copy)
		cred_wipe(copy);
	return rc;
}

static int fetch(const struct cred_aws *a, const char *command, const char *source,
	struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	static const struct aws_names names = {
		"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"};
	struct cred_doc d = {.text = NULL};
	int64_t version;
	int rc = run(a, command, source, &d, cancel, err);
	if (rc == MF_OK && (!cred_doc_number(d.v, "Version", &version) || version != 1)) {
		rc = err_set(err, MF_EUNSUPPORTED,
			"%s: its credential_process does not print “\"Version\": 1”", source);
	} else if (rc == MF_OK) {
		rc = aws_keys(out, &d, d.v, &names, source, &a->x, err);
	}
	cred_doc_release(&d);
	return rc < 0 ? rc : 1;
}

int aws_from_process(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const char *command = aws_setting(a, profile, NULL, "credential_process");
	bool login = aws_setting(a, profile, NULL, "login_session");
	if (!command && !login)
		return 0;
	char *source = aws_profile_text(a, profile);
	if (!source)
		return err_nomem(err);
	int rc;
	if (login) {
		rc = err_set(err, MF_EUNSUPPORTED,
			"%s: credentials of `aws login` cannot be used directly", source);
		err_hint(err,
			"eval \"$(aws configure export-credentials --profile %.60s --format env)\"",
			profile);
	} else {
		rc = fetch(a, command, source, out, cancel, err);
	}
	free(source);
	return rc;
}
