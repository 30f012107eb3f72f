#include "base64_out.h"

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
