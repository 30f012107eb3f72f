/* Credentials of a container: ECS, EKS Pod Identity, and whatever else answers at the address in
 * the environment. */
#include <stdlib.h>

#include "cred_aws_parts.h"

static const char hint[] = "the container's platform sets it; outside of a container unset it";

/* Addresses that are nobody else's, beside this machine's own: http is fine there. */
static bool is_allowed(const char *url)
{
	static const char *const hosts[] = {
		"http://169.254.170.2", "http://169.254.170.23", "http://[fd00:ec2::23]"};
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		size_t n = strlen(hosts[i]);
		if (strncasecmp(url, hosts[i], n) == 0) {
			const char *rest = url + n;
			if (*rest == ':')
				rest += 1 + strspn(rest + 1, "0123456789");
			if (!*rest || *rest == '/' || *rest == '?')
				return !strpbrk(rest, " \\");
		}
	}
	return cred_url_safe(url);
}

static int find_url(
	struct buf *url, const struct cred_aws *a, const char **variable, struct mf_error *err)
{
	const char *relative = cred_env(&a->x, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = cred_env(&a->x, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	*variable = relative ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
			     : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
	if (relative && *relative != '/') {
		err_set(err, MF_EUSAGE, "%s is not a path that begins with /", *variable);
		err_hint(err, "%s", hint);
		return MF_EUSAGE;
	}
	buf_addf(url, "%s%s", relative ? "http://169.254.170.2" : "", relative ? relative : full);
	if (!url->failed && !is_allowed(url->p)) {
		err_set(err, MF_EUSAGE, "%s is no address that credentials may be asked of",
			*variable);
		err_hint(err, "https, or http to this machine, 169.254.170.2, 169.254.170.23 or "
			      "fd00:ec2::23");
		return MF_EUSAGE;
	}
	return buf_err(url, err);
}

/* The text for the header Authorization; NULL: none. Yours to wipe. */
static int find_token(
	char **out, const struct cred_aws *a, const char *source, struct mf_error *err)
{
	const char *file = cred_env(&a->x, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = cred_env(&a->x, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	struct mf_error e = MF_ERROR_INIT;
	size_t n;
	*out = NULL;
	if (file) {
		char *path = cred_path(&a->x, file);
		int rc = path ? cred_read_file(out, &n, path, &e) : err_nomem(&e);
		free(path);
		if (rc < 0)
			return aws_fail(err, &e, source,
				"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names it; the platform "
				"puts it there");
	} else if (token && !(*out = strdup(token))) {
		return err_nomem(err);
	}
	n = *out ? strlen(*out) : 0;
	while (n && strchr("\r\n", (*out)[n - 1]))
		(*out)[--n] = '\0';
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)(*out)[i] < ' ' || (*out)[i] == 127) {
			err_set(err, MF_EUSAGE,
				"%s: AWS_CONTAINER_AUTHORIZATION_TOKEN%s holds more than a line",
				source, file ? "_FILE" : "");
			cred_wipe(*out);
			*out = NULL;
			return MF_EUSAGE;
		}
	return MF_OK;
}

int aws_from_container(
	const struct cred_aws *a, struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	static const struct aws_names names = {
		"AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	struct buf url = BUF_INIT(1 << 16), header = BUF_INIT(1 << 20), source = BUF_INIT(1 << 10);
	const char *variable;
	char *token = NULL;
	struct cred_doc d = {.text = NULL};
	int rc;
	if (!cred_env(&a->x, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") &&
		!cred_env(&a->x, "AWS_CONTAINER_CREDENTIALS_FULL_URI"))
		return 0;
	TRY(find_url(&url, a, &variable, err));
	buf_addf(&source, "the container (%s)", variable);
	TRY(buf_err(&source, err));
	TRY(aws_online(a, source.p, err));
	TRY(find_token(&token, a, source.p, err));
	buf_addf(&header, "Authorization: %s", token ? token : "");
	TRY(buf_err(&header, err));
	const char *const headers[] = {"Accept: application/json", token ? header.p : NULL, NULL};
	struct cred_ask q = {.x = &a->x,
		.cancel = cancel,
		.source = source.p,
		.hint = hint,
		.url = url.p,
		.headers = headers,
		.secrets = {token},
		.tries = 3};
	TRY(cred_ask(&d, &q, err));
	rc = aws_keys(out, &d, d.v, &names, source.p, &a->x, err);
done:
	cred_doc_release(&d);
	cred_wipe(token);
	cred_wipe_buf(&header);
	cred_wipe_buf(&url);
	buf_release(&source);
	return rc < 0 ? rc : 1;
}
