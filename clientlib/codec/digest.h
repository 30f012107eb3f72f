/* codec/digest.h: SHA-1 and SHA-256 over streams, hex, and HMAC. */
#ifndef MF_CODEC_DIGEST_H
#define MF_CODEC_DIGEST_H

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>

struct digest {
	bool sha256;
	union {
		struct sha1_ctx s1;
		struct sha256_ctx s2;
	} u;
};

enum { DIGEST_HEX = 65 }; /* room for either as lower-case hex with its NUL */

void digest_init(struct digest *d, bool sha256);
void digest_update(struct digest *d, const void *p, size_t n);
void digest_hex(struct digest *d, char out[DIGEST_HEX]); /* ends it */
/* Bytes as lower-case hex with a NUL. */
void bytes_hex(char *out, const unsigned char *p, size_t n);

enum { HMAC_SHA256 = 32 };
void hmac_sha256(unsigned char out[HMAC_SHA256], const void *key, size_t key_n, const void *p, size_t n);

#endif
