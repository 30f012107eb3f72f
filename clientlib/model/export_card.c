/* Cards of a task: the HTML files as they are stored. */
#include <unistd.h>

#include "export.h"
#include "parts.h"
#include "task.h"

static void export_card(struct export_worker *w, struct export_task *t, int dirfd, const struct card_place *place,
	const struct mf_value *card)
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
	rc = card_stream(w->x->client, place, path, &sink, &err);
	rc = export_end(w, rc, &fact, sha, &err);
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
	struct card_place place;
	int fd = -1, rc;
	TRY(card_list_at(t->task, &list, &place, &err));
	if (!mf_value_count(list))
		return;
	TRY(fd = export_subdir(t->fd, "cards", true, "cards", &err));
	for (size_t i = 0; i < mf_value_count(list) && !export_stopped(w->x); i++)
		export_card(w, t, fd, &place, mf_value_item(list, i));
	close(fd);
	return;
done:
	export_note(w, &fact, &err);
}
