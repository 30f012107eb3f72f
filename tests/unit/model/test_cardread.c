/* covers: cardlist.c cards.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../clientlib/model/cardread.h"

#define U1 "0123456789abcdef0123456789abcdef"
#define U2 "aaaabbbbccccddddaaaabbbbccccdddd"
#define PAGE(token, data)                                                                          \
	"<style>x</style>var METAFLOW_RELOAD_TOKEN = \"" token                                     \
	"\"\nwindow.__MF_DATA__[\"0962f545-0ab6-44a6-a751-997fd8e5ce5d\"] = \"" data "\"\n"

/* {"components":[{"type":"text","id":"a","text":"old"},{"type":"section","contents":[{"type":"text","id":"b","text":"old"}]}]}
 */
#define DATA                                                                                       \
	"eyJjb21wb25lbnRzIjpbeyJ0eXBlIjoidGV4dCIsImlkIjoiYSIsInRleHQiOiJvbGQifSx7InR5cGUiOiJzZWN0" \
	"aW9uIiwiY29udGVudHMiOlt7InR5cGUiOiJ0ZXh0IiwiaWQiOi"                                       \
	"JiIiwidGV4dCI6Im9sZCJ9XX1dfQ=="

static void put_card(const struct history *h, const char *dir, const char *name, const char *text)
{
	history_file(h, textf("mf.cards/F/runs/1/steps/s/tasks/2/%s/%s", dir, name), text);
}

static void start(struct history *h)
{
	history_init(h);
	history_done_task(h, "F/1/s/2", 1000);
	history_done_task(h, "F/1/s/3", 2000);
	put_card(h, "cards", "blank-" U1 ".html", PAGE("final", DATA));
	put_card(h, "cards", "default-my_id-" U2 ".html", "<p>plain page</p>");
	put_card(h, "cards", "tmp8chars", "being written");
	put_card(h, "cards", "a-b-c-d.html", "not a card");
	put_card(h, "cards", "bad.type-" U1 ".html", "not a card");
	put_card(h, "runtime", "blank-" U1 ".data.json",
		"{\"reload_token\":\"final\",\"data\":{\"b\":{\"type\":\"text\",\"id\":\"b\","
		"\"text\":\"new\"}}}");
	history_meta(h, "F/1/s/2", U1, "\"{}\"", 1500, 0);
	history_open(h);
}

static int list(
	struct history *h, const char *pathspec, const struct mf_card_filter *f, struct buf *out)
{
	struct mf_cards *cards;
	struct mf_error err = MF_ERROR_INIT;
	buf_clear(out);
	int rc = mf_cards_open(&cards, h->client, pathspec, f, &err);
	CHECK_INT(rc, err.code);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < mf_cards_count(cards); i++) {
		const struct mf_card *c = mf_cards_get(cards, i);
		buf_addf(out, "%s %s %s %.4s %d %s\n", c->pathspec, c->type, c->id ? c->id : "-",
			c->hash, c->attempt, c->reload_token ? c->reload_token : "-");
	}
	CHECK(mf_cards_get(cards, mf_cards_count(cards)) == NULL);
	mf_cards_free(cards);
	return rc;
}

void test_cardread__lists(void)
{
	struct history h;
	struct buf out = BUF_INIT(1 << 16);
	start(&h);
	static const char both[] =
		"F/1/s/2 blank - 0123 0 final\nF/1/s/2 default my_id aaaa -1 -\n";
	CHECK_INT(list(&h, "F/1/s/2", NULL, &out), 0);
	CHECK_STR(out.p, both);
	CHECK_INT(list(&h, "F/1/s", NULL, &out), 0);
	CHECK_STR(out.p, both);
	CHECK_INT(list(&h, "F/1", NULL, &out), 0);
	CHECK_STR(out.p, both);
	CHECK_INT(list(&h, "F/1/s/3", NULL, &out), 0);
	CHECK_STR(out.p, "");
	static const struct {
		struct mf_card_filter f;
		int n;
	} t[] = {{{.type = "blank"}, 1}, {{.type = "bla"}, 0}, {{.id = "my_id"}, 1},
		{{.id = "my"}, 0}, {{.hash = "aaaa"}, 1}, {{.hash = "aab"}, 0},
		{{.hash = "aaaa", .id = "other"}, 1}, {{.hash = "aaaa", .type = "blank"}, 0},
		{{.type = "default", .id = "my_id"}, 1}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		int lines = 0;
		CHECK_INT(list(&h, "F/1", &t[i].f, &out), 0);
		for (size_t k = 0; k < out.n; k++)
			lines += out.p[k] == '\n';
		CHECK_INT(lines, t[i].n);
	}
	CHECK_INT(list(&h, "F", NULL, &out), MF_EUSAGE);
	CHECK_INT(list(&h, "F/1/s/2/x", NULL, &out), MF_EUSAGE);
	CHECK_INT(list(&h, "F/2", NULL, &out), MF_ENOTFOUND);
	buf_release(&out);
	history_close(&h);
}

