/* Cards of a task: the HTML files as they are stored. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export.h"
#include "parts.h"
#include "task.h"

/* Open a card by its path below a root of cards; the roots in the order in which they are searched
 * (cards.c). */
int export_open_card(struct mf_object *task, const char *path, struct mf_error *err)
{
	struct mf_client *c = task->client;
	struct mf_object *origin;
	while ((origin = task_origin(task)))
		task = origin;
	const char *root = task_meta_text(task, "ds-root");
	const char *roots[] = {"mf.cards", NULL, NULL};
	if (root && root[0] == '/') {
		roots[1] = arena_printf(&task->arena, "%s/mf.cards", root);
		roots[2] = c->config->root
				   ? arena_printf(&task->arena, "%s/mf.cards", c->config->root)
				   : NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		const char *full =
			roots[i] ? arena_printf(&task->arena, "%s/%s", roots[i], path) : NULL;
		int fd = full ? openat(i ? AT_FDCWD : c->data_fd, full,
					O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
			      : -1;
		if (fd >= 0) {
			atomic_fetch_add_explicit(&c->files, 1, memory_order_relaxed);
			client_trace(c, "read", full, 0);
			return fd;
		}
		if (full && errno != ENOENT && errno != ENOTDIR)
			return err_sys(err, errno, full, "cannot open");
	}
	return err_at(err, MF_ENOTFOUND, path, "the card is gone");
}

static int copy_card(
	struct mf_object *task, const char *path, const struct mf_sink *sink, struct mf_error *err)
{
	char chunk[1 << 14];
	struct stat st;
	int fd = export_open_card(task, path, err);
	if (fd < 0)
		return fd;
	int rc = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
			 ? MF_OK
			 : err_at(err, MF_ECORRUPT, path, "not a regular file");
	while (rc == MF_OK) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_sys(err, errno, path, "cannot read");
		if (n <= 0)
			break;
		rc = sink->write(sink->self, chunk, (size_t)n);
	}
	close(fd);
	return rc;
}

static void export_card(
	struct export_worker *w, struct export_task *t, int dirfd, const struct mf_value *card)
{
	struct arena *a = &t->arena;
	struct mf_error err = MF_ERROR_INIT;
	const char *path = record_str(a, card, "path"), *name = path ? strrchr(path, '/') : NULL;
	struct buf file = BUF_INIT(1 << 16);
	char sha[DIGEST_HEX];
	struct export_fact fact = {.pathspec = t->item->pathspec,
		.kind = "card",
		.size = -1,
		.type = record_str(a, card, "type")};
	size_t at;
	int rc;
	if (!name) {
		rc = err_nomem(&err);
		goto done;
	}
	buf_addf(&file, "%s/cards/", t->path);
	at = file.n;
	export_name(&file, name + 1, strlen(name + 1), 0);
	TRY(buf_err(&file, &err));
	fact.file = file.p;
	const struct export_entry *e =
		w->x->opts.resume ? export_manifest_file(&w->x->old, file.p) : NULL;
	if (export_kept(w, e, dirfd,
		    file.p + at)) { /* a card is written once, under a name of its own */
		export_keep(w);
		goto release;
	}
	struct mf_sink sink = export_begin(w, dirfd, file.p + at, true);
	rc = copy_card(t->task, path, &sink, &err);
	if (w->file.err.code) {
		rc = w->file.err.code;
		err = w->file.err;
	}
	if (rc < 0)
		export_file_abort(&w->file);
	else
		TRY(export_file_commit(&w->file, sha, &err));
	if (rc == MF_OK) {
		fact.sha = sha;
		fact.size = (int64_t)w->file.size;
	}
done:
	if (rc < 0 && !err.code)
		err_set(&err, rc, "%s", mf_code_name(rc));
	export_note(w, &fact, rc < 0 ? &err : NULL);
release:
	buf_release(&file);
}

void export_cards(struct export_worker *w, struct export_task *t)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_value *list = NULL;
	struct export_fact fact = {.pathspec = t->item->pathspec, .kind = "card", .size = -1};
	int fd = -1, rc;
	TRY(card_list(t->task, &list, &err));
	if (!mf_value_count(list))
		return;
	TRY(fd = export_subdir(t->fd, "cards", "cards", &err));
	for (size_t i = 0; i < mf_value_count(list) && !export_stopped(w->x); i++)
		export_card(w, t, fd, mf_value_item(list, i));
	close(fd);
	return;
done:
	export_note(w, &fact, &err);
}
