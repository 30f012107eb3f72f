/* What is right and what is wrong with a history and the way to it. */
#include "doctor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "config.h"

enum { TEXT_MAX = 8192, NAMES_SHOWN = 4, CACHE_DEPTH = 4, CACHE_ENTRIES = 20000 };

/* ---- findings ---- */

/* Without what stands before the host of URLs: user and password. */
static void add_plain(struct buf *b, const char *s)
{
	for (const char *p; (p = strstr(s, "://")); s = p) {
		p += 3;
		buf_add(b, s, (size_t)(p - s));
		/* a password may hold about anything but these */
		size_t n = strcspn(p, "/?# \"");
		const char *at = memrchr(p, '@', n);
		p = at ? at + 1 : p;
	}
	buf_adds(b, s);
}

/* One line, whatever it quotes. (What a terminal can show is known to those who print it.) */
static const char *one_line(struct mf_doctor *d, const char *s)
{
	struct buf plain = BUF_INIT(MF_LIMIT_TEXT), b = BUF_INIT(4 * TEXT_MAX + 4);
	add_plain(&plain, s);
	for (size_t i = 0; i < plain.n && i < TEXT_MAX; i++) {
		unsigned char c = (unsigned char)plain.p[i];
		if (c < ' ' || c == 127)
			buf_addf(&b, "\\x%02x", c);
		else
			buf_addc(&b, (char)c);
	}
	const char *copy = b.failed || plain.failed ? NULL : arena_strndup(&d->arena, b.p, b.n);
	buf_release(&plain);
	buf_release(&b);
	return copy;
}

void doctor_say(struct mf_doctor *d, enum mf_level level, const char *topic, const char *hint,
	const char *fmt, ...)
{
	struct mf_diagnosis f = {.level = level, .topic = topic};
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	f.text = b.failed ? NULL : one_line(d, b.p);
	buf_release(&b);
	if (hint && *hint)
		f.hint = one_line(d, hint);
	if (!f.text || (hint && *hint && !f.hint) || !vec_push(&d->findings, f))
		d->failed = MF_ENOMEM;
}

