/* The service itself: is it there, is it one, are there several, is its database there, what time
 * is it there (service-api.md §1.3, §3, §6, §8). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../codec/json.h"
#include "config.h"
#include "doctor.h"

enum { CLOCK_FINE_MS = 1500, CLOCK_WRONG_MS = 60000, TOLD = 64 };

/* ---- how it is asked ---- */

/* "x-api-key, Authorization": the names alone. */
static void header_names(struct service *s, struct buf *b)
{
	pthread_mutex_lock(&s->lock);
	for (const char *const *h = s->headers; h && *h; h++)
		buf_addf(b, "%s%.*s", b->n ? ", " : "", (int)strcspn(*h, ":"), *h);
	pthread_mutex_unlock(&s->lock);
}

static bool is_near(const char *base)
{
	const char *host = strstr(base, "//");
	host = host ? host + 2 : base;
	return str_starts(host, "127.") || str_starts(host, "localhost") ||
	       str_starts(host, "[::1]");
}

static void security(struct mf_doctor *d, bool secrets)
{
	const struct mf_config *c = d->config;
	struct service *s = d->client->service;
	if (str_starts(s->base, "https:"))
		doctor_say(d, MF_FINE, "service", NULL,
			"TLS: its certificate is checked against %s%s",
			c->service_ca ? c->service_ca : "the system's certificates",
			c->service_cert ? ", and ours is shown" : "");
	else if (secrets && !is_near(s->shown))
		doctor_say(d, MF_WARNING, "service", "use its https:// address",
			"keys and headers go over the network unprotected: the URL is http://");
}

