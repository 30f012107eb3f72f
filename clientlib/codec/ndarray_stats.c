#include <math.h>
#include <string.h>

#include "../base/err.h"
#include "ndarray.h"

/* What there is to say of all numbers of an array, in memory or in its stream. */

enum { WINDOW = 1 << 16, ITEM_MOST = 16 /* bytes of a number */ };

bool ndarray_is_numbers(const struct ndarray *v)
{
	static const char zeros[ITEM_MOST] = {0};
	const struct dtype *t = v->stored;
	double d;

	return !v->objects && t->size && t->size <= ITEM_MOST && t->kind != 'M' && t->kind != 'm' &&
	       dtype_double(t, zeros, &d);
}

/* Takes the bytes in the order they are stored in: what is counted has no order. */
struct tally {
	const struct dtype *type;
	struct mf_array_stats *out;
	bool (*stop)(void *self);
	void *self;
	bool second; /* bins and deviation, with what the first pass has found */
	size_t finite;
	long double sum;
	char part[ITEM_MOST]; /* of an element that two windows share */
	size_t have;
};

static void first_look(struct tally *t, double d)
{
	struct mf_array_stats *s = t->out;

	s->nans += isnan(d) != 0;
	s->infs += isinf(d) != 0;
	s->zeros += d == 0;
	if (!isfinite(d))
		return;
	if (!t->finite || d < s->min)
		s->min = d;
	if (!t->finite || d > s->max)
		s->max = d;
	t->sum += (long double)d;
	t->finite++;
}

static void second_look(struct tally *t, double d)
{
	struct mf_array_stats *s = t->out;

	if (!isfinite(d))
		return;
	/* Halves: the range of doubles can be wider than a double. */
	double range = s->max / 2 - s->min / 2, part = range > 0 ? (d / 2 - s->min / 2) / range : 0;
	size_t bin = (size_t)(part * MF_ARRAY_BINS);
	s->bins[bin < MF_ARRAY_BINS ? bin : MF_ARRAY_BINS - 1]++;
	long double away = (long double)d - (long double)s->mean;
	t->sum += away * away;
}

static void look(struct tally *t, const char *element)
{
	double d = 0;

	dtype_double(t->type, element, &d);
	if (t->second)
		second_look(t, d);
	else
		first_look(t, d);
}

static int tally_write(void *self, const char *p, size_t n)
{
	struct tally *t = self;
	size_t size = t->type->size;

	if (t->stop && t->stop(t->self))
		return MF_ECANCELLED;
	for (; t->have && n; n--) {
		t->part[t->have++] = *p++;
		if (t->have == size) {
			look(t, t->part);
			t->have = 0;
		}
	}
	for (; n >= size; n -= size, p += size)
		look(t, p);
	memcpy(t->part + t->have, p, n);
	t->have += n;
	return 0;
}

static int pass(const struct ndarray *v, struct tally *t, struct mf_error *err)
{
	struct mf_sink sink = {tally_write, t};
	size_t n = v->count * v->stored->size;
	int rc = 0;

	t->sum = 0;
	t->have = 0;
	if (!v->data && n) {
		rc = value_blob_read(v->blob, 0, n, &sink, err);
	} else {
		for (size_t at = 0; at < n && rc >= 0; at += WINDOW)
			rc = tally_write(t, v->data + at, n - at < WINDOW ? n - at : WINDOW);
	}
	return rc == MF_ECANCELLED ? err_set(err, rc, "cancelled") : rc < 0 ? rc : 0;
}

int ndarray_stats(const struct ndarray *v, struct mf_array_stats *out, bool (*stop)(void *self),
	void *self, struct mf_error *err)
{
	struct tally t = {.type = v->stored, .out = out, .stop = stop, .self = self};

	*out = (struct mf_array_stats){.count = v->count,
		.min = (double)NAN,
		.max = (double)NAN,
		.mean = (double)NAN,
		.std = (double)NAN};
	if (!ndarray_is_numbers(v))
		return err_set(err, MF_EUNSUPPORTED, "only arrays of numbers have statistics");
	int rc = pass(v, &t, err);
	if (rc < 0 || !t.finite)
		return rc;
	out->mean = (double)(t.sum / (long double)t.finite);
	t.second = true;
	rc = pass(v, &t, err);
	if (rc == 0)
		out->std = (double)sqrtl(t.sum / (long double)t.finite);
	return rc;
}
