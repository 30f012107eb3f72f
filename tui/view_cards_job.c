/* view_cards_job.c: cards are read and drawn here. */
#include "view_cards_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../clientlib/base/err.h"

/* ---- the list ---- */

static void cards_free(void *arg)
{
	struct cards_job *j = arg;

	mf_cards_free(j->cards);
	mf_cancel_free(j->cancel);
	free(j->path);
	free(j);
}

static void cards_cancel(void *arg)
{
	mf_cancel_set(((struct cards_job *)arg)->cancel);
}

static void cards_run(struct job *job, void *arg)
{
	struct cards_job *j = arg;
	struct mf_card_filter filter = {.cancel = j->cancel};

	(void)job;
	if (mf_cards_open(&j->cards, j->client, j->path, &filter, &j->err) < 0)
		j->cards = NULL;
}

int cards_submit(struct view *v, int kind, const char *pathspec)
{
	struct mf_client *client = data_client(v->app);
	struct cards_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->client = client;
		j->path = strdup(pathspec);
		j->cancel = mf_cancel_new();
		j->err = (struct mf_error)MF_ERROR_INIT;
	}
	if (!j || !j->path || !j->cancel) {
		if (j)
			cards_free(j);
		return MF_ENOMEM;
	}
	return view_submit(v, kind, cards_run, j, cards_free, cards_cancel);
}

/* ---- one card ---- */

static void drop(const char *s)
{
	free((char *)(uintptr_t)s);
}

static void card_free(void *arg)
{
	struct card_job *j = arg;

	mf_page_free(j->page);
	drop(j->card.pathspec);
	drop(j->card.type);
	drop(j->card.id);
	drop(j->card.hash);
	drop(j->card.path);
	drop(j->card.reload_token);
	free(j->save);
	free(j);
}

static int write_fd(void *self, const char *p, size_t n)
{
	const int *fd = self;

	while (n) {
		ssize_t done = write(*fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return MF_EIO;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static void save(struct card_job *j)
{
	int fd = open(j->save, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct mf_sink sink = {write_fd, &fd};

	if (fd < 0) {
		j->rc = err_set(
			&j->err, MF_EIO, "%s cannot be written: %s", j->save, strerror(errno));
		return;
	}
	j->rc = mf_card_write(j->client, &j->card, &sink, &j->err);
	if (close(fd) < 0 && j->rc >= 0)
		j->rc = err_set(
			&j->err, MF_EIO, "%s cannot be written: %s", j->save, strerror(errno));
	if (j->rc < 0) {
		err_set(&j->err, j->rc, "%s cannot be written", j->save);
		unlink(j->save);
	}
}

static void card_run(struct job *job, void *arg)
{
	struct card_job *j = arg;
	struct mf_card_content *content = NULL;

	if (j->save) {
		save(j);
		return;
	}
	j->rc = mf_card_read(&content, j->client, &j->card, &j->err);
	if (j->rc >= 0 && !job_cancelled(job)) {
		j->rc = mf_card_draw(&j->page, content, &j->how, &j->err);
		if (j->rc < 0)
			j->page = NULL;
	}
	if (content)
		mf_card_content_free(content);
}

static bool copy(const char **to, const char *s)
{
	*to = s ? strdup(s) : NULL;
	return !s || *to;
}

int card_submit(struct view *v, int kind, const struct mf_card *card,
	const struct mf_card_options *how, const char *file)
{
	struct mf_client *client = data_client(v->app);
	struct card_job *j = client ? calloc(1, sizeof(*j)) : NULL;
	bool ok = j != NULL;

	if (j) {
		j->client = client;
		j->card =
			(struct mf_card){.attempt = card->attempt, .created_at = card->created_at};
		j->how = *how;
		j->err = (struct mf_error)MF_ERROR_INIT;
		j->save = file ? strdup(file) : NULL;
		ok = copy(&j->card.pathspec, card->pathspec);
		ok &= copy(&j->card.type, card->type);
		ok &= copy(&j->card.id, card->id);
		ok &= copy(&j->card.hash, card->hash);
		ok &= copy(&j->card.path, card->path);
		ok &= copy(&j->card.reload_token, card->reload_token);
		ok &= !file || j->save;
	}
	if (!ok) {
		if (j)
			card_free(j);
		return MF_ENOMEM;
	}
	return view_submit(v, kind, card_run, j, card_free, NULL);
}
