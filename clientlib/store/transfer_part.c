#include "transfer.h"

#include <stdlib.h>

/* ---- buffers ---- */

/* NULL: there is no memory for one more, of the process or of those that streams may have. */
static char *take_buffer(struct transfer *t, bool must)
{
	size_t size = t->object.limits.part;
	if (t->n_spare)
		return t->spare[--t->n_spare];
	if (!transfer_memory_take(size, t->object.limits.memory, must))
		return NULL;
	char *p = malloc(size);
	if (p)
		t->n_buffers++;
	else
		transfer_memory_give(size);
	return p;
}

static void give_buffer(struct transfer *t, char *p)
{
	if (!p)
		return;
	if (!t->closing && !t->stopped && t->asked < t->n_parts && t->n_buffers <= t->pace.window) {
		t->spare[t->n_spare++] = p;
		return;
	}
	free(p);
	t->n_buffers--;
	transfer_memory_give(t->object.limits.part);
}

/* ---- who does what ---- */

bool transfer_has_work(const struct transfer *t)
{
	if (t->closing || t->stopped)
		return false;
	return t->twice ||
	       (t->asked < t->n_parts && t->asked - t->read + t->front < t->pace.window);
}

static void give_part(struct transfer *t, struct transfer_lane *l, uint64_t index, char *p)
{
	uint64_t from = t->from + index * t->object.limits.part, rest = t->object.info->size - from;
	l->busy = true;
	l->index = index;
	l->from = from;
	l->want = rest < t->object.limits.part ? (size_t)rest : t->object.limits.part;
	l->got = 0;
	l->p = p;
	l->began = store_clock.now();
	l->slowed = 0;
	err_clear(&l->err);
	if (l->cancel)
		mf_cancel_reset(l->cancel);
}

/* The part for which the reader has waited too long. */
static bool claim_again(struct transfer *t, struct transfer_lane *l)
{
	uint64_t index = t->twice - 1;
	struct transfer_part *part = transfer_part(t, index);
	t->twice = 0;
	if (part->state != PART_ASKED || part->index != index)
		return false;
	char *p = take_buffer(t, false);
	if (!p)
		return false;
	part->lanes++;
	give_part(t, l, index, p);
	return true;
}

bool transfer_claim(struct transfer *t, struct transfer_lane *l)
{
	if (t->twice && claim_again(t, l))
		return true;
	if (!transfer_has_work(t))
		return false;
	/* who holds nothing may always have one: it would wait for others for ever */
	bool must = !t->n_buffers;
	char *p = take_buffer(t, must);
	if (!p && !must)
		return false;
	struct transfer_part *part = transfer_part(t, t->asked);
	*part = (struct transfer_part){.state = PART_ASKED,
		.index = t->asked,
		.began = store_clock.now(),
		.lanes = 1,
		.err = MF_ERROR_INIT};
	t->asked++;
	if (p) {
		give_part(t, l, part->index, p);
		return true;
	}
	part->state = PART_FAILED;
	part->rc = err_nomem(&part->err);
	t->stopped = true;
	pthread_cond_signal(&t->news);
	return false;
}

void transfer_settle(struct transfer *t, struct transfer_lane *l, int rc)
{
	struct transfer_part *part = transfer_part(t, l->index);
	l->busy = false;
	/* else another lane was faster with it */
	if (part->index == l->index && part->state == PART_ASKED) {
		int64_t now = store_clock.now();
		part->lanes--;
		if (rc == MF_OK) {
			part->state = PART_HERE;
			part->p = l->p;
			part->n = l->got;
			l->p = NULL;
			pace_arrived(&t->pace, now, now - l->began);
			transfer_cancel(t, l->index, l);
		} else if (part->rc == MF_OK) {
			part->rc = rc;
			part->err = l->err;
		}
		if (l->slowed)
			pace_slowed(&t->pace, l->index, t->asked);
		if (rc < 0 && !part->lanes) {
			part->state = PART_FAILED;
			t->stopped = true;
		}
		pthread_cond_signal(&t->news);
	}
	give_buffer(t, l->p);
	l->p = NULL;
}

void transfer_release(struct transfer *t, struct transfer_part *part)
{
	part->state = PART_NONE;
	give_buffer(t, part->p);
	part->p = NULL;
}

void transfer_cancel(struct transfer *t, uint64_t index, const struct transfer_lane *except)
{
	for (unsigned i = 0; i < t->n_lanes; i++) {
		struct transfer_lane *l = t->lanes[i];
		if (l != except && l->busy && (index == UINT64_MAX || l->index == index))
			mf_cancel_set(l->cancel);
	}
}