void doctor_error(struct mf_doctor *d, enum mf_level level, const char *topic, const char *words,
	const struct mf_error *err)
{
	if (err->code == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	else
		doctor_say(d, level, topic, err->hint, "%s%s", words, err->message);
}

const char *doctor_source(struct mf_doctor *d, const char *key)
{
	const struct mf_config_entry *e = mf_config_explain(d->config, key);
	const char *text = !e || str_eq(e->source, "default")
				   ? "the default"
				   : arena_printf(&d->arena, "METAFLOW_%s from %s", key, e->source);
	if (!text)
		d->failed = MF_ENOMEM;
	return text ? text : "";
}

const char *doctor_topic(const struct mf_error *err)
{
	return err->code == MF_EACCESS ? "access" : "service";
}

/* ---- configuration ---- */

/* "METAFLOW_A, METAFLOW_B and 3 more" of what one source sets. */
static size_t names_of(struct mf_doctor *d, const char *source, struct buf *b)
{
	const struct mf_config_entry *e;
	size_t n = mf_config_entries(d->config, &e), count = 0;
	for (size_t i = 0; i < n; i++) {
		if (!e[i].value || !str_eq(e[i].source, source))
			continue;
		if (count++ < NAMES_SHOWN)
			buf_addf(b, "%sMETAFLOW_%s", count > 1 ? ", " : "", e[i].key);
	}
	if (count > NAMES_SHOWN)
		buf_addf(b, " and %zu more", count - NAMES_SHOWN);
	return count;
}

static bool first_of_source(const struct mf_config_entry *e, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (e[k].value && str_eq(e[k].source, e[i].source))
			return false;
	return true;
}

static void files(struct mf_doctor *d)
{
	const struct mf_config *c = d->config;
	const struct mf_config_entry *e, *profile = mf_config_explain(c, "PROFILE");
	size_t n = mf_config_entries(c, &e), sources = 0;
	struct buf project = BUF_INIT(MF_LIMIT_TEXT);
	bool named = false;
	if (c->root && c->root_reason && str_starts(c->root_reason, "nearest"))
		buf_addf(&project, "%s/config.json", c->root);
	for (size_t i = 0; i < n; i++) {
		struct buf names = BUF_INIT(MF_LIMIT_TEXT);
		if (!e[i].value || str_eq(e[i].source, "default") || !first_of_source(e, i))
			continue;
		names_of(d, e[i].source, &names);
		if (names.failed)
			d->failed = MF_ENOMEM;
		bool environment = str_eq(e[i].source, "environment"),
		     option = str_eq(e[i].source, "option");
		doctor_say(d, MF_FINE, "configuration", NULL, "%s%s %s%s",
			environment || option ? "the " : "", e[i].source,
			environment ? "wins over files, and sets " : "sets ", names.p);
		named = named || str_eq(e[i].source, project.p);
		sources++;
		buf_release(&names);
	}
	if (!sources)
		doctor_say(d, MF_FINE, "configuration", NULL,
			"all settings are defaults: no file and no variable sets any");
	if (project.n && !named && fs_exists(AT_FDCWD, project.p))
		doctor_say(d, MF_FINE, "configuration", NULL,
			"%s was read, and sets nothing that is in force", project.p);
	if (project.failed)
		d->failed = MF_ENOMEM;
	if (profile && profile->value && *profile->value)
		doctor_say(d, MF_FINE, "configuration", NULL, "profile %s, from the %s",
			profile->value, profile->source);
	buf_release(&project);
}

/* Why it is this provider. */
static void provider(struct mf_doctor *d)
{
	const struct mf_config *c = d->config;
	const char *url = mf_config_get(c, "SERVICE_URL"),
		   *name = mf_config_get(c, "DEFAULT_METADATA");
	bool service = d->client && d->client->service;
	if (c->metadata) {
		if (d->client)
			doctor_say(d, MF_FINE, "configuration", NULL,
				"metadata provider: %s, as --metadata says",
				d->client->provider->scheme);
		return;
	}
	doctor_say(d, MF_FINE, "configuration", NULL, "metadata provider: %s, %s%s%s",
		name ? name : "local", doctor_source(d, "DEFAULT_METADATA"), service ? "; " : "",
		service ? doctor_source(d, "SERVICE_URL") : "");
	if (!service && url && *url)
		doctor_say(d, MF_NOTE, "configuration",
			"METAFLOW_DEFAULT_METADATA=service, or --metadata service, has it asked",
			"%s is set, but not asked: the provider is %s",
			doctor_source(d, "SERVICE_URL"), name ? name : "local");
}

/* ---- what could not be opened ---- */

static void not_opened(struct mf_doctor *d, const struct mf_error *err)
{
	const char *topic = !d->config                  ? "configuration"
			    : err->code == MF_ENOTFOUND ? "history"
			    : err->code == MF_EACCESS   ? "access"
			    : err->code == MF_ENETWORK || err->code == MF_ETIMEOUT
				    ? "service"
				    : "configuration";
	struct buf where = BUF_INIT(4096);
	http_url_plain(&where, err->where);
	doctor_say(d, MF_PROBLEM, topic, err->hint, "%s%s%s", where.p, where.n ? ": " : "",
		err->message);
	if (err->code == MF_ENOMEM || where.failed)
		d->failed = MF_ENOMEM;
	buf_release(&where);
}

/* ---- what is kept between calls ---- */

/* Bytes of the files below a directory, as far as it is worth looking. */
static void measure(int at, const char *name, int depth, size_t *entries, uint64_t *bytes)
{
	struct fs_names names = {0};
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth ? O_NOFOLLOW : 0));
	if (fd < 0)
		return;
	fs_list_fd(fd, false, &names, name, NULL);
	for (size_t i = 0; i < names.n && *entries < CACHE_ENTRIES; i++) {
		struct stat st;
		++*entries;
		if (fstatat(fd, fs_name(&names, i), &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode))
			*bytes += (uint64_t)st.st_size;
		else if (S_ISDIR(st.st_mode) && depth < CACHE_DEPTH)
			measure(fd, fs_name(&names, i), depth + 1, entries, bytes);
	}
	fs_names_release(&names);
	close(fd);
}

