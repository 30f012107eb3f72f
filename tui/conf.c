#include "conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "theme.h"

#define CONF_MAX (256u << 10)

int conf_init(struct conf *c, struct mf_error *err)
{
	*c = (struct conf){.theme = -1, .ascii = -1, .mouse = true, .refresh_ms = 2000};
	return keymap_init(&c->keys, err);
}

void conf_release(struct conf *c)
{
	keymap_release(&c->keys);
}

int64_t conf_duration(const char *s)
{
	char *end;
	double v = strtod(s, &end);

	if (str_eq(s, "off"))
		return 0;
	if (end == s || !(v >= 0 && v <= 86400))
		return -1;
	double unit = str_eq(end, "ms")                     ? 1
		      : str_eq(end, "s") || str_eq(end, "") ? 1000
		      : str_eq(end, "m")                    ? 60000
							    : -1;
	return unit < 0 ? -1 : (int64_t)(v * unit + 0.5);
}

static int on_off(const char *s)
{
	if (str_eq(s, "on") || str_eq(s, "yes") || str_eq(s, "true"))
		return 1;
	if (str_eq(s, "off") || str_eq(s, "no") || str_eq(s, "false"))
		return 0;
	return -1;
}

bool conf_set(struct conf *c, const char *name, const char *value, const char **why)
{
	int on = on_off(value);

	if (str_eq(name, "theme")) {
		int theme = theme_find(value);
		*why = "no such theme (dark, light, high-contrast, colorblind, mono, auto)";
		if (theme < 0 && !str_eq(value, "auto"))
			return false;
		c->theme = theme;
		return true;
	}
	if (str_eq(name, "mouse") || str_eq(name, "ascii")) {
		*why = "not on or off";
		if (on < 0)
			return false;
		if (name[0] == 'm')
			c->mouse = on;
		else
			c->ascii = on;
		return true;
	}
	if (str_eq(name, "refresh")) {
		int64_t ms = conf_duration(value);
		*why = "not a time like 2s, 500ms, 1m or off";
		if (ms < 0)
			return false;
		c->refresh_ms = ms && ms < 100 ? 100 : ms;
		return true;
	}
	if (str_eq(name, "clock")) {
		static const char *const kinds[] = {"auto", "off", "minutes", "seconds"};
		*why = "not auto, off, minutes or seconds";
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (str_eq(kinds[i], value)) {
				c->clock = (enum clock_kind)i;
				return true;
			}
		return false;
	}
	*why = "no such setting (theme, mouse, refresh, ascii, clock)";
	return false;
}

struct parser {
	struct conf *c;
	const char *file;
	int line;
	conf_warn_fn *warn;
	void *ctx;
};

static void warn(const struct parser *p, const char *fmt, const char *what)
{
	char text[256];

	/* The only formats are the ones below. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), fmt, what);
#pragma GCC diagnostic pop
	if (p->warn)
		p->warn(p->ctx, p->file, p->line, text);
}

/* The next word of the line, NUL-terminated in place; "" at the end. */
static char *word(char **s)
{
	*s += strspn(*s, " \t\r");
	char *w = *s;
	*s += strcspn(*s, " \t\r");
	if (**s)
		*(*s)++ = '\0';
	return w;
}

static int parse_line(struct parser *p, char *s, struct mf_error *err)
{
	char *verb = word(&s), *a = word(&s), *b = word(&s);
	const char *why;
	struct key k;

	if (!*verb || *verb == '#')
		return MF_OK;
	const char *rest = str_eq(verb, "unmap") ? b : s + strspn(s, " \t\r");
	bool map = str_eq(verb, "map"), unmap = str_eq(verb, "unmap"), set = str_eq(verb, "set");
	if (!map && !unmap && !set) {
		warn(p, "unknown word \"%.80s\" (map, unmap or set)", verb);
	} else if (!*a || (!unmap && !*b)) {
		warn(p, "\"%.80s\" needs more words", verb);
	} else if (*rest && *rest != '#') {
		warn(p, "too many words after \"%.80s\"", verb);
	} else if (set) {
		if (!conf_set(p->c, a, b, &why))
			warn(p, "%s", why);
	} else if (key_parse(&k, a, strlen(a)) != strlen(a)) {
		warn(p, "\"%.80s\" is no key", a);
	} else if (unmap) {
		keymap_unbind(&p->c->keys, &k);
	} else if (!action_find(b)) {
		warn(p, "no such action \"%.80s\"", b);
	} else {
		return keymap_bind(&p->c->keys, &k, action_find(b), err);
	}
	return MF_OK;
}

int conf_parse(struct conf *c, const char *file, const char *text, conf_warn_fn *warn_fn, void *ctx,
	struct mf_error *err)
{
	struct parser p = {c, file, 0, warn_fn, ctx};
	char *copy = strdup(text), *next = copy;
	int rc = MF_OK;

	if (!copy)
		return err_nomem(err);
	while (next && rc == MF_OK) {
		char *line = next;
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		p.line++;
		rc = parse_line(&p, line, err);
	}
	free(copy);
	return rc;
}

int conf_load(struct conf *c, const char *xdg, const char *home, conf_warn_fn *warn_fn, void *ctx,
	struct mf_error *err)
{
	struct buf path = BUF_INIT(8192), text = BUF_INIT(CONF_MAX);
	int rc = MF_OK;

	if (xdg && *xdg)
		buf_addf(&path, "%s/mfkit/mftop.conf", xdg);
	else
		buf_addf(&path, "%s/.config/mfkit/mftop.conf", home ? home : "");
	FILE *f = path.failed ? NULL : fopen(path.p, "re");
	if (!f) {
		if (path.failed)
			rc = err_nomem(err);
		else if (errno != ENOENT && errno != ENOTDIR && warn_fn)
			warn_fn(ctx, path.p, 0, strerror(errno));
		goto done;
	}
	size_t n;
	while (buf_reserve(&text, 4096) && (n = fread(text.p + text.n, 1, 4096, f)) > 0) {
		text.n += n;
		text.p[text.n] = '\0';
	}
	if (text.failed == MF_ELIMIT && warn_fn)
		warn_fn(ctx, path.p, 0, "the file is too large");
	else if (text.failed)
		rc = err_nomem(err);
	else
		rc = conf_parse(c, path.p, text.p, warn_fn, ctx, err);
done:
	if (f)
		fclose(f);
	buf_release(&path);
	buf_release(&text);
	return rc;
}