void test_cardread__of_a_clone_and_elsewhere(void)
{
	struct history h;
	struct buf out = BUF_INIT(1 << 16);
	start(&h);
	history_done_task(&h, "F/4/s/5", 3000);
	history_meta(&h, "F/4/s/5", "origin-task-id", "\"2\"", 3001, 0);
	history_meta(&h, "F/4/s/5", "origin-run-id", "\"1\"", 3001, 0);
	/* the layout before June 2022 */
	history_done_task(&h, "F/6/s/7", 4000);
	history_file(&h, "mf.cards/F/runs/6/tasks/7/cards/error-" U1 ".html", "x");
	/* the datastore is elsewhere, the cards are not */
	history_done_task(&h, "F/8/s/9", 5000);
	history_meta(&h, "F/8/s/9", "ds-root", textf("\"%s/away/.metaflow\"", h.dir), 5001, 0);
	test_write(h.dir, "away/.metaflow/mf.cards/F/runs/8/steps/s/tasks/9/cards/blank-" U2 ".html", "x");
	history_open(&h);
	CHECK_INT(list(&h, "F/4", NULL, &out), 0);
	CHECK_STR(out.p, "F/4/s/5 blank - 0123 0 final\nF/4/s/5 default my_id aaaa -1 -\n");
	CHECK_INT(list(&h, "F/6/s/7", NULL, &out), 0);
	CHECK_STR(out.p, "F/6/s/7 error - 0123 -1 -\n");
	CHECK_INT(list(&h, "F/8/s/9", NULL, &out), 0);
	CHECK_STR(out.p, "F/8/s/9 blank - aaaa -1 -\n");
	buf_release(&out);
	history_close(&h);
}

static const char *text_of(const struct mf_value *component)
{
	size_t n;
	const char *p = mf_value_text(mf_value_get(component, "text"), &n);
	return textf("%.*s", (int)n, p ? p : "?");
}

void test_cardread__content(void)
{
	struct history h;
	struct mf_cards *cards;
	struct mf_card_content *c;
	const char *text;
	size_t n;
	start(&h);
	CHECK_FATAL(mf_cards_open(&cards, h.client, "F/1", NULL, NULL) == 0);
	const struct mf_card *card = mf_cards_get(cards, 0);
	CHECK_STR(mf_card_file(card), "blank-" U1 ".html");
	CHECK_FATAL(mf_card_read(&c, h.client, card, NULL) == 0);
	CHECK_STR(mf_card_token(c), "final");
	const struct mf_value *data = mf_value_get(mf_card_data(c, &text, &n), "components");
	CHECK(n > 20 && str_starts(text, "{\"components\":["));
	CHECK_STR(text_of(mf_value_item(data, 0)), "old");
	/* the component with a newer version, wherever it stands, and no other */
	const struct mf_value *merged = mf_value_get(mf_card_merged(c), "components");
	CHECK_STR(text_of(mf_value_item(merged, 0)), "old");
	CHECK_STR(text_of(mf_value_item(mf_value_get(mf_value_item(merged, 1), "contents"), 0)),
		"new");
	CHECK_STR(
		text_of(mf_value_item(mf_value_get(mf_value_item(data, 1), "contents"), 0)), "old");
	CHECK(mf_card_runtime(c, &text, &n) != NULL && str_starts(text, "{\"reload_token\""));
	mf_card_content_free(c);
	/* a page without data */
	CHECK_FATAL(mf_card_read(&c, h.client, mf_cards_get(cards, 1), NULL) == 0);
	CHECK(mf_card_data(c, &text, &n) == NULL && text == NULL &&
		mf_card_runtime(c, &text, &n) == NULL && text == NULL);
	CHECK(mf_card_token(c) == NULL && mf_card_merged(c) == NULL);
	struct mf_page *page;
	const struct mf_line *lines;
	CHECK_FATAL(mf_card_draw(&page, c, NULL, NULL) == 0);
	CHECK_INT(mf_page_lines(page, &lines), 1);
	CHECK_STR(lines[0].spans[0].text, "plain page");
	mf_page_free(page);
	mf_card_content_free(c);
	struct buf out = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &out};
	CHECK_INT(mf_card_write(h.client, mf_cards_get(cards, 1), &sink, NULL), 0);
	CHECK_STR(out.p, "<p>plain page</p>");
	buf_release(&out);
	mf_cards_free(cards);
	history_close(&h);
}

