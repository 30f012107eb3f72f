/* cli/words.h: splitting a line into words as a shell does. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

/* Split in place by blanks, with '…', "…" and backslashes. Returns the number of words, -1 with *problem when a quote is
 * open or there are more than `most`. */
int words_split(char *line, char **argv, int most, const char **problem);

#endif
