/* net/crypto_lib.h: the functions of OpenSSL's libcrypto that we use, declared here so that its
 * headers are not needed, and loaded at the first call: only service accounts of Google and client
 * certificates of Azure sign with RSA. */
#ifndef MF_NET_CRYPTO_LIB_H
#define MF_NET_CRYPTO_LIB_H

#include <stddef.h>

/* of libcrypto; we only hand pointers to them around */
struct crypto_bio;
struct crypto_key;
struct crypto_md;
struct crypto_md_ctx;
struct crypto_x509;

enum { CRYPTO_RSA = 6 /* what EVP_PKEY_base_id says of an RSA key */ };

/* Asked for the password of a key: writes it to buf, and returns its length. */
typedef int crypto_password(char *buf, int size, int writing, void *self);

/* Result, name, parameters. They are the same in OpenSSL 1.1 and 3. */
#define CRYPTO_LIB_FUNCTIONS(X)                                                                    \
	X(struct crypto_bio *, BIO_new_mem_buf, (const void *p, int n))                            \
	X(int, BIO_free, (struct crypto_bio * bio))                                                \
	X(struct crypto_key *, PEM_read_bio_PrivateKey,                                            \
		(struct crypto_bio * bio, struct crypto_key * *key, crypto_password * ask,         \
			void *self))                                                               \
	X(struct crypto_x509 *, PEM_read_bio_X509,                                                 \
		(struct crypto_bio * bio, struct crypto_x509 * *x509, crypto_password * ask,       \
			void *self))                                                               \
	X(void, EVP_PKEY_free, (struct crypto_key * key))                                          \
	X(void, X509_free, (struct crypto_x509 * x509))                                            \
	X(int, X509_digest,                                                                        \
		(const struct crypto_x509 *x509, const struct crypto_md *md, unsigned char *out,   \
			unsigned *n))                                                              \
	X(const struct crypto_md *, EVP_sha1, (void))                                              \
	X(const struct crypto_md *, EVP_sha256, (void))                                            \
	X(struct crypto_md_ctx *, EVP_MD_CTX_new, (void))                                          \
	X(void, EVP_MD_CTX_free, (struct crypto_md_ctx * ctx))                                     \
	X(int, EVP_DigestSignInit,                                                                 \
		(struct crypto_md_ctx * ctx, void **key_ctx, const struct crypto_md *md,           \
			void *engine, struct crypto_key *key))                                     \
	X(int, EVP_DigestSign,                                                                     \
		(struct crypto_md_ctx * ctx, unsigned char *out, size_t *out_n,                    \
			const unsigned char *p, size_t n))                                         \
	X(void, ERR_clear_error, (void))

struct crypto_lib {
#define X(result, name, parameters) result(*name) parameters;
	CRYPTO_LIB_FUNCTIONS(X)
#undef X
	/* has another name in each version */
	int (*EVP_PKEY_base_id)(const struct crypto_key *key);
};

/* Any thread; the same answer each time. NULL: not installed. */
const struct crypto_lib *crypto_lib(void);

#endif
