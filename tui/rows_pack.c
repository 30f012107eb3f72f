/* rows_pack.c: what is kept of a row whose object was given up: its name and the values that rows
 * are sorted by. An object takes kilobytes, this takes a hundred bytes. Packs never change: jobs
 * that sort share them. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "rows_priv.h"

/* One value after the other, each a tag and what belongs to it: text (a byte of length, bytes), an
 * integer or a float (eight bytes), nothing. The first is the name, NUL-terminated. */
struct rows_pack {
	atomic_int refs;
	char b[];
};

enum { TAG_NONE = '-', TAG_TEXT = 't', TAG_INT = 'i', TAG_FLOAT = 'f' };
enum { TEXT_MOST = 100 };

static void add_text(struct buf *b, const char *p, size_t n)
{
	n = n < TEXT_MOST ? n : TEXT_MOST;
	buf_addc(b, TAG_TEXT);
	buf_addc(b, (char)n);
	buf_add(b, p, n);
}

static void add_value(struct buf *b, const struct mf_value *v)
{
	struct buf list = BUF_INIT(4096);
	int64_t i = mf_value_int(v);
	double d = mf_value_float(v);
	size_t n;
	const char *p = mf_value_text(v, &n);

	switch (mf_value_kind(v)) {
	case MF_INT:
	case MF_BOOL:
		buf_addc(b, TAG_INT);
		buf_add(b, &i, sizeof(i));
		break;
	case MF_FLOAT:
		buf_addc(b, TAG_FLOAT);
		buf_add(b, &d, sizeof(d));
		break;
	case MF_STRING: add_text(b, p, n); break;
	case MF_LIST:
		for (size_t k = 0; k < mf_value_count(v) && list.n < TEXT_MOST; k++) {
			p = mf_value_text(mf_value_item(v, k), &n);
			buf_adds(&list, k ? ", " : "");
			buf_add(&list, p ? p : "", p ? n : 0);
		}
		add_text(b, list.p, list.n);
		break;
	default: buf_addc(b, TAG_NONE); break;
	}
	buf_release(&list);
}

struct rows_pack *rows_pack_new(const struct mf_object *o, const int *fields, size_t n)
{
	struct buf b = BUF_INIT(64 << 10);
	const char *id = mf_object_id(o);
	struct rows_pack *p = NULL;

	buf_add(&b, id, strlen(id) + 1);
	for (size_t i = 0; i < n; i++)
		add_value(&b, mf_object_peek(o, fields[i]));
	if (!b.failed && (p = malloc(sizeof(*p) + b.n))) {
		atomic_init(&p->refs, 1);
		memcpy(p->b, b.p, b.n);
	}
	buf_release(&b);
	return p;
}

struct rows_pack *rows_pack_ref(struct rows_pack *p)
{
	if (p)
		atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
	return p;
}

void rows_pack_free(struct rows_pack *p)
{
	if (p && atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) == 1)
		free(p);
}

const char *rows_pack_name(const struct rows_pack *p)
{
	return p->b;
}

struct rows_key rows_pack_key(const struct rows_pack *p, size_t field)
{
	struct rows_key k = {.kind = KEY_NONE};
	const char *b = p->b + strlen(p->b) + 1;

	for (size_t i = 0;; i++) {
		bool here = i == field;
		switch (*b++) {
		case TAG_TEXT:
			k = (struct rows_key){
				.kind = KEY_TEXT, .text = b + 1, .n = (unsigned char)*b};
			b += 1 + k.n;
			break;
		case TAG_INT:
			k = (struct rows_key){.kind = KEY_INT};
			memcpy(&k.i, b, sizeof(k.i));
			b += sizeof(k.i);
			break;
		case TAG_FLOAT:
			k = (struct rows_key){.kind = KEY_FLOAT};
			memcpy(&k.d, b, sizeof(k.d));
			b += sizeof(k.d);
			break;
		default: k = (struct rows_key){.kind = KEY_NONE}; break;
		}
		if (here)
			return k;
	}
}

static bool all_digits(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return n && i == n;
}

/* Numbers as numbers, also where they are texts: ids. */
static int compare_text(const struct rows_key *a, const struct rows_key *b)
{
	bool da = all_digits(a->text, a->n), db = all_digits(b->text, b->n);

	if (da != db)
		return da ? -1 : 1;
	if (da && a->n != b->n)
		return a->n < b->n ? -1 : 1;
	int c = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);
	return c ? c : (a->n > b->n) - (a->n < b->n);
}

int rows_key_compare(const struct rows_key *a, const struct rows_key *b)
{
	bool text_a = a->kind == KEY_TEXT, text_b = b->kind == KEY_TEXT;

	if (text_a != text_b)
		return text_a ? 1 : -1;
	if (text_a)
		return compare_text(a, b);
	if (a->kind == KEY_INT && b->kind == KEY_INT)
		return (a->i > b->i) - (a->i < b->i);
	double x = a->kind == KEY_INT ? (double)a->i : a->d,
	       y = b->kind == KEY_INT ? (double)b->i : b->d;
	return (x > y) - (x < y);
}
