#include "saved.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fs.h"

enum { FILE_MOST = 64 << 10, LINES_MOST = 256, LINE_MOST = 1024 };

static struct saved_line *find(const struct saved *m, const char *name)
{
	for (size_t i = 0; i < m->lines.n; i++)
		if (str_eq(m->lines.v[i].name, name))
			return &m->lines.v[i];
	return NULL;
}

const char *saved_get(const struct saved *m, const char *name)
{
	const struct saved_line *l = find(m, name);

	return l ? l->value : NULL;
}

static bool fit_to_keep(const char *name, const char *value)
{
	if (!*name || strlen(name) + strlen(value) > LINE_MOST)
		return false;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return false;
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

static void put(struct saved *m, const char *name, const char *value)
{
	struct saved_line *l = find(m, name), copy = {strdup(name), strdup(value)};

	if (!copy.name || !copy.value || (!l && m->lines.n == LINES_MOST) ||
		(!l && !vec_push(&m->lines, copy))) {
		free(copy.name);
		free(copy.value);
	} else if (l) {
		free(l->name);
		free(l->value);
		*l = copy;
	}
}

void saved_set(struct saved *m, const char *name, const char *value)
{
	struct saved_line *l = find(m, name);

	value = value ? value : "";
	if (!fit_to_keep(name, value) || str_eq(l ? l->value : "", value))
		return;
	m->changed = true;
	if (*value) {
		put(m, name, value);
		return;
	}
	free(l->name);
	free(l->value);
	*l = m->lines.v[--m->lines.n];
}

static void parse(struct saved *m, char *text)
{
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		char *value = strchr(line, ' ');
		if (!value || line[0] == '#')
			continue;
		*value++ = '\0';
		if (*value && fit_to_keep(line, value))
			put(m, line, value);
	}
}

void saved_load(struct saved *m, const char *xdg, const char *home)
{
	struct buf path = BUF_INIT(4096), text = BUF_INIT(8 * FILE_MOST);

	if (xdg && xdg[0] == '/')
		buf_addf(&path, "%s/mfkit/mftop.state", xdg);
	else if (home && home[0] == '/')
		buf_addf(&path, "%s/.local/state/mfkit/mftop.state", home);
	m->path = path.n ? buf_take(&path) : NULL;
	if (m->path && fs_read_buf(AT_FDCWD, m->path, &text, NULL, NULL) == MF_OK &&
		text.n <= FILE_MOST && !memchr(text.p, '\0', text.n))
		parse(m, text.p);
	buf_release(&path);
	buf_release(&text);
	m->changed = false;
}

/* The directories above the file. */
static void make_parents(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(path, 0700); /* what is wrong is told by writing the file */
		*p = '/';
	}
}

int saved_save(struct saved *m, struct mf_error *err)
{
	struct buf b = BUF_INIT(FILE_MOST * 8);
	int rc;

	if (!m->changed || !m->path)
		return MF_OK;
	buf_adds(&b, "# mftop writes this file at its end. It may be deleted.\n");
	for (size_t i = 0; i < m->lines.n; i++)
		buf_addf(&b, "%s %s\n", m->lines.v[i].name, m->lines.v[i].value);
	TRY(buf_err(&b, err));
	make_parents(m->path);
	TRY(fs_replace(m->path, b.p, b.n, 0600, err));
	m->changed = false;
done:
	buf_release(&b);
	return rc;
}

void saved_release(struct saved *m)
{
	for (size_t i = 0; i < m->lines.n; i++) {
		free(m->lines.v[i].name);
		free(m->lines.v[i].value);
	}
	vec_release(&m->lines);
	free(m->path);
	*m = (struct saved){0};
}
