/* ~/.aws/config and ~/.aws/credentials. The text is cut up in place, so that all secrets are in one
 * piece of memory. */
#include <ctype.h>
#include <stdlib.h>

#include "cred_aws_parts.h"

enum { SECTIONS_MAX = 10000, OPTIONS_MAX = 1000 };

static const char blanks[] = " \t\r\v\f\x1c\x1d\x1e\x1f";

static bool is_blank(char c)
{
	return c && strchr(blanks, c);
}

/* ---- words ---- */

int aws_words(char *text, char **words, size_t max)
{
	size_t n = 0;
	char *to = text;
	for (const char *p = text;;) {
		p += strspn(p, " \t\r\n");
		if (!*p)
			return (int)n;
		if (n == max)
			return -1;
		words[n++] = to;
		char quote = '\0';
		for (; *p && (quote || !strchr(" \t\r\n", *p)); p++) {
			if (quote ? *p == quote : *p == '"' || *p == '\'') {
				quote = quote ? '\0' : *p;
			} else if (*p == '\\' && quote != '\'') {
				if (!p[1])
					return -1;
				if (!quote || p[1] == '"' || p[1] == '\\')
					p++;
				*to++ = *p;
			} else {
				*to++ = *p;
			}
		}
		if (quote)
			return -1;
		/* the end of this word may be where the next blank is */
		bool last = !*p;
		p += !last;
		*to++ = '\0';
		if (last)
			return (int)n;
	}
}

/* ---- reading ---- */

struct reader {
	struct aws_file *f;
	aws_options *options; /* of the section; NULL: there has been none */
	size_t current;       /* the option that lines may go on; SIZE_MAX: none */
	char *end;            /* of its value */
	size_t indent;
	unsigned line, option_line;
	struct mf_error *err;
};

static int bad_line(const struct reader *r, unsigned line, const char *what)
{
	err_at(r->err, MF_EUSAGE, r->f->path, "line %u: %s", line, what);
	err_hint(r->err, "correct the file, or name another one with AWS_CONFIG_FILE or "
			 "AWS_SHARED_CREDENTIALS_FILE");
	return MF_EUSAGE;
}

static int too_large(const struct reader *r)
{
	return err_at(
		r->err, MF_ELIMIT, r->f->path, "line %u: too many sections or settings", r->line);
}

/* The lines of a nested block become options of their own. */
static int unnest(struct reader *r, const char *block, char *p)
{
	while (p) {
		char *next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		p += strspn(p, blanks);
		if (*p) {
			char *eq = strchr(p, '='), *name_end = eq, *value = eq ? eq + 1 : NULL;
			if (!eq)
				return bad_line(
					r, r->option_line, "a nested block has a line without “=”");
			while (name_end > p && is_blank(name_end[-1]))
				name_end--;
			*name_end = '\0';
			value += strspn(value, blanks);
			size_t n = strlen(value);
			while (n && is_blank(value[n - 1]))
				value[--n] = '\0';
			struct aws_option o = {.block = block, .name = p, .value = value};
			if (r->options->n >= OPTIONS_MAX)
				return too_large(r);
			if (!vec_push(r->options, o))
				return err_nomem(r->err);
		}
		p = next;
	}
	return MF_OK;
}

/* No more lines of the value come. */
static int end_option(struct reader *r)
{
	if (r->current == SIZE_MAX)
		return MF_OK;
	struct aws_option *o = &r->options->v[r->current];
	r->current = SIZE_MAX;
	char *value = (char *)(uintptr_t)o->value;
	while (r->end > value && (r->end[-1] == '\n' || is_blank(r->end[-1])))
		*--r->end = '\0';
	if (*value != '\n')
		return MF_OK;
	*value = '\0';
	return unnest(r, o->name, value + 1);
}

static int begin_section(struct reader *r, char *name)
{
	struct aws_section s = {.name = name};
	r->options = &r->f->defaults;
	if (str_eq(name, "DEFAULT"))
		return MF_OK;
	for (size_t i = 0; i < r->f->sections.n; i++)
		if (str_eq(r->f->sections.v[i].name, name))
			return bad_line(r, r->line, "this section has been there before");
	if (r->f->sections.n >= SECTIONS_MAX)
		return too_large(r);
	if (!vec_push(&r->f->sections, s))
		return err_nomem(r->err);
	r->options = &r->f->sections.v[r->f->sections.n - 1].options;
	return MF_OK;
}

