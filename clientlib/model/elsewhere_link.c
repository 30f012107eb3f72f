/* Links into consoles, made of values that have the form they must have. */
#include <ctype.h>

#include "elsewhere.h"
#include "../net/http.h"

enum { URL_MOST = 8192, REGION_MOST = 32, ACCOUNT_DIGITS = 12, ARN_PARTS = 8 };

/* ---- forms ---- */

/* us-east-1, us-gov-west-1 */
static bool is_region(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n && n <= REGION_MOST && !s[n] && s[0] >= 'a' && s[0] <= 'z' && strchr(s, '-');
}

/* n hexadecimal digits in lower case */
static bool is_hex(const char *s, size_t n)
{
	return strspn(s, "0123456789abcdef") >= n;
}

/* The length of the UUID that s starts with, 0 for none. */
static size_t uuid_length(const char *s)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	const char *p = s;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (i && *p++ != '-')
			return 0;
		if (!is_hex(p, groups[i]))
			return 0;
		p += groups[i];
	}
	return (size_t)(p - s);
}

static bool is_digits(const char *s, size_t n)
{
	return n && strspn(s, "0123456789") == n;
}

/* Printable, and none of the characters in `not`. */
static bool is_name(const char *s, size_t n, size_t most, const char * not )
{
	if (!n || n > most)
		return false;
	for (size_t i = 0; i < n; i++)
		if (iscntrl((unsigned char)s[i]) || strchr(not, s[i]))
			return false;
	return true;
}

/* The console of the partition that a region is in; NULL: one without a console for everybody. */
static const char *host_of(const char *region)
{
	if (str_starts(region, "cn-"))
		return "console.amazonaws.cn";
	if (str_starts(region, "us-gov-"))
		return "console.amazonaws-us-gov.com";
	if (str_starts(region, "eusc-") || strstr(region, "-iso"))
		return NULL;
	return "console.aws.amazon.com";
}

/* ---- pages ---- */

/* "https://HOST/SERVICE/home?region=REGION#", or nothing. */
static bool page(struct buf *b, const char *service, const char *region)
{
	const char *host = region && is_region(region) ? host_of(region) : NULL;
	if (host)
		buf_addf(b, "https://%s/%s/home?region=%s#", host, service, region);
	return host;
}

static void batch_job(struct buf *b, const char *id, const char *region)
{
	size_t n = uuid_length(id);
	const char *rest = id + n;
	bool node = *rest == '#', one_of = node || *rest == ':';
	if (!n || (one_of ? !is_digits(rest + 1, strlen(rest + 1)) : *rest) ||
		!page(b, "batch", region))
		return;
	/* a node of a multi-node job is found on the page of the job */
	buf_adds(b, node ? "jobs/mnp-job/" : "jobs/detail/");
	http_escape(b, id, node ? n : strlen(id));
}

/* The page takes a fragment that has been encoded twice, the second time with $ for %. */
static void add_twice(struct buf *b, const char *s)
{
	struct buf once = BUF_INIT(URL_MOST);
	http_escape(&once, s, strlen(s));
	for (size_t i = 0; i < once.n; i++) {
		if (once.p[i] == '%')
			buf_adds(b, "$25");
		else
			buf_addc(b, once.p[i]);
	}
	if (once.failed)
		b->failed = once.failed;
	buf_release(&once);
}

