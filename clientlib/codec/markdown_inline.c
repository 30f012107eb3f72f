/* Emphasis, code, links (declared in markdown.h). */
#include "markdown.h"

#include <ctype.h>

#include "../base/text.h"
#include "htmltext.h"

enum {
	FAR = 1000, /* bytes that the end of an emphasis may be away: keeps unmatched ones from
		       costing squares */
	DEPTH = 6
};

/* The delimiter that closes the one before p: behind a character that is no blank, and (for _) at
 * the end of a word. */
static const char *closing(const char *p, const char *end, const char *mark, size_t len)
{
	if ((size_t)(end - p) > FAR)
		end = p + FAR;
	if (p < end && isspace((unsigned char)*p))
		return NULL;
	for (const char *at = p; at < end && (at = memmem(at, (size_t)(end - at), mark, len));
		at += len) {
		bool run = at + len < end &&
			   at[len] == mark[0]; /* part of a longer run: it closes something else */
		bool word = *mark == '_' && at + len < end && isalnum((unsigned char)at[len]);
		if (at > p && !isspace((unsigned char)at[-1]) && at[-1] != '\\' && !word &&
			!(run && len == 1))
			return at;
		while (at + len < end && at[len] == mark[0])
			at++;
	}
	return NULL;
}

static enum mf_style both(enum mf_style outer, enum mf_style inner)
{
	if (outer == MF_STYLE_HEADING || outer == MF_STYLE_TITLE || outer == MF_STYLE_BOLD ||
		outer == MF_STYLE_LINK)
		return outer;
	return inner;
}

/* Emphasis at p: its length with both delimiters; 0 if there is none. */
static size_t emphasis(struct flow *f, enum mf_style style, const char *p, const char *end,
	bool after_word, int depth)
{
	static const struct {
		const char *mark;
		enum mf_style style;
	} marks[] = {{"***", MF_STYLE_BOLD}, {"**", MF_STYLE_BOLD}, {"__", MF_STYLE_BOLD},
		{"~~", MF_STYLE_DIM}, {"*", MF_STYLE_ITALIC}, {"_", MF_STYLE_ITALIC}};
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		size_t len = strlen(marks[i].mark);
		if ((size_t)(end - p) <= 2 * len || memcmp(p, marks[i].mark, len) != 0)
			continue;
		if (*p == '_' && after_word)
			continue;
		const char *stop = closing(p + len, end, marks[i].mark, len);
		if (!stop)
			continue;
		markdown_inline(f, both(style, marks[i].style), p + len, (size_t)(stop - p) - len,
			depth + 1);
		return (size_t)(stop - p) + len;
	}
	return 0;
}

/* `code`, also in runs of several backticks. */
static size_t code(struct flow *f, const char *p, const char *end)
{
	size_t ticks = 0;
	while (p + ticks < end && p[ticks] == '`')
		ticks++;
	const char *limit = (size_t)(end - p) > FAR ? p + FAR : end;
	for (const char *at = p + ticks; at < limit;) {
		size_t run = 0;
		while (at + run < limit && at[run] == '`')
			run++;
		if (run == ticks) {
			flow_text(f, MF_STYLE_CODE, p + ticks, (size_t)(at - p) - ticks);
			return (size_t)(at - p) + ticks;
		}
		at += run ? run : 1;
	}
	return 0;
}

/* The ] or ) that belongs to the bracket before p; NULL: none near. */
static const char *bracket_end(const char *p, const char *end, char open, char close)
{
	int level = 1;
	if ((size_t)(end - p) > FAR)
		end = p + FAR;
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == open)
			level++;
		else if (*p == close && --level == 0)
			return p;
	}
	return NULL;
}

/* [text](url "title") and ![alt](url) */
static size_t link(struct flow *f, enum mf_style style, const char *p, const char *end, int depth)
{
	bool image = *p == '!';
	const char *text = p + 1 + image, *close = bracket_end(text, end, '[', ']');
	if (!close || close + 1 >= end || close[1] != '(')
		return 0;
	const char *url = close + 2, *stop = bracket_end(url, end, '(', ')');
	if (!stop)
		return 0;
	size_t n = (size_t)(close - text), url_n = 0;
	while (url + url_n < stop && !isspace((unsigned char)url[url_n]))
		url_n++;
	if (image)
		flow_adds(f, MF_STYLE_DIM, "[image] ");
	markdown_inline(f, both(style, MF_STYLE_LINK), text, n, depth + 1);
	/* an inlined image says nothing to a reader */
	if (url_n && !(url_n == n && memcmp(url, text, n) == 0) &&
		!(url_n > 5 && memcmp(url, "data:", 5) == 0)) {
		flow_adds(f, MF_STYLE_DIM, " (");
		flow_text(f, MF_STYLE_DIM, url, url_n);
		flow_adds(f, MF_STYLE_DIM, ")");
	}
	return (size_t)(stop - p) + 1;
}

/* <https://…> */
static size_t autolink(struct flow *f, const char *p, const char *end)
{
	const char *limit = (size_t)(end - p) > FAR ? p + FAR : end;
	const char *stop = memchr(p, '>', (size_t)(limit - p));
	size_t n = stop ? (size_t)(stop - p) - 1 : 0;
	if (!stop || memchr(p, ' ', n) ||
		!(n > 8 && (memcmp(p + 1, "http://", 7) == 0 || memcmp(p + 1, "https://", 8) == 0)))
		return 0;
	flow_text(f, MF_STYLE_LINK, p + 1, n);
	return n + 2;
}

static size_t entity(struct flow *f, enum mf_style style, const char *p, const char *end)
{
	struct mf_page *page = f->b->page;
	struct buf one = BUF_INIT(16);
	size_t len = html_entity(&one, p, (size_t)(end - p));
	const char *copy = len && !one.failed ? arena_strndup(&page->arena, one.p, one.n) : NULL;
	if (copy)
		flow_text(f, style, copy, one.n);
	else if (len)
		page->rc = MF_ENOMEM;
	buf_release(&one);
	return len;
}

void markdown_inline(struct flow *f, enum mf_style style, const char *p, size_t n, int depth)
{
	const char *end = p + n, *from = p;
	while (p < end && !page_full(f->b->page)) {
		size_t len = 0;
		if (!strchr("\\`*_~[!<&", *p) || !*p) {
			p++;
			continue;
		}
		flow_text(f, style, from, (size_t)(p - from));
		from = p;
		bool last = p + 1 >= end;
		if (*p == '\\' && !last && ispunct((unsigned char)p[1])) {
			flow_text(f, style, p + 1, 1);
			len = 2;
		} else if (*p == '`') {
			len = code(f, p, end);
		} else if (strchr("*_~", *p) && depth < DEPTH) {
			bool after_word = p > end - n && isalnum((unsigned char)p[-1]);
			len = emphasis(f, style, p, end, after_word, depth);
		} else if ((*p == '[' || (*p == '!' && !last && p[1] == '[')) && depth < DEPTH) {
			len = link(f, style, p, end, depth);
		} else if (*p == '<') {
			len = autolink(f, p, end);
		} else if (*p == '&') {
			len = entity(f, style, p, end);
		}
		/* runs that open nothing are passed over whole */
		size_t skip = 1;
		while (!len && p + skip < end && p[skip] == *p && strchr("`*_~", *p))
			skip++;
		p += len ? len : skip;
		if (len)
			from = p;
	}
	flow_text(f, style, from, (size_t)(end - from));
}
