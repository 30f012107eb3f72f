#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../base/arena.h"
#include "../base/fmt.h"
#include "../base/fs.h"
#include "../base/limits.h"
#include "../codec/json.h"

enum kind { STR, INT, BOOL, JSON };

static const struct {
	const char *key;
	enum kind kind;
	const char *value;
	bool secret;
	const char *help;
} known[] = {
#define CONFIG(key, kind, value, secret, help) {#key, kind, value, secret, help},
#include "config.def"
#undef CONFIG
};

extern char **environ;

/* A file of settings that has been read: project or global. */
struct layer {
	const char *path;
	struct mf_value *doc; /* MF_DICT or NULL */
};

static const char *env_get(const char *const *env, const char *name)
{
	size_t n = strlen(name);
	for (; *env; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

static const char *filled(const char *s)
{
	return s && *s ? s : NULL;
}

/* The nearest directory at or above cwd that holds .metaflow. */
static int find_root(struct mf_config *c, const char *cwd, struct mf_error *err)
{
	char *dir = arena_strdup(c->arena, cwd);
	if (!dir)
		return err_nomem(err);
	for (;;) {
		const char *path = arena_printf(c->arena, "%s/.metaflow", str_eq(dir, "/") ? "" : dir);
		if (!path)
			return err_nomem(err);
		if (fs_is_dir(AT_FDCWD, path)) {
			char real[PATH_MAX];
			c->root = arena_strdup(c->arena, realpath(path, real) ? real : path);
			c->root_reason = arena_printf(c->arena, "nearest .metaflow at or above %s", cwd);
			return c->root && c->root_reason ? MF_OK : err_nomem(err);
		}
		char *slash = strrchr(dir, '/');
		if (!slash || !dir[1])
			return MF_OK;
		slash[slash == dir] = '\0';
	}
}

static int read_layer(struct mf_config *c, struct layer *l, const char *path, bool required, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	char *text;
	size_t n;
	l->path = path;
	int rc = fs_read(AT_FDCWD, path, c->arena, MF_LIMIT_JSON_FILE, &text, &n, path, &mine);
	if (rc == MF_ENOTFOUND && !required)
		return MF_OK;
	if (rc == MF_OK) {
		rc = json_parse(&l->doc, c->arena, text, n, &mine);
		if (rc == MF_OK && l->doc->kind != MF_DICT)
			rc = err_set(&mine, MF_ECORRUPT, "not a JSON object");
	}
	if (rc == MF_OK)
		return MF_OK;
	if (rc == MF_ECORRUPT)
		err_hint(&mine, "the file must be one flat JSON object, like {\"METAFLOW_USER\": \"alice\"}");
	if (rc == MF_ENOTFOUND)
		err_hint(&mine, "a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig");
	err_at(err, rc, path, "configuration file cannot be used: %s", mine.message);
	err_hint(err, "%s", mine.hint);
	if (err)
		err->offset = mine.offset;
	return rc;
}

/* A setting from a file as text: strings as they are, the rest as JSON. */
static const char *as_text(struct mf_config *c, const struct mf_value *v, enum kind kind)
{
	if (v->kind == MF_NULL)
		return NULL;
	if (v->kind == MF_STRING)
		return arena_strndup(c->arena, v->u.s.p, v->u.s.n);
	if (kind == BOOL && v->kind == MF_BOOL)
		return v->u.b ? "true" : "false";
	struct buf b = BUF_INIT(MF_LIMIT_JSON_FILE);
	struct mf_sink sink = {buf_sink_write, &b};
	mf_value_print_json(v, &sink, 0, NULL);
	const char *text = b.failed ? NULL : arena_strndup(c->arena, b.p, b.n);
	buf_release(&b);
	return text;
}

static const char *canonical(const char *text, enum kind kind)
{
	if (!text || kind != BOOL)
		return text;
	return !*text || str_eq(text, "0") || strcasecmp(text, "false") == 0 ? "false" : "true";
}

static int add(struct mf_config *c, const char *key, enum kind kind, const char *fallback, bool secret, const char *help,
	const char *const *env, const struct layer *layers, const char *profile)
{
	struct mf_config_entry *e = &c->entries[c->n_entries];
	char *name = arena_printf(c->arena, "METAFLOW_%s", key);
	if (!name)
		return MF_ENOMEM;
	*e = (struct mf_config_entry){.key = name + strlen("METAFLOW_"), .source = "default", .help = help,
		.secret = secret || strstr(key, "SECRET") || strstr(key, "PASSWORD") || strstr(key, "_KEY")};
	const char *value = env_get(env, name);
	if (profile && str_eq(key, "PROFILE")) {
		value = profile;
		e->source = "option";
	} else if (value) {
		e->source = "environment";
	}
	bool env_only = str_eq(key, "PROFILE") || str_eq(key, "HOME") || str_eq(key, "PRODUCTION_TOKEN");
	for (int i = 0; i < 2 && !value && !env_only; i++) {
		const struct mf_value *v = mf_value_get(layers[i].doc, name);
		if (v) {
			value = as_text(c, v, kind);
			if (!value && v->kind != MF_NULL)
				return MF_ENOMEM;
			e->source = layers[i].path;
		}
	}
	if (!value) {
		value = fallback;
		e->source = "default";
	}
	e->value = canonical(value, kind);
	c->n_entries++;
	return MF_OK;
}

static bool seen(const struct mf_config *c, const char *key, size_t n)
{
	for (size_t i = 0; i < c->n_entries; i++)
		if (strlen(c->entries[i].key) == n && memcmp(c->entries[i].key, key, n) == 0)
			return true;
	return false;
}

/* "METAFLOW_X" → "X" of n bytes; NULL for other names */
static const char *own_key(const char *name, size_t *n)
{
	size_t prefix = strlen("METAFLOW_");
	if (*n <= prefix || memcmp(name, "METAFLOW_", prefix) != 0)
		return NULL;
	*n -= prefix;
	return name + prefix;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct mf_config_entry *)a)->key, ((const struct mf_config_entry *)b)->key);
}

