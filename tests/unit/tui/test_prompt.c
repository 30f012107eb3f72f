#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/prompt.h"
#include "draw.h"

static enum prompt_event type(struct prompt *p, const char *keys)
{
	enum prompt_event e = PROMPT_NOTHING;
	for (size_t n = strlen(keys); n;) {
		struct key k = {.code = ' '};
		size_t used = *keys == ' ' ? 1 : key_parse(&k, keys, n);
		CHECK_FATAL(used > 0);
		e = prompt_key(p, &k);
		if (e == PROMPT_CHANGED && p->kind == PROMPT_PALETTE)
			prompt_match(p);
		keys += used;
		n -= used;
	}
	return e;
}

void test_prompt__editing(void)
{
	static const struct {
		const char *keys, *text;
	} t[] = {{"abc", "abc"}, {"abc<Backspace>", "ab"}, {"abc<Left><Left>X", "aXbc"},
		{"abc<Home>X<End>Y", "XabcY"}, {"a b=c<C-w>", "a b="}, {"a b=c<C-w><C-w>", "a "},
		{"abc<C-u>", ""}, {"abc<Left><C-u>", "c"}, {"abc<C-a><C-k>x", "x"},
		{"abc<Home><Del>", "bc"}, {"日本<Left>é", "日é本"}, {"日本<Backspace>", "日"},
		{"ab<C-b><C-d>", "a"}, {"a<Up>b", "ab"}, {"e\xcc\x81x<Left><Backspace>", "x"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct prompt p;
		struct canvas c = drawing(20, 1, false);
		(void)c;
		prompt_init(&p);
		prompt_open(&p, PROMPT_FILTER, "filter: ", NULL);
		type(&p, t[i].keys);
		CHECK_STR(prompt_text(&p), t[i].text);
		prompt_release(&p);
	}
}

void test_prompt__ends(void)
{
	struct prompt p;
	prompt_init(&p);
	prompt_open(&p, PROMPT_SEARCH, "/", "old");
	CHECK_INT(type(&p, "x<Enter>"), PROMPT_DONE);
	CHECK_STR(prompt_text(&p), "oldx");
	prompt_close(&p);
	prompt_open(&p, PROMPT_SEARCH, "/", "");
	CHECK_INT(type(&p, "new<Enter>"), PROMPT_DONE);
	prompt_close(&p);
	prompt_open(&p, PROMPT_SEARCH, "/", "");
	type(&p, "<Up><Up>");
	CHECK_STR(prompt_text(&p), "oldx");
	type(&p, "<Down>");
	CHECK_STR(prompt_text(&p), "new");
	type(&p, "<Down>");
	CHECK_STR(prompt_text(&p), "");
	CHECK_INT(type(&p, "<Backspace>"), PROMPT_GIVEN_UP);
	CHECK_INT(type(&p, "<Esc>"), PROMPT_GIVEN_UP);
	CHECK_INT(type(&p, "<C-g>"), PROMPT_GIVEN_UP);
	struct key pasted = {.code = K_ENTER, .mods = MOD_PASTED};
	CHECK_INT(prompt_key(&p, &pasted), PROMPT_CHANGED);
	CHECK_STR(prompt_text(&p), " ");
	prompt_release(&p);
}

void test_prompt__long_lines(void)
{
	struct prompt p;
	struct canvas c = drawing(12, 1, false);
	prompt_init(&p);
	prompt_open(&p, PROMPT_ASK, "to: ", "");
	type(&p, "0123456789");
	prompt_draw(&p, &c);
	CHECK_STR(drawn(), " to: 456789");
	CHECK_INT(c.grid->caret_x, 11);
	for (int i = 0; i < 5000; i++)
		type(&p, "x");
	CHECK_INT(p.text.n, 4096 - 1 + 1);
	CHECK_INT(type(&p, "y"), PROMPT_NOTHING);
	prompt_release(&p);
}

void test_prompt__candidates(void)
{
	struct prompt p;
	struct canvas c = drawing(60, 12, false);
	CHECK(prompt_score("refresh", "ref", 3) > prompt_score("unrefreshed", "ref", 3));
	CHECK(prompt_score("unrefreshed", "ref", 3) > prompt_score("r_e_f", "ref", 3));
	CHECK_INT(prompt_score("abc", "abd", 3), 0);
	CHECK_INT(prompt_score("ab", "abc", 3), 0);
	prompt_init(&p);
	prompt_open(&p, PROMPT_PALETTE, ":", "");
	prompt_candidate(&p, "logs", "Logs", &(struct key){.code = 'l'});
	prompt_candidate(&p, "refresh", "Ask again", NULL);
	prompt_candidate(&p, "reverse", "Turn around", NULL);
	prompt_match(&p);
	CHECK_INT(p.found.n, 3);
	type(&p, "re");
	CHECK_INT(p.found.n, 2);
	type(&p, "<Down>");
	CHECK_STR(prompt_text(&p), "refresh");
	type(&p, "<Down>");
	CHECK_STR(prompt_text(&p), "reverse");
	prompt_draw_candidates(&p, &c);
	CHECK(strstr(drawn(), "Turn around") != NULL);
	type(&p, "<Tab>");
	CHECK_STR(p.text.p, "reverse ");
	type(&p, "x");
	CHECK_INT(p.found.n, 1);
	prompt_release(&p);
}