/* What libcurl takes its proxy from. */
static void proxy(struct mf_doctor *d)
{
	static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
	static const char *const tls[] = {
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
	const char *const *name = str_starts(d->client->service->base, "https:") ? tls : plain;
	while (*name && (!getenv(*name) || !*getenv(*name)))
		name++;
	if (!*name)
		return;
	struct buf url = BUF_INIT(4096);
	http_url_plain(&url, getenv(*name));
	doctor_say(d, MF_NOTE, "service", NULL,
		"a proxy is in use, %s from %s, unless no_proxy excepts this host", url.p, *name);
	buf_release(&url);
}

void doctor_connection(struct mf_doctor *d)
{
	struct buf names = BUF_INIT(4096);
	header_names(d->client->service, &names);
	if (names.n)
		doctor_say(d, MF_FINE, "service", NULL, "headers sent: %s%s", names.p,
			d->config->headers_command
				? "; MFCTL_SERVICE_HEADERS_COMMAND is run for them"
				: "");
	if (names.failed)
		d->failed = MF_ENOMEM;
	security(d, names.n > 0);
	proxy(d);
	buf_release(&names);
}

/* ---- pings ---- */

struct pings {
	unsigned answered, failed;
	char version[DOCTOR_PINGS][TOLD],
		server[DOCTOR_PINGS][TOLD]; /* of those that were answered */
	int64_t fastest;
	bool has_skew;
	int64_t skew, round_trip;   /* the service's clock minus ours */
	struct mf_error first, why; /* of the first ping; of the first of the others that failed */
	bool other;                 /* the first one was answered, but not by a metadata service */
	char said[TOLD];            /* by what answered */
};

static void learn(struct pings *p, const struct http_response *r)
{
	int64_t trip = r->got - r->sent;
	unsigned i = p->answered++;
	if (!http_header(r, "METADATA_SERVICE_VERSION", p->version[i], TOLD))
		p->version[i][0] = '\0';
	if (!http_header(r, "Server", p->server[i], TOLD))
		p->server[i][0] = '\0';
	if (i == 0 || trip < p->fastest)
		p->fastest = trip;
	if (r->date != MF_NO_TIME && (!p->has_skew || trip < p->round_trip)) {
		p->skew = r->date + 500 - (r->sent + trip / 2); /* Date has whole seconds */
		p->round_trip = trip;
		p->has_skew = true;
	}
}

static bool is_pong(const struct buf *b)
{
	size_t n = b->n;
	while (n && isspace((unsigned char)b->p[n - 1]))
		n--;
	return n == strlen("pong") && memcmp(b->p, "pong", n) == 0;
}

/* False: the network does not get there, and asking for more is no use. */
static bool ping(struct mf_doctor *d, struct pings *p)
{
	for (int i = 0; i < DOCTOR_PINGS && !d->failed; i++) {
		struct asked a = ASKED_INIT;
		int rc = doctor_ask(d, "/ping", i ? ASK_FRESH : ASK_AGAIN, &a);
		if (rc == MF_OK && service_is_page(a.r.body.p, a.r.body.n))
			rc = service_refused(d->client, a.r.status, a.r.body.p, a.r.body.n, &a.r,
				"/ping", &a.err);
		if (rc == MF_OK && !is_pong(&a.r.body)) {
			p->other = true;
			snprintf(p->said, sizeof(p->said), "%.*s", (int)strcspn(a.r.body.p, "\r\n"),
				a.r.body.p);
		}
		if (rc == MF_OK)
			learn(p, &a.r);
		else if (i == 0)
			p->first = a.err;
		else if (p->failed++ == 0)
			p->why = a.err;
		doctor_asked_release(&a);
		if (i == 0 && (rc < 0 || p->other))
			break;
	}
	return !p->first.code || p->first.http_status;
}

static void say_first(struct mf_doctor *d, const struct pings *p, bool lists)
{
	const char *shown = d->client->service->shown;
	enum mf_level level = lists ? MF_WARNING : MF_PROBLEM;
	if (p->first.code == MF_EUNSUPPORTED) {
		doctor_say(d, level, "service",
			"the URL lacks a path prefix, has one too many, or is that of something "
			"else",
			"%s does not know /ping, which every metadata service answers (HTTP %d)",
			shown, p->first.http_status);
	} else if (p->first.code) {
		doctor_say(d, level, doctor_topic(&p->first), p->first.hint, "%s: %s", shown,
			p->first.message);
	} else if (p->other) {
		doctor_say(d, level, "service",
			"is it the URL of the metadata service, and not that of something else?",
			"what answers at %s is no metadata service: it says “%s”", shown, p->said);
	} else {
		char time[32] = "at once";
		if (p->fastest > 0)
			snprintf(time, sizeof(time), "in %lld ms", (long long)p->fastest);
		doctor_say(d, MF_FINE, "service", NULL, "%s answers %s", shown, time);
	}
}

/* Do all that answered say the same? */
static bool same(char told[][TOLD], unsigned n, const char **other)
{
	for (unsigned i = 1; i < n; i++)
		if (!str_eq(told[i], told[0])) {
			*other = told[i];
			return false;
		}
	return true;
}

static const char *shown(const char *version)
{
	return *version ? version : "none";
}

static void instances(struct mf_doctor *d, struct pings *p)
{
	static const char hint[] =
		"answers depend on which instance gives them: bring all to one version";
	const char *other;
	if (p->failed)
		doctor_error(d, MF_WARNING, "instances",
			"some requests are answered and others are not: ", &p->why);
	if (!same(p->version, p->answered, &other))
		doctor_say(d, MF_WARNING, "instances", hint,
			"a load balancer is in front of instances that differ: versions %s and %s",
			shown(p->version[0]), shown(other));
	else if (d->paged && d->paged < d->sampled)
		doctor_say(d, MF_WARNING, "instances", hint,
			"a load balancer is in front of instances that differ: %u of %u lists came "
			"as pages",
			d->paged, d->sampled);
	else if (!same(p->server, p->answered, &other))
		doctor_say(d, MF_WARNING, "instances", hint,
			"a load balancer is in front of instances that differ: they are “%s” and "
			"“%s”",
			shown(p->server[0]), shown(other));
	else if (!p->failed)
		doctor_say(d, MF_FINE, "instances", NULL,
			"%u requests, each on its own connection, were answered alike",
			p->answered);
}

/* ---- the database ---- */

/* A JSON text, or one inside of a JSON string. */
static struct mf_value *parse(struct mf_doctor *d, const struct buf *b)
{
	struct mf_value *v, *inner;
	struct mf_error err = MF_ERROR_INIT;
	char *copy = arena_strndup(&d->arena, b->p, b->n);
	if (!copy || json_parse(&v, &d->arena, copy, b->n, &err) < 0) {
		if (!copy || err.code == MF_ENOMEM)
			d->failed = MF_ENOMEM;
		return NULL;
	}
	if (v->kind == MF_STRING &&
		json_parse(&inner, &d->arena, v->u.s.p, v->u.s.n, NULL) == MF_OK)
		v = inner;
	return v;
}

static void health(struct mf_doctor *d)
{
	struct asked a = ASKED_INIT;
	int rc = doctor_ask(d, "/healthcheck", 0, &a);
	const struct mf_value *v = rc == MF_OK ? parse(d, &a.r.body) : NULL;
	size_t n = 0;
	const char *status = mf_value_text(mf_value_get(v, "status"), &n);
	if (rc == MF_OK && status && n == 2 && memcmp(status, "UP", 2) == 0) {
		doctor_say(d, MF_FINE, "database", NULL, "the service reaches it");
	} else if (rc == MF_OK) {
		doctor_say(d, MF_NOTE, "database", NULL,
			"/healthcheck does not say that it is up, but “%.*s”", n ? (int)n : 60,
			n ? status : a.r.body.p);
	} else if (rc == MF_EUNSUPPORTED || rc == MF_ENOTFOUND) {
		doctor_say(d, MF_NOTE, "database", NULL,
			"not told: this service is too old for /healthcheck");
	} else if (a.err.http_status == 500) {
		d->database_down = true;
		doctor_say(d, MF_PROBLEM, "database",
			"it recovers by itself when the database is back; until then lists fail",
			"the service cannot reach its database (HTTP 500)");
	} else {
		doctor_error(d, rc == MF_EACCESS ? MF_NOTE : MF_WARNING, "database",
			"not told: ", &a.err);
	}
	doctor_asked_release(&a);
}

static void migration(struct mf_doctor *d)
{
	const char *base = getenv("MFCTL_MIGRATION_URL");
	struct asked a = ASKED_INIT;
	if (!base || !*base)
		return;
	size_t n = strlen(base);
	while (n && base[n - 1] == '/')
		n--;
	const char *url = arena_printf(&d->arena, "%.*s/db_schema_status", (int)n, base);
	if (!url) {
		d->failed = MF_ENOMEM;
		return;
	}
	int rc = doctor_ask(d, url, ASK_OTHER, &a);
	const struct mf_value *v = rc == MF_OK ? parse(d, &a.r.body) : NULL,
			      *current = mf_value_get(v, "is_up_to_date");
	size_t left = mf_value_count(mf_value_get(v, "unapplied_migrations"));
	if (rc < 0)
		doctor_error(d, MF_WARNING, "database",
			"the migration service (MFCTL_MIGRATION_URL) does not tell: ", &a.err);
	else if (mf_value_kind(current) != MF_BOOL)
		doctor_say(d, MF_WARNING, "database",
			"is MFCTL_MIGRATION_URL the address of a migration service?",
			"what answers at MFCTL_MIGRATION_URL does not tell about migrations");
	else if (mf_value_bool(mf_value_get(v, "migration_in_progress")))
		doctor_say(d, MF_WARNING, "database", "wait until it is done",
			"a migration is in progress");
	else if (!mf_value_bool(current) || left)
		doctor_say(d, MF_WARNING, "database",
			"whoever runs the service applies them (its migration service's upgrade)",
			"%zu migration%s not applied", left, left == 1 ? " is" : "s are");
	else
		doctor_say(d, MF_FINE, "database", NULL, "all migrations are applied");
	doctor_asked_release(&a);
}

/* ---- the clock ---- */

static void clocks(struct mf_doctor *d, const struct pings *p)
{
	int64_t off = p->skew < 0 ? -p->skew : p->skew;
	struct buf b = BUF_INIT(64);
	if (!p->has_skew) {
		doctor_say(d, MF_NOTE, "clock", NULL, "not told: replies have no Date");
		return;
	}
	fmt_duration(&b, off);
	if (b.failed)
		d->failed = MF_ENOMEM;
	if (off <= CLOCK_FINE_MS)
		doctor_say(d, MF_FINE, "clock", NULL, "that of the service and ours agree");
	else
		doctor_say(d, off >= CLOCK_WRONG_MS ? MF_WARNING : MF_NOTE, "clock",
			"set the one that is wrong (NTP); states are judged here by the service's "
			"clock",
			"the service's clock is %s %s ours", b.p,
			p->skew > 0 ? "ahead of" : "behind");
	buf_release(&b);
}

/* ---- all of it ---- */

/* A gateway may let through less than /ping. */
static bool has_lists(struct mf_doctor *d)
{
	struct asked a = ASKED_INIT;
	struct reply rows;
	reply_init(&rows);
	bool good = doctor_ask(d, "/flows?_limit=1", 0, &a) == MF_OK &&
		    doctor_rows(&a, &rows, NULL) == MF_OK;
	reply_release(&rows);
	doctor_asked_release(&a);
	return good;
}

void doctor_service(struct mf_doctor *d)
{
	struct pings p = {.first = MF_ERROR_INIT, .why = MF_ERROR_INIT};
	bool reached = ping(d, &p), usual = reached && !p.first.code && !p.other;
	bool lists = usual || (reached && !p.other && has_lists(d));
	say_first(d, &p, lists);
	if (!lists) {
		doctor_user(d, MINE_UNKNOWN);
		doctor_datastore(d);
		return;
	}
	d->version = p.answered ? arena_strdup(&d->arena, p.version[0]) : "";
	if (!d->version) {
		d->version = "";
		d->failed = MF_ENOMEM;
	}
	doctor_version(d);
	if (usual)
		instances(d, &p);
	health(d);
	migration(d);
	clocks(d, &p);
	doctor_service_runs(d);
}
