#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdio.h>

#include "../../../tui/browser.h"

static const char *browser, *display;
static char ran[256];

static const char *env(const char *name)
{
	return str_eq(name, "BROWSER") ? browser : str_eq(name, "DISPLAY") ? display : NULL;
}

static int64_t clock_now(void *self)
{
	(void)self;
	return SCREEN_NOW;
}

static int run(void *self, char *const argv[])
{
	CHECK(argv[2] == NULL);
	snprintf(ran, sizeof(ran), "%s %s", argv[0], argv[1]);
	return *(int *)self;
}

void test_browser__which(void)
{
	struct app_options o = {.now_ms = clock_now, .env = env, .w = 80, .h = 24};
	struct app *a = NULL;
	int code = 0;

	CHECK_FATAL(conf_init(&o.conf, NULL) == MF_OK && app_new(&a, &o, NULL) == MF_OK);
	app_set_host(a, &(struct app_host){.self = &code, .run = run});
	CHECK(!browser_open(a, "https://x.example/"));
	browser = "";
	CHECK(!browser_open(a, "https://x.example/"));
	CHECK_STR(ran, "");
	display = ":0";
	CHECK(browser_open(a, "https://x.example/?a=1&b=$(c)"));
	CHECK_STR(ran, "xdg-open https://x.example/?a=1&b=$(c)");
	browser = "w3m:lynx";
	CHECK(browser_open(a, "/tmp/card.html"));
	CHECK_STR(ran, "w3m /tmp/card.html");
	code = 3;
	CHECK(browser_open(a, "/tmp/card.html")); /* that it failed has been said */
	app_free(a);
	browser = display = NULL;
}
