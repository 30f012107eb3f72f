#include "transfer.h"

void pace_init(struct transfer_pace *p)
{
	*p = (struct transfer_pace){.window = TRANSFER_FIRST};
}

/* Do the newest parts come as fast as those before them, near enough? */
static bool keeps_up(const struct transfer_pace *p)
{
	const int64_t *at = p->arrived;
	if (p->n_arrived < 2 * PACE_LAST + 1)
		return true;
	int64_t before = at[PACE_LAST] - at[0], now = at[2 * PACE_LAST] - at[PACE_LAST];
	return now <= before + before / 4;
}

void pace_arrived(struct transfer_pace *p, int64_t now, int64_t took)
{
	if (p->n_arrived == ARRAY_SIZE(p->arrived))
		memmove(p->arrived, p->arrived + 1, --p->n_arrived * sizeof(*p->arrived));
	p->arrived[p->n_arrived++] = now;
	p->took[p->n_took++ % ARRAY_SIZE(p->took)] = took;
	if (p->window < TRANSFER_MOST && keeps_up(p))
		p->window++;
}

void pace_slowed(struct transfer_pace *p, uint64_t index, uint64_t asked)
{
	/* those that were asked for together are all slowed for one reason */
	if (index < p->halved)
		return;
	p->halved = asked;
	p->window = p->window > 1 ? p->window / 2 : 1;
}

int64_t pace_slow_after(const struct transfer_pace *p)
{
	int64_t sorted[ARRAY_SIZE(p->took)];
	unsigned n = 0, known = p->n_took < ARRAY_SIZE(p->took) ? p->n_took : ARRAY_SIZE(p->took);
	if (known < HEDGE_LEAST)
		return -1;
	for (unsigned i = 0; i < known; i++) {
		unsigned at = n++;
		for (; at && sorted[at - 1] > p->took[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = p->took[i];
	}
	int64_t ms = HEDGE_TIMES * sorted[(n - 1) / 2];
	return ms < HEDGE_MS ? HEDGE_MS : ms;
}
