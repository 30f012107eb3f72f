/* Names below a "directory" of a store, page by page. */
#include "store_try.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../base/limits.h"
#include "local.h"

enum {
	EMPTY_PAGES = 1000, /* one after the other: such a list has no end */
	DEPTH = 64          /* directories in directories */
};

enum kind { FILES, DIRS, TREE };

/* One page from `next` on; what came of a try that failed is forgotten. */
static int list_page(
	struct store *s, struct store_list *page, const char *next, struct mf_error *err)
{
	struct store_tries tries;
	store_tries_begin(&tries, s, page->cancel);
	for (;;) {
		struct mf_error why = MF_ERROR_INIT;
		free(page->next);
		page->next = next ? strdup(next) : NULL;
		if (next && !page->next)
			return err_nomem(err);
		page->names.n = page->names.blob_n = 0;
		int rc = s->backend->list(s, page, &why);
		if (rc >= 0 || (rc = store_tries_next(&tries, rc, &why, err)) < 0)
			return rc;
	}
}

/* How much of a name is wanted; 0: nothing. Names that end with '/' are directories, or objects
 * that stand for directories. */
static size_t wanted(enum kind kind, const char *name)
{
	size_t n = strlen(name);
	bool dir = n && name[n - 1] == '/';
	if (kind == TREE)
		return dir ? 0 : n;
	n -= dir;
	return dir == (kind == DIRS) && !memchr(name, '/', n) ? n : 0;
}

static bool is_last(const struct fs_names *names, const char *p, size_t n)
{
	const char *last = names->n ? fs_name(names, names->n - 1) : NULL;
	return last && strncmp(last, p, n) == 0 && !last[n];
}

static int list(struct store *s, const char *dir, enum kind kind, struct fs_names *out,
	struct mf_error *err)
{
	struct buf prefix = BUF_INIT(MF_LIMIT_TEXT);
	struct store_list page = {.deep = kind == TREE, .cancel = store_token(s, NULL)};
	char *next = NULL;
	unsigned empty = 0;
	size_t begin = out->n, len = strlen(dir);
	int rc;
	buf_addf(&prefix, "%s%s", dir, len && dir[len - 1] != '/' ? "/" : "");
	TRY(buf_err(&prefix, err));
	page.prefix = prefix.p;
	do {
		TRY(list_page(s, &page, next, err));
		for (size_t i = 0; i < page.names.n; i++) {
			const char *name = fs_name(&page.names, i);
			size_t n = wanted(kind, name);
			/* a directory may stand at the end of one page and at the front of the next
			 */
			if (n && !(out->n > begin && is_last(out, name, n)) &&
				!fs_names_add(out, name, n)) {
				rc = err_nomem(err);
				goto done;
			}
		}
		empty = page.names.n ? 0 : empty + 1;
		if (empty > EMPTY_PAGES || (next && page.next && str_eq(next, page.next))) {
			rc = store_err(err, MF_ECORRUPT, s, dir,
				"the server's list does not come to an end");
			goto done;
		}
		free(next);
		next = page.next;
		page.next = NULL;
	} while (next);
	rc = MF_OK;
done:
	free(next);
	free(page.next);
	fs_names_release(&page.names);
	buf_release(&prefix);
	return rc;
}

/* ---- a local directory ---- */

/* Where remote stores have no names, a directory may be missing. */
static int local_names(
	struct store *s, const char *dir, bool dirs, struct fs_names *out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc = store_local_list(s, dir, dirs, out, &mine);
	if (rc == MF_ENOTFOUND)
		return MF_OK;
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

struct walk {
	struct store *s;
	struct mf_cancel *cancel;
	struct buf path; /* the directory that is looked at */
	size_t skip;     /* bytes of it that are not part of the names */
	struct fs_names *out;
};

static int walk(struct walk *w, unsigned depth, struct mf_error *err)
{
	struct fs_names names = {0};
	size_t n = w->path.n;
	int rc;
	TRY(local_names(w->s, w->path.p, false, &names, err));
	for (size_t i = 0; i < names.n; i++) {
		struct stat st;
		if (mf_cancel_is_set(w->cancel)) {
			rc = store_cancelled(err);
			break;
		}
		w->path.n = n;
		buf_addf(&w->path, "%s%s", n && w->path.p[n - 1] != '/' ? "/" : "",
			fs_name(&names, i));
		TRY(buf_err(&w->path, err));
		/* links to directories may lead in circles */
		if (fstatat(store_fd(w->s), w->path.p, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue; /* gone meanwhile */
		if (!S_ISDIR(st.st_mode) &&
			!fs_names_add(w->out, w->path.p + w->skip, w->path.n - w->skip))
			rc = err_nomem(err);
		else if (S_ISDIR(st.st_mode) && depth < DEPTH)
			rc = walk(w, depth + 1, err);
		if (rc < 0)
			break;
	}
done:
	fs_names_release(&names);
	return rc;
}

static int local_tree(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err)
{
	struct walk w = {s, store_token(s, NULL), BUF_INIT(MF_LIMIT_TEXT), 0, out};
	size_t n = strlen(dir);
	buf_add(&w.path, dir, n);
	int rc = buf_err(&w.path, err);
	w.skip = n + (n && dir[n - 1] != '/');
	if (rc == MF_OK)
		rc = walk(&w, 0, err);
	buf_release(&w.path);
	return rc;
}

int store_files(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err)
{
	return store_is_local(s) ? local_names(s, dir, false, out, err)
				 : list(s, dir, FILES, out, err);
}

int store_dirs(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err)
{
	return store_is_local(s) ? local_names(s, dir, true, out, err)
				 : list(s, dir, DIRS, out, err);
}

int store_tree(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err)
{
	return store_is_local(s) ? local_tree(s, dir, out, err) : list(s, dir, TREE, out, err);
}
