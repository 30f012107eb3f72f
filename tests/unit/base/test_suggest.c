#include "../../support/test.h"

#include "../../../clientlib/base/suggest.h"

static const char *const fields[] = {
	"status", "status_reason", "duration_ms", "created_at", "tags", "id"};

static const char *near(const char *word)
{
	const char *s = suggest(word, fields, ARRAY_SIZE(fields));
	return s ? s : "-";
}

void test_suggest__slips(void)
{
	static const struct {
		const char *word, *want;
	} t[] = {{"statsu", "status"}, {"staus", "status"}, {"sttatus", "status"},
		{"STATUS", "status"}, {"tag", "tags"}, {"create_at", "created_at"},
		{"craeted_at", "created_at"}, {"duration", "duration_ms"}, {"st", "status"},
		{"status_raeson", "status_reason"}, {"di", "id"}, {"xyz", "-"}, {"", "-"},
		{"x", "-"}, {"s", "-"}, {"completely_different", "-"}, {"tgas", "tags"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(near(t[i].word), t[i].want);
}

void test_suggest__the_first_of_equals(void)
{
	static const char *const names[] = {"cat", "car", "can"};
	CHECK_STR(suggest("caz", names, 3), "cat");
	CHECK(suggest("caz", names, 0) == NULL);
}

void test_suggest__long_words(void)
{
	char word[200];
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	const char *const one[] = {word};
	CHECK(suggest(word, one, 1) == NULL);
	CHECK(suggest("a", one, 1) == NULL);
	word[64] = '\0';
	CHECK(suggest(word, one, 1) == one[0]);
	const char *const empty[] = {"", "aa"};
	CHECK(suggest("a", empty, 2) == NULL);
	CHECK(suggest("aab", empty, 2) == empty[1]);
}

void test_suggest__one_slip(void)
{
	CHECK(suggest_is_slip("statsu", "status") && suggest_is_slip("tag", "tags") &&
		suggest_is_slip("x", "x"));
	CHECK(!suggest_is_slip("stage", "tags") && !suggest_is_slip("team", "tags") &&
		!suggest_is_slip("", "ab"));
}
