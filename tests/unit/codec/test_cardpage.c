#include "../../support/test.h"

#include "../../../clientlib/codec/cardpage.h"

#define ID "0962f545-0ab6-44a6-a751-997fd8e5ce5d"

static void check(struct card_slice got, const char *want)
{
	char text[64] = "";
	CHECK((got.p == NULL) == (want == NULL));
	CHECK_FATAL(got.n < sizeof(text));
	if (got.p)
		memcpy(text, got.p, got.n);
	CHECK_STR(text, want ? want : "");
}

void test_cardpage__data(void)
{
	static const struct {
		const char *page, *want;
	} t[] = {
		{"", NULL},
		{"window.__MF_DATA__[\"" ID "\"] = \"QUJD\"", "QUJD"},
		{"x window.__MF_DATA__[\"" ID "\"] = \"\"", ""},
		/* the first counts; what only looks like it does not */
		{"window.__MF_DATA__[x] window.__MF_DATA__[\"" ID
		 "\"] = \"QQ==\" window.__MF_DATA__[\"" ID "\"] = \"Qg==\"",
			"QQ=="},
		{"window.__MF_DATA__[\"nope\"] = \"QQ==\"", NULL},
		{"window.__MF_DATA__[\"" ID "\"]=\"QQ==\"", NULL},
		{"window.__MF_DATA__[\"" ID "\"] = \"QQ==", NULL},
		{"window.__MF_DATA__[\"" ID "\"] = \"QQ\n==\"", NULL},
		{"window.__MF_DATA__[\"" ID, NULL},
		{"window.__MF_DATA__[\"" ID "\"] = \"", NULL},
		{"window.__MF_DATA__[\"", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(card_page_data(t[i].page, strlen(t[i].page)), t[i].want);
	/* never past the end, wherever it is cut */
	const char *page = t[1].page;
	for (size_t n = 0; n < strlen(page); n++)
		check(card_page_data(page, n), NULL);
}

void test_cardpage__token(void)
{
	static const struct {
		const char *page, *want;
	} t[] = {{"", NULL}, {"var METAFLOW_RELOAD_TOKEN = \"final\"", "final"},
		{"METAFLOW_RELOAD_TOKEN = \"runtime-1.5\";", "runtime-1.5"},
		{"METAFLOW_RELOAD_TOKEN = final", NULL}, {"METAFLOW_RELOAD_TOKEN = \"open", NULL},
		{"METAFLOW_RELOAD_TOKEN = \"a\\\"b\"", NULL}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(card_page_token(t[i].page, strlen(t[i].page)), t[i].want);
}
