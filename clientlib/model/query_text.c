#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "../base/text.h"
#include "query.h"

/* One element of a bracket expression's body at p; moves behind it. */
static int32_t element(const char **p)
{
	int32_t cp;
	if (**p == '\\' && (*p)[1])
		(*p)++;
	*p += utf8_next(*p, strlen(*p), &cp);
	return cp;
}

/* Does cp belong to the bracket expression whose [ is at *pattern? Moves behind its ]. False, and
 * nothing moved, when it has no end: then the [ stands for itself. */
static bool bracket(const char **pattern, int32_t cp, bool *in)
{
	const char *p = *pattern + 1;
	bool negated = *p == '!' || *p == '^';
	p += negated;
	*in = false;
	for (bool first = true; *p && (*p != ']' || first); first = false) {
		int32_t low = element(&p), high = low;
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			high = element(&p);
		}
		*in = *in || (cp >= low && cp <= high);
	}
	if (*p != ']')
		return false;
	*pattern = p + 1;
	*in = *in != negated;
	return true;
}

/* Take one character of the text with one element of the pattern. */
static bool step(const char **pattern, const char **p, const char *end)
{
	int32_t cp;
	size_t len = utf8_next(*p, (size_t)(end - *p), &cp);
	bool in;
	if (**pattern == '?') {
		(*pattern)++;
		*p += len;
		return true;
	}
	if (**pattern == '[' && bracket(pattern, cp, &in)) {
		*p += len;
		return in;
	}
	if (**pattern == '\\' && (*pattern)[1])
		(*pattern)++;
	return *(*pattern)++ == *(*p)++;
}

bool query_glob(const char *pattern, const char *p, size_t n)
{
	const char *end = p + n, *star = NULL, *again = NULL;
	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			again = p;
			continue;
		}
		if (p == end && !*pattern)
			return true;
		if (p < end && *pattern && step(&pattern, &p, end))
			continue;
		/* let the last star take one byte more */
		if (!star || again >= end)
			return false;
		pattern = star;
		p = ++again;
	}
}

bool query_contains(const char *p, size_t n, const char *word, size_t word_n)
{
	if (!word_n)
		return true;
	int first = tolower((unsigned char)word[0]);
	for (; n >= word_n; p++, n--) {
		if (tolower((unsigned char)*p) != first)
			continue;
		size_t i = 1;
		while (i < word_n &&
			tolower((unsigned char)p[i]) == tolower((unsigned char)word[i]))
			i++;
		if (i == word_n)
			return true;
	}
	return false;
}

bool query_number(const char *p, size_t n, double *out)
{
	char tmp[64], *end;
	if (!n || n >= sizeof(tmp) || !(isdigit((unsigned char)p[n - 1]) || p[n - 1] == '.'))
		return false;
	memcpy(tmp, p, n);
	tmp[n] = '\0';
	/* no names of numbers, no hexadecimal ones, no blanks */
	if (strspn(tmp, "0123456789+-.eE") != n)
		return false;
	*out = strtod(tmp, &end);
	return !*end && isfinite(*out);
}
