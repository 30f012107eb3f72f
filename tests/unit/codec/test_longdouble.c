#include <math.h>

#include "../../../clientlib/codec/longdouble.h"
#include "../../support/test.h"

struct number {
	char p[16];
};

static struct number x87(uint64_t mantissa, unsigned top)
{
	struct number n = {{0}};
	for (int i = 0; i < 8; i++)
		n.p[i] = (char)(mantissa >> 8 * i);
	n.p[8] = (char)top;
	n.p[9] = (char)(top >> 8);
	return n;
}

static struct number quad(uint64_t hi, uint64_t lo)
{
	struct number n;
	for (int i = 0; i < 8; i++) {
		n.p[i] = (char)(lo >> 8 * i);
		n.p[8 + i] = (char)(hi >> 8 * i);
	}
	return n;
}

static const char *text(struct number n, bool is_quad, bool scientific)
{
	static char out[8][LONGDOUBLE_TEXT];
	static size_t next;
	char *t = out[next++ % 8];
	struct longdouble v;
	longdouble_load(&v, n.p, 16, false, is_quad);
	if (scientific)
		longdouble_scientific(t, &v);
	else
		longdouble_short(t, &v, false);
	return t;
}

void test_longdouble__x87(void)
{
	CHECK_STR(text(x87(0, 0), false, true), "0.e+00");
	CHECK_STR(text(x87(0, 0x8000), false, true), "-0.e+00");
	CHECK_STR(text(x87(0x8000000000000000, 0x3fff), false, true), "1.e+00");
	CHECK_STR(text(x87(0xc000000000000000, 0xbfff), false, true), "-1.5e+00");
	CHECK_STR(text(x87(0xcccccccccccccccd, 0x3ffb), false, true), "1.e-01");
	CHECK_STR(text(x87(0xccccccccccccd000, 0x3ffb), false, true), "1.0000000000000000555e-01");
	CHECK_STR(text(x87(0x8000000000000000, 0x7fff), false, true), "inf");
	CHECK_STR(text(x87(0xc000000000000000, 0x7fff), false, true), "nan");
	CHECK_STR(text(x87(UINT64_MAX, 0x7ffe), false, true), "1.189731495357231765e+4932");
	CHECK_STR(text(x87(1, 0), false, true), "4.e-4951");
	/* a number that no x87 writes */
	struct longdouble v;
	CHECK(!longdouble_load(&v, x87(1, 0x3fff).p, 16, false, false));
	CHECK_INT(v.class, LONGDOUBLE_NAN);
	CHECK(!longdouble_load(&v, x87(1, 0x3fff).p, 8, false, false));
}

void test_longdouble__short(void)
{
	CHECK_STR(text(x87(0x8000000000000000, 0x3fff), false, false), "1");
	CHECK_STR(text(x87(0xcccccccccccccccd, 0x3ffb), false, false), "0.1");
	CHECK_STR(text(x87(0xfa00000000000000, 0x4008), false, false), "1000");
	CHECK_STR(text(x87(0x8e1bc9bf04000000, 0x4034), false, false), "1e+16");
	CHECK_STR(text(x87(0xa7c5ac471b478423, 0x3fee), false, false), "1e-05");
	CHECK_STR(text(x87(0xd1b71758e219652c, 0x3ff1), false, false), "0.0001");
}

void test_longdouble__quad(void)
{
	CHECK_STR(text(quad(0x3fff000000000000, 0), true, true), "1.e+00");
	CHECK_STR(text(quad(0x3fff800000000000, 0), true, true), "1.5e+00");
	CHECK_STR(text(quad(0x3ffb999999999999, 0x999999999999999a), true, true), "1.e-01");
	CHECK_STR(text(quad(0xbffd555555555555, 0x5555555555555555), true, true),
		"-3.333333333333333333333333333333333e-01");
	CHECK_STR(text(quad(0x7fff000000000000, 0), true, true), "inf");
	CHECK_STR(text(quad(0x7fff000000000000, 1), true, true), "nan");
	CHECK_STR(text(quad(0, 1), true, true), "6.e-4966");
}

void test_longdouble__guess(void)
{
	CHECK_INT(longdouble_guess(x87(0, 0).p, false), 0);
	CHECK_INT(longdouble_guess(x87(0xc000000000000000, 0x3fff).p, false), -1);
	CHECK_INT(longdouble_guess(quad(0x3fff800000000000, 0).p, false), 1);
	CHECK_INT(longdouble_guess(quad(0x3ffb999999999999, 0x199999999999999a).p, false), 1);
	/* what a machine has left in the padding */
	struct number n = x87(0xc000000000000000, 0x3fff);
	memcpy(n.p + 10, "\xd7\xba\xcf\x7f\0\0", 6);
	CHECK_INT(longdouble_guess(n.p, false), -1);
}

static const char *from(double d, size_t size, size_t most)
{
	static char out[8][LONGDOUBLE_TEXT];
	static size_t next;
	char *t = out[next++ % 8];
	struct longdouble v;
	longdouble_from(&v, d, size);
	longdouble_rounded(t, &v, false, most);
	return t;
}

void test_longdouble__from(void)
{
	CHECK_STR(from(0.1, 8, 40), "0.1");
	CHECK_STR(from((double)0.1f, 4, 40), "0.1");
	CHECK_STR(from(0.0999755859375, 2, 40), "0.1");
	CHECK_STR(from(5e-324, 8, 40), "5e-324");
	CHECK_STR(from(1.401298464324817e-45, 4, 40), "1e-45");
	CHECK_STR(from(5.960464477539063e-08, 2, 40), "6e-08");
	CHECK_STR(from(65504, 2, 40), "65500");
	CHECK_STR(from(1.7976931348623157e308, 8, 40), "1.7976931348623157e+308");
	CHECK_STR(from(-0.0, 8, 40), "-0");
	CHECK_STR(from((double)INFINITY, 8, 40), "inf");
	CHECK_STR(from(2.0 / 3, 8, 4), "0.6667");
	CHECK_STR(from(0.99999, 8, 3), "1");
	CHECK_STR(from(9999.99, 8, 3), "10000");
	CHECK_STR(from(1234567, 8, 3), "1230000");
}

void test_longdouble__complex(void)
{
	struct longdouble one, zero, minus, nan;
	char out[2 * LONGDOUBLE_TEXT + 4];
	longdouble_from(&one, 1, 8);
	longdouble_from(&zero, 0, 8);
	longdouble_from(&minus, -0.0, 8);
	longdouble_from(&nan, (double)NAN, 8);
	longdouble_complex(out, &one, &one);
	CHECK_STR(out, "(1+1j)");
	longdouble_complex(out, &zero, &one);
	CHECK_STR(out, "1j");
	longdouble_complex(out, &minus, &minus);
	CHECK_STR(out, "(-0-0j)");
	longdouble_complex(out, &one, &nan);
	CHECK_STR(out, "(1+nanj)");
}
