#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/keys.h"

static const char *formatted(const struct key *k)
{
	static char out[64];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	key_format(&b, k);
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

void test_keys__names_go_both_ways(void)
{
	static const char *const names[] = {"j", "G", "?", ":", "/", "é", "<lt>", ">", "<Space>",
		"<Enter>", "<Esc>", "<Tab>", "<S-Tab>", "<C-d>", "<A-x>", "<C-A-S-Up>", "<F1>",
		"<F12>", "<PgUp>", "<PgDn>", "<Home>", "<End>", "<Del>", "<Backspace>", "<C-Space>",
		"<Click:10,5>", "<WheelDown:0,0>", "<Resize:80x24>", "<C-_>", "<A-<>"};
	for (size_t i = 0; i + 1 < ARRAY_SIZE(names); i++) {
		struct key k;
		CHECK_INT(key_parse(&k, names[i], strlen(names[i])), strlen(names[i]));
		CHECK_STR(formatted(&k), names[i]);
	}
	static const struct {
		const char *in, *out;
	} same[] = {{"<CR>", "<Enter>"}, {"<c-D>", "<C-d>"}, {"<M-x>", "<A-x>"},
		{"<bs>", "<Backspace>"}, {"<gt>", ">"}};
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		struct key k;
		CHECK(key_parse(&k, same[i].in, strlen(same[i].in)) > 0);
		CHECK_STR(formatted(&k), same[i].out);
	}
	static const char *const bad[] = {"", "<Foo>", "<C->", "<F13>", "<F0>", "<Click>",
		"<Click:x>", "<Enter:1,2>", "\x1b", "<X-a>"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct key k;
		CHECK_INT(key_parse(&k, bad[i], strlen(bad[i])), 0);
	}
}

void test_keys__the_table_is_sound(void)
{
	struct keymap m;
	CHECK_FATAL(keymap_init(&m, NULL) == MF_OK);
	for (int i = 1; i < ACT_COUNT; i++) {
		const struct action_info *a = action_info((enum action)i);
		CHECK(a->label[0] && a->help[0] && a->ctx);
		CHECK_INT(action_find(a->name), i);
		for (const char *s = a->keys; *s;) {
			struct key k;
			size_t n = key_parse(&k, s, strcspn(s, " "));
			if (!n)
				CHECK_STR(s, "a key");
			CHECK_FATAL(n > 0);
			/* In a view of just this context the key means this action. */
			unsigned ctx = a->ctx == CTX_ALL ? 0 : a->ctx & -a->ctx;
			if (keymap_find(&m, &k, ctx) != (enum action)i) {
				printf("\n%s of %s means %s\n", s, a->name,
					action_info(keymap_find(&m, &k, ctx))->name);
				CHECK(!"a key means two things in one view");
			}
			s += n;
			s += strspn(s, " ");
		}
	}
	keymap_release(&m);
}

static enum action means(const struct keymap *m, const char *key, unsigned ctx)
{
	struct key k;
	CHECK(key_parse(&k, key, strlen(key)) > 0);
	return keymap_find(m, &k, ctx);
}

void test_keys__contexts_and_users(void)
{
	struct keymap m;
	struct key k;
	struct buf b = BUF_INIT(128);
	CHECK_FATAL(keymap_init(&m, NULL) == MF_OK);
	CHECK_INT(means(&m, "l", 0), ACT_right);
	CHECK_INT(means(&m, "l", CTX_OBJ | CTX_LIST), ACT_logs);
	CHECK_INT(means(&m, "<Right>", CTX_OBJ), ACT_right);
	CHECK_INT(means(&m, "t", CTX_LOGS), ACT_times);
	CHECK_INT(means(&m, "t", CTX_OBJ), ACT_timeline);
	CHECK_INT(means(&m, "1", CTX_TABS), ACT_tab);
	CHECK_INT(means(&m, "<F7>", 0xffff), ACT_NONE);
	CHECK(keymap_key(&m, ACT_right, CTX_OBJ, &k) && k.code == K_RIGHT);
	keymap_keys(&m, ACT_back, 0, &b);
	CHECK_STR(b.p, "<Esc> q");
	key_parse(&k, "l", 1);
	keymap_bind(&m, &k, ACT_refresh, NULL);
	CHECK_INT(means(&m, "l", CTX_OBJ), ACT_refresh);
	keymap_bind(&m, &k, ACT_mark, NULL);
	CHECK_INT(means(&m, "l", CTX_MARKS), ACT_mark);
	CHECK_INT(means(&m, "l", CTX_OBJ), ACT_refresh);
	keymap_unbind(&m, &k);
	CHECK_INT(means(&m, "l", CTX_OBJ), ACT_NONE);
	CHECK_INT(action_find("half-down"), ACT_half_down);
	CHECK_INT(action_find("half"), ACT_NONE);
	buf_release(&b);
	keymap_release(&m);
}

static int fill(void *arg)
{
	struct keymap m;
	(void)arg;
	int rc = keymap_init(&m, NULL);
	if (rc == MF_OK)
		keymap_release(&m);
	return rc;
}

void test_keys__out_of_memory(void)
{
	test_every_alloc(fill, NULL);
}
