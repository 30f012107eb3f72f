/* What the service has said of a run's steps and tasks while its context lives: the same question is asked once. Whoever wants
 * the present forgets the context first (mf_client_forget). */
#include <stdlib.h>

#include "service.h"

struct memo {
	struct memo *next;
	struct shared_reply *reply;
	char path[];
};

struct shared_reply *shared_reply_new(void)
{
	struct shared_reply *s = calloc(1, sizeof(*s));
	if (s) {
		atomic_store(&s->refs, 1);
		reply_init(&s->reply);
	}
	return s;
}

void shared_reply_unref(struct shared_reply *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	reply_release(&s->reply);
	free(s);
}

void memo_free(struct memo *m)
{
	while (m) {
		struct memo *next = m->next;
		shared_reply_unref(m->reply);
		free(m);
		m = next;
	}
}

/* Under the run's lock. */
static struct shared_reply *find(struct memo *m, const char *path)
{
	for (; m; m = m->next)
		if (str_eq(m->path, path)) {
			atomic_fetch_add(&m->reply->refs, 1);
			return m->reply;
		}
	return NULL;
}

/* A memo that cannot be kept is asked for again. */
static void keep(struct memo **first, const char *path, struct shared_reply *reply)
{
	struct memo *m = malloc(sizeof(*m) + strlen(path) + 1);
	if (!m)
		return;
	memcpy(m->path, path, strlen(path) + 1);
	m->reply = reply;
	atomic_fetch_add(&reply->refs, 1);
	m->next = *first;
	*first = m;
}

int service_get_once(struct run *r, const char *path, const char *what, struct mf_cancel *cancel, struct shared_reply **out,
	struct mf_error *err)
{
	run_lock(r);
	struct memo **first = service_memo(r);
	*out = first ? find(*first, path) : NULL;
	run_unlock(r);
	if (*out)
		return MF_OK;
	struct shared_reply *s = shared_reply_new();
	int rc = s ? service_get(r->client, path, what, &s->reply, NULL, cancel, err) : err_nomem(err);
	if (rc < 0) {
		shared_reply_unref(s);
		return rc;
	}
	run_lock(r);
	first = service_memo(r);
	if (first)
		keep(first, path, s);
	run_unlock(r);
	*out = s;
	return MF_OK;
}

enum { SEARCHED_MOST = 2000 }; /* in longer lists looking costs more than asking */

const char *service_row_of(struct run *r, const char *list, const char *key, const char *id, struct arena *a, size_t *n)
{
	run_lock(r);
	struct memo **first = service_memo(r);
	struct shared_reply *s = first ? find(*first, list) : NULL;
	run_unlock(r);
	const char *row = NULL;
	size_t id_n = strlen(id);
	for (size_t i = 0; s && !row && s->reply.v.n <= SEARCHED_MOST && i < s->reply.v.n; i++) {
		struct row_fact f = {.key = key};
		const char *text = reply_text(&s->reply, i, n);
		if (row_facts(text, *n, &f, 1, a) == MF_OK && f.text && f.n == id_n && memcmp(f.text, id, id_n) == 0)
			row = arena_strndup(a, text, *n);
	}
	shared_reply_unref(s);
	return row;
}
