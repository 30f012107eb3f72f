#include "../../support/test.h"

#include <locale.h>
#include <stdlib.h>

#include "../../../tui/input.h"

static struct input in;

/* The keys of some bytes, as key_format writes them. */
static const char *keys(const char *p, size_t n, bool waited)
{
	static char out[512];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	struct key k;

	setlocale(LC_CTYPE, "C.UTF-8");
	input_init(&in);
	input_feed(&in, p, n);
	while (input_next(&in, &k, false) || (waited && input_next(&in, &k, true)))
		key_format(&b, &k);
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

void test_input__keys(void)
{
	static const struct {
		const char *bytes, *keys;
	} t[] = {{"jk", "jk"}, {"é日", "é日"}, {"\r", "<Enter>"}, {"\t", "<Tab>"},
		{"\x7f", "<Backspace>"}, {"\b", "<Backspace>"}, {"\x04", "<C-d>"},
		{"\x1f", "<C-_>"}, {"\033[A", "<Up>"}, {"\033OA", "<Up>"},
		{"\033[1;5C", "<C-Right>"}, {"\033[1;2D", "<S-Left>"},
		{"\033[1;8B", "<C-A-S-Down>"}, {"\033[5~", "<PgUp>"}, {"\033[6;5~", "<C-PgDn>"},
		{"\033[3~", "<Del>"}, {"\033[2~", "<Ins>"}, {"\033[H", "<Home>"},
		{"\033[1~", "<Home>"}, {"\033[7~", "<Home>"}, {"\033[F", "<End>"},
		{"\033[4~", "<End>"}, {"\033[8~", "<End>"}, {"\033OP", "<F1>"},
		{"\033[11~", "<F1>"}, {"\033[15~", "<F5>"}, {"\033[24~", "<F12>"},
		{"\033[17;2~", "<S-F6>"}, {"\033[[A", "<F1>"}, {"\033[[E", "<F5>"},
		{"\033[Z", "<S-Tab>"}, {"\033j", "<A-j>"}, {"\033\r", "<A-Enter>"},
		{"\033[a", "<S-Up>"}, {"\033Oa", "<C-Up>"}, {"\033[5^", "<C-PgUp>"},
		{"\033OM", "<Enter>"}, {"<>", "<lt><gt>"}, {" ", "<Space>"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(keys(t[i].bytes, strlen(t[i].bytes), true),
			str_eq(t[i].bytes, "<>") ? "<lt>>" : t[i].keys);
}

void test_input__escape_alone(void)
{
	CHECK_STR(keys("\033", 1, false), "");
	CHECK(input_pending(&in));
	CHECK_STR(keys("\033", 1, true), "<Esc>");
	CHECK_STR(keys("\033\033", 2, true), "<Esc><Esc>");
	CHECK_STR(keys("\033\033[A", 4, true), "<Esc><Up>");
	CHECK_STR(keys("\033[", 2, true), "<A-[>");
	CHECK_STR(keys("\033O", 2, true), "<A-O>");
	CHECK_STR(keys("\033[1;5", 5, true), "");
	CHECK_STR(keys("\033[1;5", 5, false), "");
	CHECK_STR(keys("\xe6\x97", 2, false), "");
	CHECK(input_pending(&in));
}

void test_input__mouse(void)
{
	static const struct {
		const char *bytes, *keys;
	} t[] = {{"\033[<0;11;6M", "<Click:10,5>"}, {"\033[<0;11;6m", "<Release:10,5>"},
		{"\033[<32;1;1M", "<Drag:0,0>"}, {"\033[<64;3;4M", "<WheelUp:2,3>"},
		{"\033[<65;3;4M", "<WheelDown:2,3>"}, {"\033[<2;300;200M", "<RightClick:299,199>"},
		{"\033[<1;1;1M", "<MiddleClick:0,0>"}, {"\033[<16;1;1M", "<C-Click:0,0>"},
		{"\033[<35;5;5M", ""}, {"\033[M !!", "<Click:0,0>"}, {"\033[M#!!", "<Release:0,0>"},
		{"\033[M`!!", "<WheelUp:0,0>"}, {"\033[<0;0;0M", ""}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(keys(t[i].bytes, strlen(t[i].bytes), true), t[i].keys);
}

void test_input__reports_are_swallowed(void)
{
	static const char *const t[] = {"\033[?62;22c", "\033[I", "\033[O",
		"\033]11;rgb:0/0/0\033\\", "\033]52;c;AAAA\007", "\033P1$r0m\033\\",
		"\033_Gi=1\033\\", "\033[?2026;2$y", "\033[>0;115;0c", "\033[200~\033[201~",
		"\xff\xfe", "\xc2\x9b"};
	char b[64];
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		int n = snprintf(b, sizeof(b), "a%sb", t[i]);
		CHECK_STR(keys(b, (size_t)n, false), "ab");
	}
	CHECK_STR(keys("\033]11;rgb:1e/1e/2e\007", strlen("\033]11;rgb:1e/1e/2e\007"), false), "");
	CHECK_INT(in.light, 0);
	keys("\033]11;rgb:ffff/fafa/f0f0\033\\", strlen("\033]11;rgb:ffff/fafa/f0f0\033\\"), false);
	CHECK_INT(in.light, 1);
	keys("\033]11;?\033\\", strlen("\033]11;?\033\\"), false);
	CHECK_INT(in.light, -1);
}

void test_input__paste(void)
{
	struct key k;
	input_init(&in);
	input_feed(&in, "\033[200~q\r\033[201~q", 15);
	CHECK(input_next(&in, &k, false) && k.code == 'q' && k.mods == MOD_PASTED);
	CHECK(input_next(&in, &k, false) && k.code == K_ENTER && k.mods == MOD_PASTED);
	CHECK(input_next(&in, &k, false) && k.code == 'q' && k.mods == 0);
}

void test_input__terminfo_keys(void)
{
	struct key k;
	input_init(&in);
	input_special(&in, "\033[225z", K_F1 + 3);
	input_special(&in, "x", K_F1);
	input_feed(&in, "\033[225z", 6);
	CHECK(input_next(&in, &k, false));
	CHECK_INT(k.code, K_F1 + 3);
}

void test_input__noise(void)
{
	unsigned seed = 3;
	struct key k;
	input_init(&in);
	for (int i = 0; i < 300000; i++) {
		static const char likely[] = "\033[]O<;0123456789MmAB~\\P_\007\xe6\x97\xa5\xff";
		seed = seed * 1664525 + 1013904223;
		char c = seed >> 28 ? likely[(seed >> 10) % (sizeof(likely) - 1)]
				    : (char)(seed >> 16);
		input_feed(&in, &c, 1);
		while (input_next(&in, &k, (seed >> 5) % 7 == 0))
			if (k.code == K_NONE || k.code >= K_LAST)
				CHECK(!"no such key");
		CHECK_FATAL(in.n < sizeof(in.b));
	}
}
