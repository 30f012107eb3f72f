#include "../../support/test.h"

#include <stdio.h>

#include "../../../cli/words.h"

void test_words__split(void)
{
	static const struct {
		const char *line, *want;
	} t[] = {{"", ""}, {"   \t ", ""}, {"ls", "ls|"}, {"  ls  F/1 ", "ls|F/1|"}, {"a 'b c' d", "a|b c|d|"},
		{"a \"b 'c' \\\" d\"", "a|b 'c' \" d|"}, {"a\\ b", "a b|"}, {"'a\\b'", "a\\b|"}, {"x''y", "xy|"}, {"''", "|"},
		{"a \"\" b", "a||b|"}, {"end\\", "end\\|"}, {"'open", "a quote is open"}, {"a \"open", "a quote is open"},
		{"1 2 3 4 5 6", "1|2|3|4|5|6|"}, {"1 2 3 4 5 6 7", "too many words"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char line[64], *argv[6], got[128];
		const char *problem = NULL;
		size_t at = 0;
		snprintf(line, sizeof(line), "%s", t[i].line);
		int n = words_split(line, argv, 6, &problem);
		got[0] = '\0';
		if (n < 0)
			snprintf(got, sizeof(got), "%s", problem);
		for (int k = 0; k < n; k++)
			at += (size_t)snprintf(got + at, sizeof(got) - at, "%s|", argv[k]);
		CHECK_STR(got, t[i].want);
	}
}
