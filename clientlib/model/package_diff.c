/* What differs between two code packages. */
#include <stdlib.h>

#include "../base/err.h"
#include "../base/text.h"
#include "../codec/diff.h"
#include "../codec/digest.h"
#include "package.h"

enum {
	FILE_MAX = 16 << 20,
	TOTAL_MAX = 256 << 20
}; /* bytes of changed files that are held for their diff */

const char *mf_change_name(enum mf_change change)
{
	static const char *const names[] = {"added", "removed", "changed"};
	return (size_t)change < ARRAY_SIZE(names) ? names[change] : "unknown";
}

/* A file of one side. */
struct entry {
	size_t index; /* of its member */
	const char *path;
	char digest[DIGEST_HEX];
	struct diff_text text; /* p NULL: not held */
	bool wanted;
};

struct side {
	const struct mf_package *p;
	struct entry *v; /* sorted by path, once read */
	size_t n;
};

struct pair {
	struct entry *a, *b; /* NULL: not on that side */
};

struct mf_package_diff {
	struct arena arena;
	struct side a, b;
	struct mf_file_change *changes;
	struct pair *pairs;
	size_t n;
};

/* ---- digests ---- */

struct reading {
	struct side *s;
	struct arena *arena;
	size_t at; /* of the entries in archive order */
	struct digest digest;
	struct buf text;
	size_t total;
	struct mf_sink sink;
};

static int hash_bytes(void *self, const char *p, size_t n)
{
	struct reading *r = self;
	digest_update(&r->digest, p, n);
	return MF_OK;
}

static struct entry *entry_of(struct reading *r, size_t index)
{
	while (r->at < r->s->n && r->s->v[r->at].index < index)
		r->at++;
	return r->at < r->s->n && r->s->v[r->at].index == index ? &r->s->v[r->at] : NULL;
}

static int want_digest(void *arg, size_t index, const struct mf_sink **sink, struct mf_error *err)
{
	struct reading *r = arg;
	(void)err;
	if (!entry_of(r, index))
		return MF_OK;
	digest_init(&r->digest, false);
	r->sink = (struct mf_sink){hash_bytes, r};
	*sink = &r->sink;
	return MF_OK;
}

static int end_digest(void *arg, struct mf_error *err)
{
	struct reading *r = arg;
	(void)err;
	digest_hex(&r->digest, r->s->v[r->at].digest);
	return MF_OK;
}

