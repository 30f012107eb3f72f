/* Looking into a row of a reply without building values. */
#include "../codec/json.h"
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
