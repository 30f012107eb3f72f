/* Timelines of events (declared in carddraw.h). */
#include "carddraw.h"

#include "../base/fmt.h"

static void put_time(struct block *b, enum mf_style style, const struct mf_value *seconds)
{
	struct buf text = BUF_INIT(64);
	double s;
	if (card_number(seconds, &s) && s > -1e11 && s < 1e11) {
		fmt_datetime(&text, (int64_t)(s * 1000), true);
		block_adds(b, style, text.p);
		block_adds(b, style, " UTC");
	}
	if (text.failed)
		b->page->rc = MF_ENOMEM;
	buf_release(&text);
}

static void draw_stats(struct card_draw *d, struct block *b, const struct mf_value *stats)
{
	static const struct {
		const char *key, *word;
	} rows[] = {{"total_events", "events"}, {"displayed_events", "shown"},
		{"events_per_minute", "per minute"}, {"total_runtime_seconds", "seconds"}};
	bool any = false;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n;
		const struct mf_value *v = mf_value_get(stats, rows[i].key);
		if (!v || mf_value_kind(v) == MF_NULL)
			continue;
		const char *p = card_plain(d->page, v, &n);
		block_adds(b, MF_STYLE_DIM, any ? ", " : "");
		block_text(b, MF_STYLE_DIM, p, n);
		block_adds(b, MF_STYLE_DIM, " ");
		block_adds(b, MF_STYLE_DIM, rows[i].word);
		any = true;
	}
	if (mf_value_bool(mf_value_get(stats, "finished")))
		block_adds(b, MF_STYLE_OK, any ? ", finished" : "finished");
	block_end(b);
}

static enum mf_style themed(const struct mf_value *event)
{
	static const struct {
		const char *theme;
		enum mf_style style;
	} themes[] = {{"success", MF_STYLE_OK}, {"warning", MF_STYLE_WARN},
		{"error", MF_STYLE_ERROR}, {"danger", MF_STYLE_ERROR}, {"tool_call", MF_STYLE_BAR},
		{"ai_response", MF_STYLE_LINK}};
	for (size_t i = 0; i < ARRAY_SIZE(themes); i++)
		if (value_is(mf_value_get(event, "style_theme"), themes[i].theme))
			return themes[i].style;
	return MF_STYLE_BORDER;
}

static void draw_event(struct card_draw *d, struct block *b, const struct mf_value *event)
{
	const struct mf_value *facts = mf_value_get(event, "metadata"),
			      *payloads = mf_value_get(event, "payloads");
	size_t n, k;
	const char *p;
	block_fill(b, themed(event), "●", "*", 1);
	block_adds(b, MF_STYLE_PLAIN, " ");
	put_time(b, MF_STYLE_BOLD, mf_value_get(event, "received_at"));
	if (card_text(event, "priority", &p, &n)) {
		block_adds(b, MF_STYLE_DIM, "  ");
		block_text(b, MF_STYLE_DIM, p, n);
	}
	block_end(b);
	struct block inner;
	block_init(&inner, d->page, b->width > 8 ? b->width - 2 : b->width);
	for (size_t i = 0;
		i < mf_value_count(facts) && mf_value_kind(facts) == MF_DICT && !page_full(d->page);
		i++) {
		const char *key = mf_value_text(mf_value_key(facts, i), &k);
		if (!key || (k == 9 && memcmp(key, "timestamp", 9) == 0))
			continue;
		p = card_plain(d->page, mf_value_item(facts, i), &n);
		block_text(&inner, MF_STYLE_DIM, key, k);
		block_adds(&inner, MF_STYLE_DIM, "  ");
		block_wrap(&inner, MF_STYLE_PLAIN, p, n, 2);
		block_end(&inner);
	}
	for (size_t i = 0; i < mf_value_count(payloads) && mf_value_kind(payloads) == MF_DICT &&
			   !page_full(d->page);
		i++) {
		const char *key = mf_value_text(mf_value_key(payloads, i), &k);
		if (key) {
			block_text(&inner, MF_STYLE_DIM, key, k);
			block_end(&inner);
		}
		card_component(d, &inner, mf_value_item(payloads, i));
	}
	block_end(&inner);
	block_append(b, &inner, 2);
}

void card_draw_events(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *events = mf_value_get(c, "events");
	card_line(b, MF_STYLE_HEADING, c, "title");
	draw_stats(d, b, mf_value_get(c, "stats"));
	for (size_t i = 0; i < mf_value_count(events) && mf_value_kind(events) == MF_LIST &&
			   !page_full(d->page);
		i++)
		draw_event(d, b, mf_value_item(events, i));
}