static int by_index(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static void sort(struct side *s, int (*order)(const void *, const void *))
{
	if (s->n > 1)
		qsort(s->v, s->n, sizeof(*s->v), order);
}

static int read_side(struct mf_package_diff *d, struct side *s, const struct mf_package *p,
	bool all, struct mf_error *err)
{
	struct reading r = {.s = s, .arena = &d->arena};
	struct package_walk walk = {.want = want_digest, .end = end_digest, .arg = &r};
	s->p = p;
	s->v = arena_calloc(&d->arena, p->n + 1, sizeof(*s->v));
	if (!s->v)
		return err_nomem(err);
	for (size_t i = 0; i < p->n; i++)
		if (!p->shadowed[i] && p->members[i].kind == MF_MEMBER_FILE &&
			(all || p->members[i].user))
			s->v[s->n++] = (struct entry){.index = i, .path = p->members[i].path};
	int rc = package_walk(p, &walk, err);
	sort(s, by_path);
	return rc;
}

/* ---- contents ---- */

static int want_text(void *arg, size_t index, const struct mf_sink **sink, struct mf_error *err)
{
	struct reading *r = arg;
	const struct entry *e = entry_of(r, index);
	uint64_t size = r->s->p->members[index].size;
	(void)err;
	if (!e || !e->wanted || size > FILE_MAX || size > TOTAL_MAX - r->total)
		return MF_OK;
	buf_clear(&r->text);
	r->sink = (struct mf_sink){buf_sink_write, &r->text};
	*sink = &r->sink;
	return MF_OK;
}

static int end_text(void *arg, struct mf_error *err)
{
	struct reading *r = arg;
	struct diff_text *t = &r->s->v[r->at].text;
	t->p = arena_strndup(r->arena, r->text.p, r->text.n);
	t->n = r->text.n;
	r->total += t->n;
	return t->p ? MF_OK : err_nomem(err);
}

static int read_texts(struct mf_package_diff *d, struct side *s, struct mf_error *err)
{
	struct reading r = {.s = s, .arena = &d->arena, .text = BUF_INIT(FILE_MAX + 1)};
	struct package_walk walk = {.want = want_text, .end = end_text, .arg = &r};
	bool any = false;
	for (size_t i = 0; i < s->n; i++)
		any = any || s->v[i].wanted;
	sort(s, by_index);
	int rc = any ? package_walk(s->p, &walk, err) : MF_OK;
	if (rc < 0 && err && err->code == MF_OK)
		err_set(err, rc,
			rc == MF_ENOMEM ? "out of memory"
					: "a file of the package is larger than it says");
	buf_release(&r.text);
	sort(s, by_path);
	return rc;
}

/* ---- the difference ---- */

/* The files of both sides in the order of their paths; counts, marks and (with `d->changes`)
 * records what differs. */
static size_t merge(struct mf_package_diff *d)
{
	size_t n = 0;
	for (size_t i = 0, k = 0; i < d->a.n || k < d->b.n;) {
		struct entry *a = i < d->a.n ? &d->a.v[i] : NULL,
			     *b = k < d->b.n ? &d->b.v[k] : NULL;
		int c = !a ? 1 : !b ? -1 : strcmp(a->path, b->path);
		if (c > 0)
			a = NULL;
		if (c < 0)
			b = NULL;
		i += a != NULL;
		k += b != NULL;
		if (a && b && str_eq(a->digest, b->digest))
			continue;
		if (a)
			a->wanted = true;
		if (b)
			b->wanted = true;
		if (d->changes) {
			d->changes[n] =
				(struct mf_file_change){a ? a->path : b->path, !a   ? MF_ADDED
									       : !b ? MF_REMOVED
										    : MF_CHANGED};
			d->pairs[n] = (struct pair){a, b};
		}
		n++;
	}
	return n;
}

int mf_package_diff(struct mf_package_diff **out, const struct mf_package *a,
	const struct mf_package *b, bool all, struct mf_error *err)
{
	struct mf_package_diff *d = calloc(1, sizeof(*d));
	int rc = MF_OK;
	*out = NULL;
	if (!d)
		return err_nomem(err);
	arena_init(&d->arena, 0);
	if (!str_eq(a->sha, b->sha)) {
		TRY(read_side(d, &d->a, a, all, err));
		TRY(read_side(d, &d->b, b, all, err));
		size_t n = merge(d);
		TRY(read_texts(d, &d->a, err));
		TRY(read_texts(d, &d->b, err));
		d->changes = arena_calloc(&d->arena, n + 1, sizeof(*d->changes));
		d->pairs = arena_calloc(&d->arena, n + 1, sizeof(*d->pairs));
		TRY(d->changes && d->pairs ? MF_OK : err_nomem(err));
		d->n = merge(d);
	}
	*out = d;
	d = NULL;
done:
	mf_package_diff_free(d);
	return rc;
}

size_t mf_package_diff_files(const struct mf_package_diff *d, const struct mf_file_change **out)
{
	*out = d->changes;
	return d->n;
}

int mf_package_diff_text(
	const struct mf_package_diff *d, size_t i, const struct mf_sink *sink, struct mf_error *err)
{
	static const struct diff_text nothing = {"", 0};
	const struct pair *pair = &d->pairs[i];
	const struct diff_text *a = pair->a ? &pair->a->text : &nothing,
			       *b = pair->b ? &pair->b->text : &nothing;
	struct mf_error mine = MF_ERROR_INIT;
	struct buf names[2] = {BUF_INIT(1 << 20), BUF_INIT(1 << 20)}, text = BUF_INIT(1 << 22);
	const char *word = NULL;
	int rc = MF_OK;
	for (int k = 0; k < 2; k++) {
		/* a name with newlines would be read as lines of the diff */
		buf_adds(&names[k], !(k ? pair->b : pair->a) ? "/dev/null" : k ? "b/" : "a/");
		if (k ? pair->b : pair->a)
			text_escape(&names[k], d->changes[i].path, strlen(d->changes[i].path), 0);
		TRY(buf_err(&names[k], err));
	}
	if (a->p && b->p && !diff_is_binary(a) && !diff_is_binary(b)) {
		rc = diff_unified(a, names[0].p, b, names[1].p, sink, &mine);
		if (rc == MF_ELIMIT)
			word = "Files";
		else if (rc < 0 && err && err->code == MF_OK)
			*err = mine;
	} else {
		word = a->p && b->p ? "Binary files" : "Files";
	}
	if (word) {
		buf_addf(&text, "%s ", word);
		buf_adds(&text, names[0].p);
		buf_adds(&text, " and ");
		buf_adds(&text, names[1].p);
		buf_adds(&text, " differ\n");
		TRY(buf_err(&text, err));
		rc = sink->write(sink->self, text.p, text.n);
	}
done:
	buf_release(&names[0]);
	buf_release(&names[1]);
	buf_release(&text);
	return rc;
}

void mf_package_diff_free(struct mf_package_diff *d)
{
	if (!d)
		return;
	arena_release(&d->arena);
	free(d);
}