/* Could it be made? Its nearest ancestor that exists can be written to. */
static bool can_be_made(const char *path)
{
	char at[4096];
	if (strlen(path) >= sizeof(at))
		return false;
	memcpy(at, path, strlen(path) + 1);
	for (char *slash; (slash = strrchr(at, '/'));) {
		slash[slash == at] = '\0';
		if (access(at, F_OK) == 0 || slash == at)
			break;
	}
	return access(at, W_OK | X_OK) == 0;
}

static void cache(struct mf_doctor *d)
{
	const struct mf_config *c = d->config;
	const char *dir = c->cache_dir, *unused = c->no_cache ? " (--no-cache: not used now)" : "";
	size_t entries = 0;
	uint64_t bytes = 0;
	struct buf size = BUF_INIT(64);
	if (!dir) {
		doctor_say(d, MF_NOTE, "cache", "set HOME or XDG_CACHE_HOME",
			"no home directory: nothing is kept between calls");
		return;
	}
	bool there = fs_is_dir(AT_FDCWD, dir);
	if (there ? access(dir, R_OK | W_OK | X_OK) < 0
		  : fs_exists(AT_FDCWD, dir) || !can_be_made(dir)) {
		doctor_say(d, MF_WARNING, "cache",
			"make it writable, or name another one with XDG_CACHE_HOME",
			"%s cannot be %s: nothing is kept between calls", dir,
			there ? "written to" : "made");
		return;
	}
	measure(AT_FDCWD, dir, 0, &entries, &bytes);
	fmt_size(&size, (int64_t)bytes);
	if (size.failed)
		d->failed = MF_ENOMEM;
	if (there)
		doctor_say(d, MF_FINE, "cache", NULL, "%s holds %s%s%s", dir,
			entries >= CACHE_ENTRIES ? "more than " : "", size.p, unused);
	else
		doctor_say(d, MF_FINE, "cache", NULL,
			"%s is made when there is something to keep%s", dir, unused);
	buf_release(&size);
}

/* ---- all of it ---- */

static void examine(struct mf_doctor *d, const struct mf_error *opened)
{
	if (d->config) {
		files(d);
		provider(d);
	}
	if (!d->client && opened)
		not_opened(d, opened);
	if (!d->config)
		return;
	if (d->client && d->client->service) {
		doctor_connection(d);
		if (d->config->offline) {
			doctor_say(
				d, MF_NOTE, "service", NULL, "--offline: the service is not asked");
			doctor_user(d, MINE_UNKNOWN);
			doctor_datastore(d);
		} else {
			doctor_ask_begin(d);
			doctor_service(d);
			doctor_ask_end(d);
		}
	} else if (d->client) {
		doctor_local(d);
	} else {
		doctor_user(d, MINE_UNKNOWN);
		doctor_datastore(d);
	}
	cache(d);
}

int mf_doctor_run(struct mf_doctor **out, const struct mf_config *config, struct mf_client *client,
	const struct mf_error *opened, struct mf_error *err)
{
	*out = NULL;
	struct mf_doctor *d = calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	arena_init(&d->arena, 0);
	d->config = config;
	d->client = client;
	d->version = "";
	examine(d, opened);
	if (d->failed) {
		mf_doctor_free(d);
		return err_nomem(err);
	}
	*out = d;
	return MF_OK;
}

size_t mf_doctor_count(const struct mf_doctor *d)
{
	return d->findings.n;
}

const struct mf_diagnosis *mf_doctor_finding(const struct mf_doctor *d, size_t i)
{
	return i < d->findings.n ? &d->findings.v[i] : NULL;
}

void mf_doctor_free(struct mf_doctor *d)
{
	if (!d)
		return;
	vec_release(&d->findings);
	vec_release(&d->headers);
	arena_release(&d->arena);
	free(d);
}
