#include "http_case.h"

void test_http_text__plain_url(void)
{
	static const struct {
		const char *url, *plain;
	} t[] = {
		{"http://h/p?a=b", "http://h/p?a=b"},
		{"http://user:pass@h:80/p", "http://h:80/p"},
		{"http://user@h/p@q", "http://h/p@q"},
		{"http://user:p@ss@h/", "http://h/"},
		{"http://user:pass@[::1]:80", "http://[::1]:80"},
		{"http://user:pass@h?x=1", "http://h?x=1"},
		{"user:pass@h/p", "h/p"},
		{"user:pass@h/p?to=http://x", "h/p?to=http://x"},
		{"https://h/"
		 "p?X-Amz-Signature=abc&X-Amz-Date=2&X-Amz-Credential=q&x-amz-security-token=t",
			"https://h/"
			"p?X-Amz-Signature=***&X-Amz-Date=2&X-Amz-Credential=***&x-amz-security-"
			"token=***"},
		{"https://h/p?sv=1&sig=a%2Fb", "https://h/p?sv=1&sig=***"},
		{"https://h/p?signed=1&sigx=2", "https://h/p?signed=1&sigx=2"},
		{"https://h/p?api_key=1;PASSWORD=2;b=3",
			"https://h/p?api_key=***;PASSWORD=***;b=3"},
		{"https://h/p?%74oken=1&to%6Ben=2", "https://h/p?%74oken=***&to%6Ben=***"},
		{"https://h/p?token&token=&b", "https://h/p?token&token=&b"},
		{"https://h/p?token=a=b", "https://h/p?token=***"},
		{"https://h/p#access_token=1", "https://h/p"},
		{"https://h/p?a=1#token", "https://h/p?a=1"},
		{"https://h/p?a=%zz&%=1&=2&&", "https://h/p?a=%zz&%=1&=2&&"},
		{"http://h/\x1b[2J", "http://h/\\x1b[2J"},
		{"", ""},
		{"http://", "http://"},
		{"http://@", "http://"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		http_url_plain(&b, t[i].url);
		CHECK_STR(b.p, t[i].plain);
		buf_release(&b);
	}
	/* a name that is too long to look at is taken for a secret's */
	struct buf b = BUF_INIT(1000);
	http_url_plain(&b, textf("http://h/?%0300d=geheim", 0));
	CHECK(!strstr(b.p, "geheim"));
	buf_release(&b);
}

void test_http_text__escape(void)
{
	static const struct {
		const char *s;
		size_t n;
		const char *want;
	} t[] = {
		{"AZaz09-._~", 10, "AZaz09-._~"},
		{"a b/c?d#e&f=g+h%i", 17, "a%20b%2Fc%3Fd%23e%26f%3Dg%2Bh%25i"},
		{"\xc3\xa9\0\xff[]@`{", 9, "%C3%A9%00%FF%5B%5D%40%60%7B"},
		{"", 0, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		http_escape(&b, t[i].s, t[i].n);
		CHECK_STR(b.p, t[i].want);
		buf_release(&b);
	}
}

void test_http_text__header(void)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	char text[8];
	CHECK(!http_header(&r, "A", text, sizeof(text)));
	buf_adds(&r.headers, "Ab: 1\nA: 2\nLong: 12345678\nLast: 1234567");
	CHECK_STR(http_header(&r, "a", text, sizeof(text)), "2");
	CHECK_STR(http_header(&r, "AB", text, sizeof(text)), "1");
	CHECK(!http_header(&r, "Long", text, sizeof(text)));
	CHECK_STR(http_header(&r, "Last", text, sizeof(text)), "1234567");
	CHECK(!http_header(&r, "1", text, sizeof(text)));
	CHECK(!http_header(&r, "", text, sizeof(text)));
	http_response_release(&r);
}

void test_http_text__loopback(void)
{
	static const char *const own[] = {"localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:9000/x", "[::1]:1"};
	static const char *const others[] = {"localhost.example.org", "127.0.0.1.example.org", "128.0.0.1", "[::2]", "", "local"};
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		CHECK(http_is_loopback(own[i]));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		CHECK(!http_is_loopback(others[i]));
}

void test_http_text__unescape(void)
{
	static const char *const t[][2] = {{"", ""}, {"a%20b%2Bc", "a b+c"}, {"%e2%82%ac", "€"}, {"%", "%"}, {"%4", "%4"},
		{"%zz%41", "%zzA"}, {"a+b", "a+b"}, {"%25%32", "%2"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(100);
		http_unescape(&b, t[i][0], strlen(t[i][0]));
		CHECK_STR(b.p, t[i][1]);
		buf_release(&b);
	}
}