/* name = value, or with a colon */
static int begin_option(struct reader *r, char *p, char *end)
{
	char *is = p;
	while (is < end && *is != '=' && *is != ':')
		is++;
	if (is == end || is == p)
		return bad_line(r, r->line, "neither a [section] nor a “name = value”");
	char *value = is + 1;
	while (is > p && is_blank(is[-1]))
		is--;
	*is = '\0';
	for (char *c = p; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	while (value < end && is_blank(*value))
		value++;
	*end = '\0';
	for (size_t i = 0; i < r->options->n; i++)
		if (!r->options->v[i].block && str_eq(r->options->v[i].name, p))
			return bad_line(
				r, r->line, "this setting has been there before in its section");
	struct aws_option o = {.name = p, .value = value};
	if (r->options->n >= OPTIONS_MAX)
		return too_large(r);
	if (!vec_push(r->options, o))
		return err_nomem(r->err);
	r->current = r->options->n - 1;
	r->end = end;
	r->option_line = r->line;
	return MF_OK;
}

/* One more line of the value; there is room, since the line's own beginning is behind it. */
static void go_on(struct reader *r, const char *p, size_t n)
{
	*r->end++ = '\n';
	memmove(r->end, p, n);
	r->end += n;
	*r->end = '\0';
}

static int read_line(struct reader *r, char *line, char *end)
{
	char *p = line;
	while (p < end && is_blank(*p))
		p++;
	while (end > p && is_blank(end[-1]))
		end--;
	size_t indent = (size_t)(p - line);
	if (*p == '#' || *p == ';')
		return MF_OK;
	if (p == end || (r->current != SIZE_MAX && indent > r->indent)) {
		if (r->current != SIZE_MAX)
			go_on(r, p, (size_t)(end - p));
		return MF_OK;
	}
	r->indent = indent;
	int rc = end_option(r);
	if (rc < 0)
		return rc;
	char *close = *p == '[' ? memrchr(p, ']', (size_t)(end - p)) : NULL;
	if (close && close > p + 1) {
		*close = '\0';
		return begin_section(r, p + 1);
	}
	if (!r->options)
		return bad_line(r, r->line, "a setting before the first [section]");
	return begin_option(r, p, end);
}

/* "profile x" into its two words; what is none of these kinds is nobody's. */
static void name_kinds(struct aws_file *f)
{
	static const char *const kinds[] = {"profile", "sso-session", "services"};
	for (size_t i = 0; i < f->sections.n; i++) {
		struct aws_section *s = &f->sections.v[i];
		char *words[2];
		if (str_eq(s->name, "default")) {
			s->kind = kinds[0];
			continue;
		}
		for (size_t k = 0; k < ARRAY_SIZE(kinds) && !s->kind; k++)
			if (str_starts(s->name, kinds[k])) {
				int n = aws_words((char *)(uintptr_t)s->name, words, 2);
				s->kind = n == 2 ? kinds[k] : "";
				s->name = n == 2 ? words[1] : "";
			}
		if (!s->kind)
			s->kind = "";
	}
}

static int parse(struct aws_file *f, bool kinds, struct mf_error *err)
{
	struct reader r = {.f = f, .current = SIZE_MAX, .err = err};
	char *p = f->text, *end = p + f->n;
	if (str_starts(p, "\xef\xbb\xbf"))
		p += 3;
	if (memchr(p, '\0', (size_t)(end - p)))
		return err_at(err, MF_EUSAGE, f->path, "not a text file");
	while (p < end) {
		char *eol = memchr(p, '\n', (size_t)(end - p));
		r.line++;
		int rc = read_line(&r, p, eol ? eol : end);
		if (rc < 0)
			return rc;
		p = eol ? eol + 1 : end;
	}
	int rc = end_option(&r);
	if (rc == MF_OK && kinds)
		name_kinds(f);
	return rc;
}

int aws_file_read(struct aws_file *f, const char *path, bool kinds, struct mf_error *err)
{
	struct mf_error e = MF_ERROR_INIT;
	int rc = cred_read_file(&f->text, &f->n, path, &e);
	/* as botocore has it: one that cannot be read is none */
	if (rc == MF_ENOTFOUND || rc == MF_EACCESS || rc == MF_ECORRUPT)
		return MF_OK;
	if (rc < 0) {
		if (err && err->code == MF_OK)
			*err = e;
		return rc;
	}
	f->path = strdup(path);
	return f->path ? parse(f, kinds, err) : err_nomem(err);
}

void aws_file_release(struct aws_file *f)
{
	for (size_t i = 0; i < f->sections.n; i++)
		vec_release(&f->sections.v[i].options);
	vec_release(&f->sections);
	vec_release(&f->defaults);
	if (f->text)
		explicit_bzero(f->text, f->n);
	free(f->text);
	free(f->path);
	*f = (struct aws_file){.path = NULL};
}

/* ---- asking ---- */

const struct aws_section *aws_section(const struct aws_file *f, const char *kind, const char *name)
{
	for (size_t i = f->sections.n; i--;) {
		const struct aws_section *s = &f->sections.v[i];
		if (str_eq(s->name, name) &&
			(s->kind && kind ? str_eq(s->kind, kind) : s->kind == kind))
			return s;
	}
	return NULL;
}

static const char *find(const aws_options *options, const char *block, const char *name)
{
	for (size_t i = options->n; i--;) {
		const struct aws_option *o = &options->v[i];
		if (str_eq(o->name, name) &&
			(block && o->block ? str_eq(o->block, block) : o->block == block))
			return o->value;
	}
	return NULL;
}

const char *aws_option(
	const struct aws_file *f, const struct aws_section *s, const char *block, const char *name)
{
	const char *value = s ? find(&s->options, block, name) : NULL;
	return value || !s ? value : find(&f->defaults, block, name);
}
