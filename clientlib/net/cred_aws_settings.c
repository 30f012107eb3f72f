/* What profiles and variables say, and where requests go by it. */
#include <stdlib.h>

#include "cred_aws_parts.h"

/* ---- settings ---- */

const char *aws_setting(
	const struct cred_aws *a, const char *profile, const char *block, const char *name)
{
	const char *value = aws_option(
		&a->credentials, aws_section(&a->credentials, NULL, profile), block, name);
	return value ? value
		     : aws_option(&a->config, aws_section(&a->config, "profile", profile), block,
			       name);
}

bool aws_has_profile(const struct cred_aws *a, const char *profile)
{
	return aws_section(&a->credentials, NULL, profile) ||
	       aws_section(&a->config, "profile", profile);
}

static const char *file_of(const struct cred_aws *a, const char *profile)
{
	if (aws_section(&a->config, "profile", profile))
		return a->config.path;
	return aws_section(&a->credentials, NULL, profile) ? a->credentials.path : NULL;
}

char *aws_profile_text(const struct cred_aws *a, const char *profile)
{
	struct buf b = BUF_INIT(1 << 16);
	const char *file = file_of(a, profile);
	buf_addf(&b, "profile “%.200s”%s%.2000s", profile, file ? " of " : "", file ? file : "");
	return buf_take(&b);
}

/* What the section named by `services` says of a service. */
static const char *service_setting(
	const struct cred_aws *a, const char *profile, const char *service, const char *name)
{
	const char *services = aws_setting(a, profile, NULL, "services");
	const struct aws_section *s =
		services ? aws_section(&a->config, "services", services) : NULL;
	return s ? aws_option(&a->config, s, service, name) : NULL;
}

const char *cred_aws_setting(const struct cred_aws *a, const char *name)
{
	char block[64];
	const char *dot = strchr(name, '.'), *value;
	if (!dot)
		return aws_setting(a, a->profile, NULL, name);
	size_t n = (size_t)(dot - name);
	if (n >= sizeof(block))
		return NULL;
	memcpy(block, name, n);
	block[n] = '\0';
	value = service_setting(a, a->profile, block, dot + 1);
	return value ? value : aws_setting(a, a->profile, block, dot + 1);
}

/* ---- endpoints ---- */

const char *aws_region(const struct cred_aws *a, const char *profile)
{
	const char *region = cred_env(&a->x, "AWS_DEFAULT_REGION");
	if (!region)
		region = aws_setting(a, profile, NULL, "region");
	if (!region || !*region)
		region = cred_env(&a->x, "AWS_REGION");
	return region;
}

static const char *domain_of(const char *region)
{
	static const char *const domains[][2] = {{"cn-", "amazonaws.com.cn"},
		{"us-isob-", "sc2s.sgov.gov"}, {"us-isof-", "csp.hci.ic.gov"},
		{"eu-isoe-", "cloud.adc-e.uk"}, {"us-iso-", "c2s.ic.gov"},
		{"eusc-", "amazonaws.eu"}};
	for (size_t i = 0; i < ARRAY_SIZE(domains); i++)
		if (str_starts(region, domains[i][0]))
			return domains[i][1];
	return "amazonaws.com";
}

static const char *configured_endpoint(
	const struct cred_aws *a, const char *profile, const char *service)
{
	char name[40] = "AWS_ENDPOINT_URL_";
	const char *ignore = cred_env(&a->x, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), *url;
	if (!ignore)
		ignore = aws_setting(a, profile, NULL, "ignore_configured_endpoint_urls");
	if (ignore && strcasecmp(ignore, "true") == 0)
		return NULL;
	size_t n = strlen(name);
	for (const char *p = service; *p && n < sizeof(name) - 1; p++)
		name[n++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	url = cred_env(&a->x, name);
	if (!url)
		url = service_setting(a, profile, service, "endpoint_url");
	if (!url)
		url = cred_env(&a->x, "AWS_ENDPOINT_URL");
	if (!url)
		url = aws_setting(a, profile, NULL, "endpoint_url");
	return url && *url ? url : NULL;
}

int aws_endpoint(struct buf *url, const struct cred_aws *a, const char *profile,
	const char *service, const char *host, const char *region, struct mf_error *err)
{
	const char *configured = configured_endpoint(a, profile, service);
	size_t n = region ? strlen(region) : 0;
	if (region &&
		(!n || n > 63 || strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)) {
		err_set(err, MF_EUSAGE, "“%.80s” is not a region of AWS", region);
		err_hint(err, "set AWS_DEFAULT_REGION, or region in the profile: “eu-central-1”");
		return MF_EUSAGE;
	}
	if (configured) {
		size_t len = strlen(configured);
		while (len && configured[len - 1] == '/')
			len--;
		buf_add(url, configured, len);
	} else if (region) {
		buf_addf(url, "https://%s.%s.%s", host, region, domain_of(region));
	} else {
		buf_addf(url, "https://%s.amazonaws.com", host);
	}
	return buf_err(url, err);
}

/* ---- errors ---- */

int aws_online(const struct cred_aws *a, const char *source, struct mf_error *err)
{
	if (a->x.http)
		return MF_OK;
	return err_set(
		err, MF_EUNSUPPORTED, "%s: nothing may be asked over the network here", source);
}

int aws_fail(struct mf_error *err, struct mf_error *e, const char *source, const char *hint)
{
	if (e->code == MF_ENOTFOUND)
		e->code = MF_EUSAGE;
	if (e->code == MF_EFAILED)
		e->code = MF_EACCESS;
	return cred_fail(err, e, source, hint);
}
