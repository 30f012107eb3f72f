#include "lean.h"

#include <string.h>

#include "../base/limits.h"
#include "../base/util.h"
#include "pickle_machine.h"

void lean_init(struct lean *l, uint64_t large)
{
	*l = (struct lean){.kept = BUF_INIT(MF_LIMIT_PICKLE_BYTES),
		.threshold = large < LEAN_HEAD * 2 ? LEAN_HEAD * 2 : large};
}

void lean_release(struct lean *l)
{
	buf_release(&l->kept);
	vec_release(&l->holes);
}

static bool may_be_large(unsigned char op)
{
	return op == 'B' || op == 0x8e || op == 0x96; /* BINBYTES, BINBYTES8, BYTEARRAY8 */
}

static void next_opcode(struct lean *l, unsigned char op)
{
	enum pickle_arg kind = pickle_arg_of(op);
	l->op = op;
	l->have = 0;
	l->arg = 0;
	l->large = false;
	l->width = pickle_arg_width(kind);
	if (op == '.' || kind == ARG_UNKNOWN)
		l->state = LEAN_REST; /* nothing behind it is read; damage is told by the machine */
	else if (kind == ARG_LINE || kind == ARG_LINE2)
		l->state = LEAN_LINE, l->lines = kind == ARG_LINE ? 1 : 2;
	else
		l->state = l->width ? LEAN_WIDTH : LEAN_OPCODE;
}

/* The width of the argument has been read. */
static int begin_data(struct lean *l)
{
	enum pickle_arg kind = pickle_arg_of(l->op);
	l->state = LEAN_OPCODE;
	if (kind < ARG_DATA1 || !l->arg)
		return MF_OK;
	l->state = LEAN_DATA;
	l->left = l->arg;
	l->large = l->arg >= l->threshold && may_be_large(l->op);
	if (!l->large)
		return MF_OK;
	struct hole hole = {.at = l->kept.n, .n = l->arg, .offset = l->at + 1};
	return vec_push(&l->holes, hole) ? MF_OK : MF_ENOMEM;
}

/* Data of a large byte string: its head is kept. */
static int pass_large(struct lean *l, const char *p, size_t n)
{
	struct hole *hole = &l->holes.v[l->holes.n - 1];
	bool before = hole->head < LEAN_HEAD;
	size_t keep = LEAN_HEAD - hole->head < n ? LEAN_HEAD - hole->head : n;
	int rc = MF_OK;
	buf_add(&l->kept, p, keep);
	hole->head += keep;
	if (before && hole->head == LEAN_HEAD && l->on_head)
		rc = l->on_head(l->self, l);
	if (rc == MF_OK && n > keep && l->on_data)
		rc = l->on_data(l->self, p + keep, n - keep);
	return rc;
}

static size_t span(const struct lean *l, const char *p, size_t n)
{
	if (l->state == LEAN_REST)
		return n;
	if (l->state == LEAN_DATA)
		return l->left < n ? (size_t)l->left : n;
	if (l->state == LEAN_LINE) {
		const char *end = memchr(p, '\n', n);
		return end ? (size_t)(end - p) + 1 : n;
	}
	return 1;
}

int lean_write(void *self, const char *p, size_t n)
{
	struct lean *l = self;
	for (size_t step; n; p += step, n -= step, l->at += step) {
		int rc = MF_OK;
		step = span(l, p, n);
		if (l->state == LEAN_DATA && l->large)
			rc = pass_large(l, p, step);
		else if (l->state != LEAN_REST)
			buf_add(&l->kept, p, step);
		switch (rc < 0 ? LEAN_REST : l->state) {
		case LEAN_OPCODE: next_opcode(l, (unsigned char)*p); break;
		case LEAN_WIDTH:
			l->arg |= (uint64_t)(unsigned char)*p << (8 * l->have++);
			if (l->have == l->width)
				rc = begin_data(l);
			break;
		case LEAN_LINE:
			if (p[step - 1] == '\n' && !--l->lines)
				l->state = LEAN_OPCODE;
			break;
		case LEAN_DATA:
			l->left -= step;
			if (!l->left)
				l->state = LEAN_OPCODE;
			break;
		case LEAN_REST: break;
		}
		if (rc < 0)
			return rc;
		if (l->kept.failed)
			return buf_err(&l->kept, NULL);
	}
	return MF_OK;
}