static int add_all(struct mf_config *c, const char *const *env, const struct layer *layers, const char *profile)
{
	size_t most = ARRAY_SIZE(known);
	for (const char *const *e = env; *e; e++)
		most++;
	for (int i = 0; i < 2; i++)
		most += mf_value_count(layers[i].doc);
	c->entries = arena_calloc(c->arena, most, sizeof(*c->entries));
	if (!c->entries)
		return MF_ENOMEM;
	int rc;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		TRY(add(c, known[i].key, known[i].kind, known[i].value, known[i].secret, known[i].help, env, layers,
			profile));
	for (const char *const *e = env; *e; e++) {
		size_t n = strcspn(*e, "=");
		const char *key = own_key(*e, &n);
		if (!key || seen(c, key, n))
			continue;
		key = arena_strndup(c->arena, key, n);
		TRY(key ? add(c, key, STR, NULL, false, NULL, env, layers, profile) : MF_ENOMEM);
	}
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < mf_value_count(layers[i].doc); k++) {
			size_t n;
			const char *name = mf_value_text(mf_value_key(layers[i].doc, k), &n);
			const char *key = name ? own_key(name, &n) : NULL;
			if (!key || seen(c, key, n) || memchr(key, '\0', n))
				continue;
			key = arena_strndup(c->arena, key, n);
			TRY(key ? add(c, key, STR, NULL, false, NULL, env, layers, profile) : MF_ENOMEM);
		}
	qsort(c->entries, c->n_entries, sizeof(*c->entries), by_key);
	return MF_OK;
done:
	return rc;
}

/* Settings that are ours: they come from the environment alone. */
static int own_settings(struct mf_config *c, const char *const *env, struct mf_error *err)
{
	static const char *const ca[] = {"MFCTL_SERVICE_CA", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
	const struct {
		const char **to;
		const char *value;
	} all[] = {{&c->service_cert, env_get(env, "MFCTL_SERVICE_CERT")}, {&c->service_key, env_get(env, "MFCTL_SERVICE_KEY")},
		{&c->headers_command, env_get(env, "MFCTL_SERVICE_HEADERS_COMMAND")}};
	const char *found = NULL, *cache = filled(env_get(env, "XDG_CACHE_HOME")), *home = filled(env_get(env, "HOME"));
	if (cache || home)
		c->cache_dir = cache ? arena_printf(c->arena, "%s/mfkit", cache)
				     : arena_printf(c->arena, "%s/.cache/mfkit", home);
	if ((cache || home) && !c->cache_dir)
		return err_nomem(err);
	for (size_t i = 0; i < ARRAY_SIZE(ca) && !found; i++) /* the Python client's own are taken too */
		found = filled(env_get(env, ca[i]));
	c->service_ca = found ? arena_strdup(c->arena, found) : NULL;
	if (found && !c->service_ca)
		return err_nomem(err);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!filled(all[i].value))
			continue;
		*all[i].to = arena_strdup(c->arena, all[i].value);
		if (!*all[i].to)
			return err_nomem(err);
	}
	return MF_OK;
}

/* What object stores look at later: the process's own environment stays, another one is copied. */
static int keep_environ(struct mf_config *c, const char *const *env, struct mf_error *err)
{
	size_t n = 0;
	while (env[n])
		n++;
	const char **copy = arena_calloc(c->arena, n + 1, sizeof(*copy));
	for (size_t i = 0; copy && i < n; i++)
		if (!(copy[i] = arena_strdup(c->arena, env[i])))
			return err_nomem(err);
	c->environ = copy;
	return copy ? MF_OK : err_nomem(err);
}

