#include "digest.h"

#include <nettle/hmac.h>
#include <stdint.h>
#include <stdio.h>

void digest_init(struct digest *d, bool sha256)
{
	d->sha256 = sha256;
	if (sha256)
		sha256_init(&d->u.s2);
	else
		sha1_init(&d->u.s1);
}

void digest_update(struct digest *d, const void *p, size_t n)
{
	if (d->sha256)
		sha256_update(&d->u.s2, n, p);
	else
		sha1_update(&d->u.s1, n, p);
}

void bytes_hex(char *out, const unsigned char *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[p[i] >> 4];
		out[2 * i + 1] = hex[p[i] & 15];
	}
	out[2 * n] = '\0';
}

void digest_hex(struct digest *d, char out[DIGEST_HEX])
{
	uint8_t raw[SHA256_DIGEST_SIZE];
	size_t n = d->sha256 ? SHA256_DIGEST_SIZE : SHA1_DIGEST_SIZE;
	if (d->sha256)
		sha256_digest(&d->u.s2, n, raw);
	else
		sha1_digest(&d->u.s1, n, raw);
	bytes_hex(out, raw, n);
}

void hmac_sha256(unsigned char out[HMAC_SHA256], const void *key, size_t key_n, const void *p, size_t n)
{
	struct hmac_sha256_ctx ctx;
	hmac_sha256_set_key(&ctx, key_n, key);
	hmac_sha256_update(&ctx, n, p);
	hmac_sha256_digest(&ctx, HMAC_SHA256, out);
}