static int make(struct mf_card_content **c, const char *html, const char *runtime)
{
	struct mf_error err = MF_ERROR_INIT;
	int rc = card_content_make(
		c, html, strlen(html), runtime, runtime ? strlen(runtime) : 0, &err);
	CHECK_INT(rc, err.code);
	return rc;
}

void test_cardread__tokens_and_damage(void)
{
	static const char update[] = "{\"reload_token\":\"%s\",\"data\":{\"a\":{\"type\":\"text\","
				     "\"id\":\"a\",\"text\":\"new\"}}}";
	static const struct {
		const char *html, *token, *want;
	} t[] = {{PAGE("final", DATA), "final", "new"},
		{PAGE("runtime-1", DATA), "runtime-1", "new"},
		{PAGE("runtime-1", DATA), "final", "old"}, {PAGE("final", DATA), "", "old"}};
	struct mf_card_content *c;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char runtime[200];
		snprintf(runtime, sizeof(runtime), update, t[i].token);
		CHECK_FATAL(make(&c, t[i].html, runtime) == 0);
		CHECK_STR(text_of(mf_value_item(mf_value_get(mf_card_merged(c), "components"), 0)),
			t[i].want);
		mf_card_content_free(c);
	}
	static const char *const broken[] = {"[]", "5", "{", "", "{\"reload_token\":\"final\"}",
		"{\"reload_token\":\"final\",\"data\":[1]}",
		"{\"reload_token\":\"final\",\"data\":{\"a\":1}}",
		"{\"reload_token\":[],\"data\":{}}"};
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		CHECK_FATAL(make(&c, PAGE("final", DATA), broken[i]) == 0);
		CHECK_STR(text_of(mf_value_item(mf_value_get(mf_card_merged(c), "components"), 0)),
			"old");
		mf_card_content_free(c);
	}
	CHECK_INT(make(&c, PAGE("final", "!!!!"), NULL), MF_ECORRUPT);
	CHECK_INT(make(&c, PAGE("final", "e30"), NULL), MF_ECORRUPT);
	CHECK_INT(make(&c, PAGE("final", "e3g="), NULL), MF_ECORRUPT); /* "{x" */
	CHECK_INT(make(&c, PAGE("final", ""), NULL), MF_ECORRUPT);
	/* JSON of odd shapes is drawn as well as it can be */
	static const char *const odd[] = {
		"W10=", "NQ==", "bnVsbA==", "e30=", "eyJjb21wb25lbnRzIjoie30ifQ=="};
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		char html[300];
		struct mf_page *page;
		snprintf(html, sizeof(html),
			"window.__MF_DATA__[\"0962f545-0ab6-44a6-a751-997fd8e5ce5d\"] = \"%s\"",
			odd[i]);
		CHECK_FATAL(make(&c, html, NULL) == 0);
		CHECK_INT(mf_card_draw(&page, c, NULL, NULL), 0);
		mf_page_free(page);
		mf_card_content_free(c);
	}
}

static int make_under_faults(void *arg)
{
	struct mf_card_content *c;
	(void)arg;
	static const char html[] = PAGE("final", DATA);
	static const char runtime[] = "{\"reload_token\":\"final\",\"data\":{\"b\":{\"type\":"
				      "\"text\",\"id\":\"b\",\"text\":\"new\"}}}";
	int rc = card_content_make(&c, html, sizeof(html) - 1, runtime, sizeof(runtime) - 1, NULL);
	if (rc == MF_OK)
		mf_card_content_free(c);
	return rc;
}

static int list_under_faults(void *arg)
{
	struct history *h = arg;
	struct mf_cards *cards;
	int rc = mf_cards_open(&cards, h->client, "F/1/s/2", NULL, NULL);
	if (rc < 0)
		return rc;
	struct mf_card_content *c;
	rc = mf_cards_count(cards) == 2 ? mf_card_read(&c, h->client, mf_cards_get(cards, 0), NULL)
					: MF_ENOMEM;
	if (rc == MF_OK) {
		rc = mf_value_count(mf_value_get(mf_card_merged(c), "components")) == 2
			     ? MF_OK
			     : MF_EFAILED;
		mf_card_content_free(c);
	}
	mf_cards_free(cards);
	return rc;
}

void test_cardread__allocation_failure(void)
{
	struct history h;
	test_every_alloc(make_under_faults, NULL);
	start(&h);
	list_under_faults(&h); /* what the client remembers of the run is there */
	/* metadata that cannot be read for lack of memory is as if it were not there: an error, or
	 * a list without it */
	for (long n = 1, hit = true; hit && n < 2000; n++) {
		test_fail_alloc(n);
		int rc = list_under_faults(&h);
		hit = test_alloc_failed();
		test_fail_alloc(0);
		CHECK(rc == MF_OK || (hit && rc < 0));
	}
	history_close(&h);
}
