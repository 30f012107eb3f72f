#include "suggest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 64, FAR = 1000 };

static int least(int a, int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters to change, insert, drop or swap with their neighbour to make b of a. */
static int distance(const char *a, size_t an, const char *b, size_t bn)
{
	int rows[3][LONGEST + 1];
	int *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t k = 0; k <= bn; k++)
		last[k] = (int)k;
	for (size_t i = 1; i <= an; i++) {
		now[0] = (int)i;
		for (size_t k = 1; k <= bn; k++) {
			bool equal = same(a[i - 1], b[k - 1]);
			now[k] = least(last[k - 1] + !equal, least(last[k], now[k - 1]) + 1);
			if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]))
				now[k] = least(now[k], before[k - 2] + 1);
		}
		int *free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[bn];
}

/* How far the candidate is from the word; FAR when it is not worth to be named. */
static int score(const char *word, size_t n, const char *candidate)
{
	size_t len = strlen(candidate);
	if (len > LONGEST || !len)
		return FAR;
	int d = distance(word, n, candidate, len);
	if (d * 3 <= (int)n + 2 && d < (int)n && d < (int)len)
		return d;
	return n > 1 && len > n && strncasecmp(word, candidate, n) == 0 ? (int)n : FAR;
}

bool suggest_is_slip(const char *a, const char *b)
{
	size_t an = strlen(a), bn = strlen(b);
	return an <= LONGEST && bn <= LONGEST && distance(a, an, b, bn) <= 1;
}

const char *suggest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	const char *best = NULL;
	int best_score = FAR;
	if (!len || len > LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		int s = score(word, len, candidates[i]);
		if (s < best_score) {
			best_score = s;
			best = candidates[i];
		}
	}
	return best;
}
