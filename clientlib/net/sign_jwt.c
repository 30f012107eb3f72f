#include "sign.h"

#include <limits.h>
#include <stdio.h>

#include "../codec/base64.h"
#include "../base/err.h"
#include "crypto_lib.h"

enum {
	SIGNATURE_MAX = 2048, /* bytes: of a key of 16384 bits */
	DIGEST_MAX = 64
};

/* ---- libcrypto ---- */

static const struct crypto_lib *library(struct mf_error *err)
{
	const struct crypto_lib *c = crypto_lib();
	if (!c) {
		err_set(err, MF_EUNSUPPORTED,
			"OpenSSL's libcrypto cannot be loaded, so nothing can be signed with RSA");
		err_hint(err, "install libssl3");
	}
	return c;
}

static struct crypto_bio *reader(
	const struct crypto_lib *c, const char *pem, size_t n, struct mf_error *err)
{
	if (n > INT_MAX) {
		err_set(err, MF_ELIMIT, "too long to be a key or a certificate");
		return NULL;
	}
	struct crypto_bio *bio = c->BIO_new_mem_buf(pem, (int)n);
	if (!bio)
		err_nomem(err);
	return bio;
}

/* Without this, libcrypto asks at the terminal. */
static int password_of(char *buf, int size, int writing, void *self)
{
	const char *password = self;
	size_t n = password ? strlen(password) : 0;
	(void)writing;
	if (!n || size < 0 || n > (size_t)size)
		return -1;
	memcpy(buf, password, n);
	return (int)n;
}

static int no_key(const char *pem, size_t n, const char *password, struct mf_error *err)
{
	if (memmem(pem, n, "ENCRYPTED", strlen("ENCRYPTED")))
		return err_set(err, MF_ECORRUPT, "the private key is encrypted, and %s",
			password ? "the password does not open it" : "no password is given");
	if (memmem(pem, n, " PRIVATE KEY-----", strlen(" PRIVATE KEY-----")))
		return err_set(err, MF_ECORRUPT, "the private key is damaged");
	return err_set(err, MF_ECORRUPT, "there is no private key in PEM form");
}

static int read_key(struct crypto_key **out, const struct crypto_lib *c, const char *pem, size_t n,
	const char *password, struct mf_error *err)
{
	struct crypto_bio *bio = reader(c, pem, n, err);
	if (!bio)
		return n > INT_MAX ? MF_ELIMIT : MF_ENOMEM;
	*out = c->PEM_read_bio_PrivateKey(
		bio, NULL, password_of, (void *)(uintptr_t)(const void *)password);
	c->BIO_free(bio);
	if (!*out)
		return no_key(pem, n, password, err);
	if (c->EVP_PKEY_base_id(*out) == CRYPTO_RSA)
		return MF_OK;
	return err_set(err, MF_ECORRUPT, "the private key is not of RSA");
}

static int sign(unsigned char out[SIGNATURE_MAX], size_t *out_n, const struct crypto_lib *c,
	struct crypto_key *key, const char *p, size_t n, struct mf_error *err)
{
	struct crypto_md_ctx *ctx = c->EVP_MD_CTX_new();
	if (!ctx)
		return err_nomem(err);
	*out_n = SIGNATURE_MAX;
	bool ok = c->EVP_DigestSignInit(ctx, NULL, c->EVP_sha256(), NULL, key) == 1 &&
		  c->EVP_DigestSign(ctx, out, out_n, (const unsigned char *)p, n) == 1;
	c->EVP_MD_CTX_free(ctx);
	return ok ? MF_OK
		  : err_set(err, MF_ECORRUPT,
			    "the private key cannot sign: it is damaged, or "
			    "longer than 16384 bits");
}

/* ---- what is asked for ---- */

int sign_jwt(struct buf *out, const char *header, const char *claims, const char *pem, size_t pem_n,
	const char *password, struct mf_error *err)
{
	const struct crypto_lib *c = library(err);
	struct crypto_key *key = NULL;
	unsigned char signature[SIGNATURE_MAX];
	size_t signature_n, from = out->n;
	int rc;
	if (!c)
		return MF_EUNSUPPORTED;
	base64_add(out, header, strlen(header), true);
	buf_addc(out, '.');
	base64_add(out, claims, strlen(claims), true);
	if (out->failed)
		return buf_err(out, err);
	TRY(read_key(&key, c, pem, pem_n, password, err));
	TRY(sign(signature, &signature_n, c, key, out->p + from, out->n - from, err));
	buf_addc(out, '.');
	base64_add(out, signature, signature_n, true);
	rc = buf_err(out, err);
done:
	if (key)
		c->EVP_PKEY_free(key);
	c->ERR_clear_error(); /* TLS in this thread would take what is left there for its own */
	return rc;
}

static bool thumbprint(char *text, size_t size, const struct crypto_lib *c,
	const struct crypto_x509 *x509, const struct crypto_md *md)
{
	unsigned char digest[DIGEST_MAX];
	unsigned n = sizeof(digest);
	struct buf b = BUF_INIT(size - 1);
	bool ok = c->X509_digest(x509, md, digest, &n) == 1;
	if (ok)
		base64_add(&b, digest, n, true);
	snprintf(text, size, "%s", b.p);
	ok = ok && !b.failed;
	buf_release(&b);
	return ok;
}

int sign_cert_thumbprint(
	const char *pem, size_t n, char sha1[32], char sha256[64], struct mf_error *err)
{
	const struct crypto_lib *c = library(err);
	if (!c)
		return MF_EUNSUPPORTED;
	struct crypto_bio *bio = reader(c, pem, n, err);
	if (!bio)
		return n > INT_MAX ? MF_ELIMIT : MF_ENOMEM;
	int rc = MF_OK;
	struct crypto_x509 *x509 = c->PEM_read_bio_X509(bio, NULL, password_of, NULL);
	c->BIO_free(bio);
	if (!x509)
		rc = err_set(err, MF_ECORRUPT, "there is no certificate in PEM form");
	else if (!thumbprint(sha1, 32, c, x509, c->EVP_sha1()) ||
		 !thumbprint(sha256, 64, c, x509, c->EVP_sha256()))
		rc = err_nomem(err);
	c->X509_free(x509);
	c->ERR_clear_error();
	return rc;
}