static void log_stream(struct buf *b, const char *stream, const char *group, const char *region)
{
	static const char of_group[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/.#";
	bool known = group && *group && strlen(group) <= 512 && !group[strspn(group, of_group)];
	if (!known || !is_name(stream, strlen(stream), 512, ":*") || !page(b, "cloudwatch", region))
		return;
	buf_adds(b, "logsV2:log-groups/log-group/");
	add_twice(b, group);
	buf_adds(b, "/log-events/");
	add_twice(b, stream);
}

static void instance(struct buf *b, const char *id, const char *region)
{
	size_t n = str_starts(id, "i-") ? strlen(id + 2) : 0;
	if ((n == 8 || n == 17) && is_hex(id + 2, n) && page(b, "ec2", region))
		buf_addf(b, "InstanceDetails:instanceId=%s", id);
}

struct arn {
	const char *part[ARN_PARTS]; /* arn, partition, service, region, account, kind, names … */
	size_t length[ARN_PARTS], n;
};

static bool part_is(const struct arn *a, size_t i, const char *s)
{
	return a->length[i] == strlen(s) && memcmp(a->part[i], s, a->length[i]) == 0;
}

/* arn:PARTITION:states:REGION:ACCOUNT:KIND:NAME…, with `names` names; its region is copied. */
static bool states_arn(struct arn *a, const char *text, const char *kind, size_t names,
	char region[REGION_MOST + 1])
{
	*a = (struct arn){.n = 0};
	for (const char *p = text;; p += a->length[a->n - 1] + 1) {
		if (a->n == ARN_PARTS)
			return false;
		a->part[a->n] = p;
		a->length[a->n] = strcspn(p, ":");
		if (!p[a->length[a->n++]])
			break;
	}
	if (a->n != 6 + names || !part_is(a, 0, "arn") || !part_is(a, 2, "states") ||
		!part_is(a, 5, kind))
		return false;
	if (a->length[3] > REGION_MOST || a->length[4] != ACCOUNT_DIGITS ||
		strspn(a->part[4], "0123456789") != ACCOUNT_DIGITS)
		return false;
	for (size_t i = 6; i < a->n; i++)
		if (!is_name(a->part[i], a->length[i], 80, " ?*[]{}<>\"#%\\^|~`$&,;/"))
			return false;
	memcpy(region, a->part[3], a->length[3]);
	region[a->length[3]] = '\0';
	const char *partition = str_starts(region, "cn-")       ? "aws-cn"
				: str_starts(region, "us-gov-") ? "aws-us-gov"
								: "aws";
	return part_is(a, 1, partition);
}

static void add_arn(struct buf *b, const struct arn *a)
{
	for (size_t i = 0; i < a->n; i++) {
		if (i)
			buf_addc(b, ':');
		http_escape(b, a->part[i], a->length[i]);
	}
}

static void states(struct buf *b, const char *value, const char *machine, bool execution)
{
	struct arn a;
	char region[REGION_MOST + 1];
	if (!execution) {
		if (states_arn(&a, value, "stateMachine", 1, region) && page(b, "states", region)) {
			buf_adds(b, "/statemachines/view/");
			add_arn(b, &a);
		}
	} else if (states_arn(&a, value, "execution", 2, region)) {
		if (page(b, "states", region)) {
			buf_adds(b, "/v2/executions/details/");
			add_arn(b, &a);
		}
	} else if (machine && is_name(value, strlen(value), 80, " :?*[]{}<>\"#%\\^|~`$&,;/") &&
		   states_arn(&a, machine, "stateMachine", 1, region) &&
		   page(b, "states", region)) {
		/* a name within a machine that is known in full */
		buf_adds(b, "/v2/executions/details/");
		a.part[5] = "execution";
		a.length[5] = strlen(a.part[5]);
		add_arn(b, &a);
		buf_addc(b, ':');
		http_escape(b, value, strlen(value));
	}
}

bool place_url(struct arena *a, enum place_kind kind, const char *value,
	const struct place_hints *h, const char **out)
{
	struct buf b = BUF_INIT(URL_MOST);
	*out = NULL;
	switch (kind) {
	case KIND_PLAIN:
	case KIND_FLAG: break;
	/* the job's own region is that of the machine; on Fargate only that of its log is known */
	case KIND_BATCH_JOB:
		batch_job(&b, value, h->ec2_region ? h->ec2_region : h->log_region);
		break;
	case KIND_LOG_STREAM: log_stream(&b, value, h->log_group, h->log_region); break;
	case KIND_EC2_INSTANCE: instance(&b, value, h->ec2_region); break;
	case KIND_SFN_EXECUTION: states(&b, value, h->machine, true); break;
	case KIND_SFN_MACHINE: states(&b, value, NULL, false); break;
	}
	bool ok = b.failed != MF_ENOMEM;
	if (b.n && !b.failed)
		ok = (*out = arena_strndup(a, b.p, b.n));
	buf_release(&b);
	return ok;
}
