#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/conf.h"
#include "../../../tui/theme.h"

static char warnings[2048];

static void warn(void *ctx, const char *file, int line, const char *message)
{
	(void)ctx;
	size_t n = strlen(warnings);
	snprintf(warnings + n, sizeof(warnings) - n, "%s:%d: %s\n", file, line, message);
}

static void parse(struct conf *c, const char *text)
{
	warnings[0] = '\0';
	CHECK_INT(conf_init(c, NULL), MF_OK);
	CHECK_INT(conf_parse(c, "f", text, warn, NULL, NULL), MF_OK);
}

static enum action means(const struct conf *c, const char *key)
{
	struct key k;
	key_parse(&k, key, strlen(key));
	return keymap_find(&c->keys, &k, CTX_ALL);
}

void test_conf__everything_it_knows(void)
{
	struct conf c;
	parse(&c, "# mine\n\n"
		  "map <C-n> down   # like elsewhere\n"
		  "  map x page-down\r\n"
		  "unmap q\n"
		  "set theme light\nset mouse off\nset refresh 500ms\nset clock seconds\nset ascii "
		  "on");
	CHECK_STR(warnings, "");
	CHECK_INT(means(&c, "<C-n>"), ACT_down);
	CHECK_INT(means(&c, "x"), ACT_page_down);
	CHECK_INT(means(&c, "q"), ACT_NONE);
	CHECK_INT(means(&c, "<Esc>"), ACT_back);
	CHECK_INT(c.theme, THEME_LIGHT);
	CHECK(!c.mouse);
	CHECK_INT(c.refresh_ms, 500);
	CHECK_INT(c.clock, CLOCK_SECONDS);
	CHECK_INT(c.ascii, 1);
	conf_release(&c);
}

void test_conf__mistakes_have_line_numbers(void)
{
	struct conf c;
	parse(&c, "bind x down\nmap x\nmap <Foo> down\nmap x dwon\nset theme pink\nset colour "
		  "red\nset refresh soon\nmap x down now\n"
		  "unmap\nset mouse maybe\nset clock late\n");
	CHECK_STR(warnings,
		"f:1: unknown word \"bind\" (map, unmap or set)\n"
		"f:2: \"map\" needs more words\n"
		"f:3: \"<Foo>\" is no key\n"
		"f:4: no such action \"dwon\"\n"
		"f:5: no such theme (dark, light, high-contrast, colorblind, mono, auto)\n"
		"f:6: no such setting (theme, mouse, refresh, ascii, clock)\n"
		"f:7: not a time like 2s, 500ms, 1m or off\n"
		"f:8: too many words after \"map\"\n"
		"f:9: \"unmap\" needs more words\n"
		"f:10: not on or off\n"
		"f:11: not auto, off, minutes or seconds\n");
	CHECK_INT(c.theme, -1);
	conf_release(&c);
}

void test_conf__durations(void)
{
	static const struct {
		const char *text;
		long long ms;
	} t[] = {{"2s", 2000}, {"2", 2000}, {"500ms", 500}, {"1m", 60000}, {"off", 0}, {"0.5", 500},
		{"", -1}, {"s", -1}, {"2h", -1}, {"-1", -1}, {"nan", -1}, {"1e9", -1}, {"2 s", -1}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(conf_duration(t[i].text), t[i].ms);
}

void test_conf__files(void)
{
	struct conf c;
	const char *dir = test_dir();
	test_write(dir, "mfkit/mftop.conf", "set theme mono\noops\n");
	test_write(dir, ".config/mfkit/mftop.conf", "set theme light\n");
	warnings[0] = '\0';
	conf_init(&c, NULL);
	CHECK_INT(conf_load(&c, dir, NULL, warn, NULL, NULL), MF_OK);
	CHECK_INT(c.theme, THEME_MONO);
	CHECK(strstr(warnings, "mfkit/mftop.conf:2: ") != NULL);
	CHECK_INT(conf_load(&c, NULL, dir, warn, NULL, NULL), MF_OK);
	CHECK_INT(c.theme, THEME_LIGHT);
	warnings[0] = '\0';
	CHECK_INT(conf_load(&c, "/nonexistent", NULL, warn, NULL, NULL), MF_OK);
	CHECK_STR(warnings, "");
	test_write(dir, "d/mfkit/mftop.conf/x", "");
	char path[4096];
	snprintf(path, sizeof(path), "%s/d", dir);
	CHECK_INT(conf_load(&c, path, NULL, warn, NULL, NULL), MF_OK);
	conf_release(&c);
}

static int load(void *arg)
{
	struct conf c;
	int rc = conf_init(&c, NULL);
	if (rc == MF_OK)
		rc = conf_parse(&c, "f", arg, NULL, NULL, NULL);
	conf_release(&c);
	return rc;
}

void test_conf__out_of_memory(void)
{
	static char text[] = "map x down\nmap y up\nset theme dark\n";
	test_every_alloc(load, text);
}
