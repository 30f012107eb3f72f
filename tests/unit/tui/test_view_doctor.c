#include "link_app.h"

void test_view_doctor__golden(void)
{
	static const struct {
		const char *name, *keys;
		int w, h;
		bool ascii;
		enum theme_id theme;
	} t[] = {{"doctor_80x24", "", 80, 24, false, THEME_DARK},
		{"doctor_120x40", "", 120, 40, false, THEME_DARK},
		{"doctor_40x10", "j", 40, 10, false, THEME_DARK},
		{"doctor_light", "/clock<Enter>", 120, 24, false, THEME_LIGHT},
		{"doctor_ascii", "", 80, 24, true, THEME_DARK}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = link_app(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			NULL);
		keys(a, "H");
		keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}

void test_view_doctor__says(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 120, .h = 30}, NULL);

	keys(a, "H");
	CHECK(screen_has(a, "✗ 1 problem"));
	CHECK(screen_has(a, "1 problem · 1 warning · 1 note · 3 fine"));
	CHECK(screen_has(a, "! warning  this machine's clock"));
	CHECK(screen_has(a, "→ timedatectl set-ntp true"));
	int64_t loaded = app_view(a)->loaded_at;
	screen_wait(a, 5000);
	CHECK_INT(app_view(a)->loaded_at, loaded); /* it runs when it is told to */
	keys(a, "r");
	CHECK_INT(app_view(a)->loaded_at, loaded + 5000);
	keys(a, "Y");
	CHECK(screen_has(a, "copied mfctl doctor"));
	keys(a, "y");
	CHECK(screen_has(a, "copied configuration: fine: metadata provider"));
	link_is(a, MF_LINK_DOWN, 38);
	screen_wait(a, 500);
	keys(a, "r"); /* also while the service is down: that is when it is wanted */
	CHECK_INT(app_view(a)->loaded_at, loaded + 5500);
	for (int w = 40; w <= 200; w += 40) {
		app_resize(a, w, 24);
		CHECK(screen_has(a, "configuration"));
	}
	app_free(a);
}

static int broken(struct findings *out, const struct mf_config *config, struct mf_client *client,
	struct mf_error *err)
{
	(void)out;
	(void)config;
	(void)client;
	snprintf(err->message, sizeof(err->message), "out of memory");
	return err->code = MF_ENOMEM;
}

static int none(struct findings *out, const struct mf_config *config, struct mf_client *client,
	struct mf_error *err)
{
	(void)out;
	(void)config;
	(void)client;
	(void)err;
	return MF_OK;
}

void test_view_doctor__nothing(void)
{
	static const struct link_port ports[] = {
		{link_state, link_list, broken}, {link_state, link_list, none}};
	struct app *a = link_app(&(struct screen_options){.w = 80}, NULL);

	data_of(a)->link.port = &ports[0];
	keys(a, "H");
	CHECK(screen_has(a, "✗ out of memory"));
	data_of(a)->link.port = &ports[1];
	keys(a, "r");
	CHECK(!screen_has(a, "out of memory"));
	CHECK(screen_has(a, "Nothing was found"));
	keys(a, "yjG");
	app_free(a);
}

/* What the library finds about a local history. */
void test_view_doctor__library(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 50}, NULL);

	keys(a, "H");
	CHECK(screen_has(a, "✓ fine"));
	CHECK(!screen_has(a, "looking at everything"));
	app_free(a);
}

static int ask(void *arg)
{
	struct findings f = {0};
	struct mf_error err = MF_ERROR_INIT;
	int rc = link_doctor(&f, NULL, NULL, &err);

	(void)arg;
	findings_release(&f);
	return rc;
}

void test_view_doctor__allocation_failure(void)
{
	test_every_alloc(ask, NULL);
}
