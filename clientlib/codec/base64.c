#include "base64.h"

#include "../base/err.h"

/* Six bits of a character, -1 for none of the alphabet. */
static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int bad(struct mf_error *err, size_t at, const char *what)
{
	if (err && err->code == MF_OK)
		err->offset = (int64_t)at;
	return err_set(err, MF_ECORRUPT, "damaged base64 at byte %zu: %s", at, what);
}

int base64_decode(struct buf *out, const char *p, size_t n, unsigned flags, struct mf_error *err)
{
	unsigned long bits = 0;
	int have = 0, pads = 0;

	if (!buf_reserve(out, n / 4 * 3 + 3))
		return buf_err(out, err);
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		int v = sextet(c);
		if (flags & BASE64_BLANKS && (c == ' ' || c == '\n' || c == '\r' || c == '\t'))
			continue;
		if (c == '=' && have + pads < 4 && have >= 2) {
			pads++;
			continue;
		}
		if (v < 0 || pads)
			return bad(
				err, i, v < 0 ? "not of its alphabet" : "text after the padding");
		bits = bits << 6 | (unsigned)v;
		if (++have == 4) {
			char three[] = {(char)(bits >> 16 & 0xff), (char)(bits >> 8 & 0xff),
				(char)(bits & 0xff)};
			buf_add(out, three, 3);
			have = 0;
			bits = 0;
		}
	}
	if (have && have + pads != 4)
		return bad(err, n, "it ends too early");
	/* the last group holds one or two bytes; what is left of its bits must be zero */
	if (have == 2 && (bits & 0xf) == 0) {
		buf_addc(out, (char)(bits >> 4 & 0xff));
	} else if (have == 3 && (bits & 3) == 0) {
		buf_addc(out, (char)(bits >> 10 & 0xff));
		buf_addc(out, (char)(bits >> 2 & 0xff));
	} else if (have) {
		return bad(err, n, "bits behind the last byte");
	}
	return buf_err(out, err);
}

void base64_add(struct buf *b, const void *bytes, size_t n, bool url)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *last = url ? "-_" : "+/";
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i += 3) {
		size_t have = n - i < 3 ? n - i : 3;
		unsigned bits = (unsigned)p[i] << 16;
		bits |= have > 1 ? (unsigned)p[i + 1] << 8 : 0;
		bits |= have > 2 ? (unsigned)p[i + 2] : 0;
		for (size_t k = 0; k < 4; k++) {
			unsigned six = bits >> (18 - 6 * k) & 63;
			if (k <= have)
				buf_addc(b, six < 62 ? digits[six] : last[six - 62]);
			else if (!url)
				buf_addc(b, '=');
		}
	}
}
