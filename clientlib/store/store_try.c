#include "store_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../base/fmt.h"
#include "stores.h"

static int64_t steady_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct store_clock store_clock = {steady_ms, clock_sleep_ms};

void store_tries_begin(struct store_tries *t, const struct store *s, struct mf_cancel *cancel)
{
	*t = (struct store_tries){.since = store_clock.now(),
		.cancel = cancel,
		.deadline = s->all ? s->all->config.deadline : 0};
}

/* Before the try that follows `made` ones; ±25 %: those who failed together do not come back
 * together. */
static int64_t pause_after(int made)
{
	int64_t ms = STORE_PAUSE;
	for (int i = 1; i < made && ms < STORE_PAUSE_MOST; i++)
		ms *= 2;
	return ms - ms / 4 + random() % (ms / 2 + 1);
}

int store_tries_next(
	struct store_tries *t, int rc, const struct mf_error *why, struct mf_error *err)
{
	t->made++;
	int64_t pause = pause_after(t->made), now = store_clock.now(), until = now + pause;
	/* rather what is known now than having waited for nothing */
	bool late = t->deadline && clock_now_ms() + pause >= t->deadline;
	if (!why->retriable || late || t->made >= STORE_TRIES || until - t->since > STORE_PATIENCE) {
		if (err && err->code == MF_OK && why->code)
			*err = *why;
		return rc;
	}
	for (; !mf_cancel_is_set(t->cancel); now = store_clock.now()) {
		if (now >= until)
			return MF_OK;
		store_clock.sleep(until - now < STORE_TICK ? until - now : STORE_TICK);
	}
	return store_cancelled(err);
}

struct mf_cancel *store_token(const struct store *s, struct mf_cancel *given)
{
	if (given || !s->all || !s->all->config.cancel)
		return given;
	return s->all->config.cancel();
}

int store_cancelled(struct mf_error *err)
{
	return err_set(err, MF_ECANCELLED, "cancelled");
}

int store_err(struct mf_error *err, int code, const struct store *s, const char *key,
	const char *fmt, ...)
{
	char where[sizeof(err->where)], text[sizeof(err->message)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(where, sizeof(where), "%s/%s", s->where, key);
	return err_at(err, code, where, "%s", text);
}
