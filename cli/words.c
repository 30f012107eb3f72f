#include "words.h"

#include <string.h>

int words_split(char *line, char **argv, int most, const char **problem)
{
	int n = 0;
	for (char *p = line;;) {
		p += strspn(p, " \t");
		if (!*p)
			return n;
		if (n == most) {
			*problem = "too many words";
			return -1;
		}
		char *to = p, quote = 0;
		argv[n++] = p;
		for (; *p && (quote || (*p != ' ' && *p != '\t')); p++) {
			if (quote && *p == quote) {
				quote = 0;
			} else if (!quote && (*p == '\'' || *p == '"')) {
				quote = *p;
			} else if (*p == '\\' && quote != '\'' && p[1]) {
				*to++ = *++p;
			} else {
				*to++ = *p;
			}
		}
		if (quote) {
			*problem = "a quote is open";
			return -1;
		}
		if (*p)
			p++;
		*to = '\0';
	}
}
