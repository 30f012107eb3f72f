/* Cards of a task as files (data-model §9.1). */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../codec/value.h"
#include "fields.h"
#include "parts.h"
#include "task.h"

static bool is_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)p[i]) && p[i] != '_')
			return false;
	return n;
}

/* "<type>[-<id>]-<uuid32>.html" into its parts; anything else is not a card. */
static bool add_card(
	struct mf_object *o, struct mf_value *list, const char *dir, const char *file, bool *nomem)
{
	size_t n = strlen(file);
	if (n < 5 + 1 + 1 || !str_eq(file + n - 5, ".html"))
		return false;
	n -= 5;
	const char *first = memchr(file, '-', n), *last = memrchr(file, '-', n);
	if (!first || !is_word(file, (size_t)(first - file)) ||
		!is_word(last + 1, n - (size_t)(last + 1 - file)))
		return false;
	if (first != last && !is_word(first + 1, (size_t)(last - first - 1)))
		return false;
	struct mf_value *d = field_new(o, MF_DICT);
	const char *path = arena_printf(&o->arena, "%s/%s", dir, file);
	*nomem = !d || !path ||
		 !put_str(o, d, "type", arena_strndup(&o->arena, file, (size_t)(first - file))) ||
		 !put_str(o, d, "id",
			 first != last
				 ? arena_strndup(&o->arena, first + 1, (size_t)(last - first - 1))
				 : NULL) ||
		 !put_str(o, d, "hash",
			 arena_strndup(&o->arena, last + 1, n - (size_t)(last + 1 - file))) ||
		 !put_str(o, d, "path", path) || !value_push(&o->arena, list, d);
	return true;
}

/* The cards below one root; how many there were. */
static size_t below_root(
	struct mf_object *o, int fd, const char *root, struct mf_value *list, bool *nomem)
{
	for (size_t f = 0; f < 2; f++) {
		struct fs_names names = {0};
		size_t found = 0;
		const char *dir =
			f ? arena_printf(&o->arena, "%s/runs/%s/tasks/%s/cards", o->id[MF_FLOW],
				    o->id[MF_RUN], o->id[MF_TASK])
			  : arena_printf(&o->arena, "%s/runs/%s/steps/%s/tasks/%s/cards",
				    o->id[MF_FLOW], o->id[MF_RUN], o->id[MF_STEP], o->id[MF_TASK]);
		const char *path =
			dir ? arena_printf(&o->arena, "%s%s%s", root, *root ? "/" : "", dir) : NULL;
		*nomem = *nomem || !path;
		if (path && fs_list(fd, path, false, &names, path, NULL) == MF_OK) {
			fs_names_sort(&names);
			for (size_t i = 0; i < names.n && !*nomem; i++)
				found += add_card(o, list, dir, fs_name(&names, i), nomem);
		}
		fs_names_release(&names);
		if (found)
			return found;
	}
	return 0;
}

enum { ROOTS = 5 };

/* Where cards may be, place i in the order they are looked for (data-model §9.1): with the store
 * elsewhere, they stay in the working tree's .metaflow. *out is NULL for a place that there is not.
 */
static int card_root(struct mf_object *task, size_t i, const char **out, struct mf_error *err)
{
	struct arena *a = &task->arena;
	const struct mf_client *c = task->client;
	const struct mf_config *config = c->config;
	const char *base = NULL, *tail = "/mf.cards";
	if (i == 0)
		object_data(task, &base);
	if (i == 1 && (base = task_meta_text(task, "ds-root")) && base[0] != '/')
		base = NULL;
	if (i == 2 && (base = mf_config_get(config, "CARD_LOCALROOT"))) {
		tail = "";
		base = !*base           ? NULL
		       : base[0] == '/' ? base
					: arena_printf(a, "%s/%s", config->cwd, base);
	}
	if (i == 3)
		base = c->root;
	if (i == 4)
		base = config->root;
	*out = base ? arena_printf(a, "%s%s", base, tail) : NULL;
	return base && !*out ? err_nomem(err) : MF_OK;
}

int card_list(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const char *root;
	return card_list_at(o, out, &root, err);
}

int card_list_at(
	struct mf_object *o, struct mf_value **out, const char **root, struct mf_error *err)
{
	struct mf_object *task = o, *origin;
	const char *roots[ROOTS];
	bool nomem = false;
	while ((origin = task_origin(task)))
		task = origin;
	struct mf_value *list = *out = field_new(o, MF_LIST);
	if (!list)
		return err_nomem(err);
	*root = NULL;
	/* values of the origin's arena live as long as the origin, which the clone holds */
	for (size_t i = 0, found = 0; i < ROOTS && !found && !nomem; i++) {
		int rc = card_root(task, i, &roots[i], err);
		bool seen = !roots[i];
		if (rc < 0)
			return rc;
		for (size_t k = 0; k < i && !seen; k++)
			seen = roots[k] && str_eq(roots[k], roots[i]);
		if (!seen)
			found = below_root(task, i ? AT_FDCWD : object_data(task, NULL),
				i ? roots[i] : "mf.cards", list, &nomem);
		if (found)
			*root = roots[i];
	}
	return nomem ? err_nomem(err) : MF_OK;
}

int card_open(struct mf_client *c, const char *root, const char *path, struct mf_error *err)
{
	struct buf full = BUF_INIT(1 << 16);
	struct stat st;
	int rc, fd = -1;
	buf_addf(&full, "%s/%s", root, path);
	TRY(buf_err(&full, err));
	fd = open(full.p, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	TRY(fd < 0 ? err_sys(err, errno, full.p, "cannot open") : MF_OK);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		rc = err_at(err, MF_ECORRUPT, full.p, "not a regular file");
		close(fd);
		goto done;
	}
	client_count(c, 1, 0, 0);
	client_trace(c, "read", full.p, 0);
	rc = fd;
done:
	buf_release(&full);
	return rc;
}
