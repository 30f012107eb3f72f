#include "http_parts.h"

#include <stdio.h>
#include <strings.h>

#include "../base/text.h"

/* ---- URLs ---- */

/* The parts of a URL as its text has them. */
struct url_parts {
	const char *authority, *host; /* host: behind user and password */
	const char *path, *query;     /* where they begin: at "/" and behind "?", or at the end */
	const char *end;              /* a fragment is not sent, and not shown */
};

static struct url_parts split(const char *url)
{
	struct url_parts u;
	const char *scheme = strstr(url, "://");
	/* not that of a URL in the query of something without a scheme */
	u.authority =
		scheme && strcspn(url, "/?#@") == (size_t)(scheme + 1 - url) ? scheme + 3 : url;
	u.path = u.authority + strcspn(u.authority, "/?#");
	u.host = u.authority;
	for (const char *p = u.authority; p < u.path; p++)
		if (*p == '@')
			u.host = p + 1;
	u.end = u.path + strcspn(u.path, "#");
	u.query = memchr(u.path, '?', (size_t)(u.end - u.path));
	u.query = u.query ? u.query + 1 : u.end;
	return u;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'                 ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
						    : -1;
}

/* The character that s begins with, decoded; *used: of how many bytes. */
static char decoded(const char *s, size_t n, size_t *used)
{
	*used = *s == '%' && n > 2 && hex_digit(s[1]) >= 0 && hex_digit(s[2]) >= 0 ? 3 : 1;
	return *used == 3 ? (char)(hex_digit(s[1]) * 16 + hex_digit(s[2])) : *s;
}

void http_unescape(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0, used; i < n; i += used)
		buf_addc(b, decoded(s + i, n - i, &used));
}

/* Is this the name of a query parameter whose value is nobody's business? */
static bool names_secret(const char *p, size_t n)
{
	static const char *const words[] = {
		"token", "key", "signature", "password", "passwd", "credential", "secret"};
	char name[128];
	size_t k = 0;
	for (size_t i = 0, used; i < n; i += used) {
		char c = decoded(p + i, n - i, &used);
		if (k + 1 == sizeof(name) || !c)
			return true; /* no name that anybody would give a harmless thing */
		name[k++] = c;
	}
	name[k] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasestr(name, words[i]))
			return true;
	return strcasecmp(name, "sig") == 0; /* of Azure's signed URLs */
}

void http_url_plain(struct buf *b, const char *url)
{
	struct url_parts u = split(url);
	text_escape(b, url, (size_t)(u.authority - url), 0);
	text_escape(b, u.host, (size_t)(u.query - u.host), 0);
	for (const char *p = u.query; p < u.end;) {
		size_t n = 0, name;
		while (p + n < u.end && p[n] != '&' && p[n] != ';')
			n++;
		const char *eq = memchr(p, '=', n);
		name = eq ? (size_t)(eq - p) : n;
		text_escape(b, p, eq ? name + 1 : name, 0);
		if (eq && n > name + 1 && names_secret(p, name))
			buf_adds(b, "***");
		else if (eq)
			text_escape(b, eq + 1, n - name - 1, 0);
		p += n;
		if (p < u.end)
			buf_addc(b, *p++);
	}
}

void http_url_host(const char *url, char *host, size_t size)
{
	struct url_parts u = split(url);
	snprintf(host, size, "%.*s", (int)(u.path - u.host), u.host);
}

uint64_t http_url_origin(const char *url)
{
	return hash_add(HASH_EMPTY, url, (size_t)(split(url).path - url));
}

void http_escape(struct buf *b, const char *s, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
			     c == '-' || c == '.' || c == '_' || c == '~';
		if (plain) {
			buf_addc(b, (char)c);
		} else {
			char code[3] = {'%', digits[c >> 4], digits[c & 15]};
			buf_add(b, code, sizeof(code));
		}
	}
}

bool http_is_loopback(const char *host)
{
	static const char *const names[] = {"localhost", "[::1]"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);
		if (strncasecmp(host, names[i], n) == 0 && (!host[n] || host[n] == ':' || host[n] == '/'))
			return true;
	}
	size_t n = strspn(host, "0123456789.");
	return str_starts(host, "127.") && (!host[n] || host[n] == ':' || host[n] == '/');
}

/* ---- requests ---- */

bool http_is_read(const struct http_request *req)
{
	return !req->method || str_eq(req->method, "GET") || str_eq(req->method, "HEAD");
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return true;
	return false;
}

int http_check(const struct http_request *req, const char *plain, struct mf_error *err)
{
	const char *const *h = req->headers;
	const char *url = req->url;
	if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0) {
		err_at(err, MF_EUSAGE, plain, "not a URL of http or https");
		err_hint(err, "it begins with http:// or https://");
		return MF_EUSAGE;
	}
	if (has_control(url) || strchr(url, ' '))
		return err_at(err, MF_EUSAGE, plain, "a URL has no blanks and control characters");
	if (req->method &&
		(!*req->method || strlen(req->method) >= sizeof(((struct mf_request *)0)->method) ||
			strspn(req->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(req->method)))
		return err_at(err, MF_EUSAGE, plain, "not a method of HTTP");
	/* a line break would begin another header; what is wrong is not told, it may be a secret */
	for (size_t i = 0; h && h[i]; i++)
		if (has_control(h[i]) || !strchr(h[i], ':') || h[i][0] == ':')
			return err_at(err, MF_EUSAGE, plain,
				"header %zu of the request is malformed", i + 1);
	return MF_OK;
}

/* ---- replies ---- */

const char *http_header(const struct http_response *r, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);
	for (const char *p = r->headers.p, *end; *p; p = end + 1) {
		end = strchrnul(p, '\n');
		if ((size_t)(end - p) >= n + 2 && strncasecmp(p, name, n) == 0 && p[n] == ':') {
			p += n + 2;
			if ((size_t)(end - p) >= size)
				return NULL;
			memcpy(buf, p, (size_t)(end - p));
			buf[end - p] = '\0';
			return buf;
		}
		if (!*end)
			break;
	}
	return NULL;
}
