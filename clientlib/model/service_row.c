/* Looking into a row of a reply without building values. */
#include "../codec/json.h"
#include "../codec/value.h"
#include "service.h"

#include <stdlib.h>

int row_facts(const char *text, size_t n, struct row_fact *facts, size_t n_facts, struct arena *a)
{
	struct json j;
	enum json_token t;
	for (size_t i = 0; i < n_facts; i++)
		facts[i].text = NULL;
	json_init(&j, text, n, NULL);
	if (json_next(&j) != JSON_OBJECT)
		return MF_ECORRUPT;
	while ((t = json_next(&j)) == JSON_KEY) {
		struct row_fact *f = NULL;
		for (size_t i = 0; i < n_facts && !f; i++)
			if (json_is(&j, facts[i].key))
				f = &facts[i];
		t = json_next(&j);
		if (f && t == JSON_NUMBER) {
			f->text = j.text;
			f->n = j.text_n;
		} else if (f && t == JSON_STRING) {
			f->text = json_text(&j, a, &f->n);
			if (!f->text)
				return MF_ENOMEM;
		}
		if (json_skip(&j, t) < 0)
			return MF_ECORRUPT;
	}
	return t == JSON_OBJECT_END && json_next(&j) == JSON_END ? MF_OK : MF_ECORRUPT;
}

int64_t fact_int(const struct row_fact *f, int64_t otherwise)
{
	char digits[32], *end;
	if (!f->text || !f->n || f->n >= sizeof(digits))
		return otherwise;
	memcpy(digits, f->text, f->n);
	digits[f->n] = '\0';
	long long v = strtoll(digits, &end, 10);
	return end > digits ? v : otherwise;
}

struct mf_value *row_pg_list(struct arena *a, const char *p, size_t n)
{
	struct mf_value *list = value_new(a, MF_LIST);
	struct buf item = BUF_INIT(n + 1);
	bool good = list && n >= 2 && p[0] == '{' && p[n - 1] == '}', quoted = false, any = false;
	for (size_t i = 1; good && i < n; i++) {
		bool last = i == n - 1;
		if (p[i] == '"') {
			quoted = !quoted;
			any = true;
		} else if (p[i] == '\\' && i + 2 < n) {
			buf_addc(&item, p[++i]);
		} else if (!quoted && (p[i] == ',' || last)) {
			if (item.n || any || !last)
				good = !item.failed && value_push(a, list, value_text(a, MF_STRING, arena_strndup(a, item.p, item.n), item.n));
			buf_clear(&item);
			any = false;
		} else {
			buf_addc(&item, p[i]);
		}
	}
	buf_release(&item);
	return good && !quoted ? list : NULL;
}
