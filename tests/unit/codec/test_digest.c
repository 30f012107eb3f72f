#include "../../support/test.h"

#include "../../../clientlib/codec/digest.h"

static const char *hex_of(bool sha256, const char *p, size_t n, size_t piece)
{
	static char out[4][DIGEST_HEX];
	static int next;
	struct digest d;
	char *hex = out[next++ % 4];
	digest_init(&d, sha256);
	for (size_t i = 0; i < n; i += piece)
		digest_update(&d, p + i, n - i < piece ? n - i : piece);
	digest_hex(&d, hex);
	return hex;
}

/* FIPS 180 and its examples. */
void test_digest__published_vectors(void)
{
	static const char long_text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const struct {
		const char *text, *sha1, *sha256;
	} t[] = {
		{"", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "a9993e364706816aba3e25717850c26c9cd0d89d",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{long_text, "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t piece = 1; piece < 60; piece += 7) {
			CHECK_STR(hex_of(false, t[i].text, strlen(t[i].text), piece), t[i].sha1);
			CHECK_STR(hex_of(true, t[i].text, strlen(t[i].text), piece), t[i].sha256);
		}
	static char million[1000000];
	memset(million, 'a', sizeof(million));
	CHECK_STR(hex_of(false, million, sizeof(million), 777), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	CHECK_STR(hex_of(true, million, sizeof(million), 65536),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	/* what Metaflow stores for True and False */
	CHECK_STR(hex_of(false, "\x80\x04\x88.", 4, 4), "868436778cb011a1c6230bc12534683ab0b7f1c3");
	CHECK_STR(hex_of(false, "\x80\x04\x89.", 4, 1), "2473d4676d5b2aba674167293142f8031ada401b");
}

/* RFC 4231. */
void test_digest__hmac(void)
{
	unsigned char mac[HMAC_SHA256], key[131];
	char hex[2 * HMAC_SHA256 + 1];
	hmac_sha256(mac, "Jefe", 4, "what do ya want for nothing?", 28);
	bytes_hex(hex, mac, sizeof(mac));
	CHECK_STR(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hmac_sha256(mac, key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54);
	bytes_hex(hex, mac, sizeof(mac));
	CHECK_STR(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