static int load(struct mf_config *c, const struct mf_config_options *o, struct mf_error *err)
{
	const char *const *env = o->environ ? o->environ : (const char *const *)(void *)environ;
	struct layer layers[2] = {{0}};
	char here[PATH_MAX];
	const char *cwd = o->cwd ? o->cwd : getcwd(here, sizeof(here));
	int rc;
	if (!cwd)
		cwd = "/";
	c->now = o->now;
	c->deadline = o->deadline;
	c->offline = o->offline;
	c->trust_paths = o->trust_paths;
	c->no_cache = o->no_cache;
	c->trace = o->trace;
	c->trace_self = o->trace_self;
	c->environ = env;
	if (o->environ)
		TRY(keep_environ(c, env, err));
	TRY(own_settings(c, env, err));
	const char *most = env_get(env, "MFCTL_MAX_VALUE");
	double bytes;
	if (most && *most) {
		if (!parse_size(most, &bytes) || bytes < 1 || bytes > 1e15)
			return err_set(err, MF_EUSAGE, "MFCTL_MAX_VALUE=%.40s is no size; 4G and 512M are", most);
		c->value_limit = (uint64_t)bytes;
	}
	c->cwd = arena_strdup(c->arena, cwd);
	c->proc = o->proc ? arena_strdup(c->arena, o->proc) : "/proc";
	if (!c->cwd || !c->proc)
		return err_nomem(err);
	TRY(find_root(c, cwd, err));
	if (c->root) {
		const char *path = arena_printf(c->arena, "%s/config.json", c->root);
		if (!path)
			return err_nomem(err);
		TRY(read_layer(c, &layers[0], path, false, err));
	}
	const char *home = env_get(env, "METAFLOW_HOME"), *user_home = filled(env_get(env, "HOME"));
	const char *profile = filled(o->profile ? o->profile : env_get(env, "METAFLOW_PROFILE"));
	const char *path = o->file;
	if (!path && (home || user_home))
		path = arena_printf(c->arena, "%s%s/config%s%s.json", home ? home : user_home,
			home ? "" : "/.metaflowconfig", profile ? "_" : "", profile ? profile : "");
	else if (path)
		path = arena_strdup(c->arena, path);
	if (!path && (o->file || home || user_home))
		return err_nomem(err);
	if (path)
		TRY(read_layer(c, &layers[1], path, profile || o->file, err));
	rc = add_all(c, env, layers, o->profile);
	if (rc < 0)
		return err_nomem(err);

	const char *sysroot = filled(mf_config_get(c, "DATASTORE_SYSROOT_LOCAL"));
	if (sysroot) {
		c->root = arena_printf(c->arena, "%s/.metaflow", sysroot);
		c->root_reason = arena_printf(c->arena, "METAFLOW_DATASTORE_SYSROOT_LOCAL from %s",
			mf_config_explain(c, "DATASTORE_SYSROOT_LOCAL")->source);
	}
	static const char *const names[] = {"SUDO_USER", "USERNAME", "USER"};
	const char *user = filled(mf_config_get(c, "USER"));
	for (size_t i = 0; i < ARRAY_SIZE(names) && (!user || str_eq(user, "root")); i++)
		user = filled(env_get(env, names[i]));
	if (user && !str_eq(user, "root"))
		c->user = arena_strdup(c->arena, user);
	c->metadata = o->metadata ? arena_strdup(c->arena, o->metadata) : NULL;
	/* metadata out of a datastore: its data is there too */
	const char *data = o->datastore_root ? o->datastore_root
			   : o->metadata && str_starts(o->metadata, "datastore@") ? o->metadata + strlen("datastore@") : NULL;
	c->datastore_root = data ? arena_strdup(c->arena, data) : NULL;
	c->data_by_metadata = data && data != o->datastore_root;
	if ((sysroot && (!c->root || !c->root_reason)) || (o->metadata && !c->metadata)
		|| (data && !c->datastore_root))
		return err_nomem(err);
done:
	return rc;
}

int mf_config_load(struct mf_config **out, const struct mf_config_options *opts, struct mf_error *err)
{
	struct mf_config_options none = {0};
	struct arena a;
	*out = NULL;
	arena_init(&a, 0);
	/* the arena lives inside itself: one thing to free */
	struct mf_config *c = arena_calloc(&a, 1, sizeof(*c));
	struct arena *kept = arena_alloc(&a, sizeof(*kept));
	if (!c || !kept) {
		arena_release(&a);
		return err_nomem(err);
	}
	*kept = a;
	c->arena = kept;
	int rc = load(c, opts ? opts : &none, err);
	if (rc < 0)
		mf_config_free(c);
	else
		*out = c;
	return rc;
}

void mf_config_free(struct mf_config *c)
{
	if (!c)
		return;
	struct arena a = *c->arena;
	arena_release(&a);
}

const struct mf_config_entry *mf_config_explain(const struct mf_config *c, const char *key)
{
	if (strncasecmp(key, "METAFLOW_", 9) == 0)
		key += 9;
	for (size_t i = 0; i < c->n_entries; i++)
		if (strcasecmp(c->entries[i].key, key) == 0)
			return &c->entries[i];
	return NULL;
}

const char *mf_config_get(const struct mf_config *c, const char *key)
{
	const struct mf_config_entry *e = mf_config_explain(c, key);
	return e ? e->value : NULL;
}

size_t mf_config_entries(const struct mf_config *c, const struct mf_config_entry **out)
{
	*out = c->entries;
	return c->n_entries;
}

const char *mf_config_root(const struct mf_config *c)
{
	return c->root;
}

const char *mf_config_root_reason(const struct mf_config *c)
{
	return c->root_reason;
}

const char *mf_config_user(const struct mf_config *c)
{
	return c->user;
}
