/* covers: clientlib/net/crypto_lib.c */
#include "../../../clientlib/net/sign.h"
#include "rsa_case.h"

#define HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define CLAIMS "{\"iss\":\"a@b\",\"iat\":1}"
/* openssl dgst -sha256 -sign key.pem, of the first two parts */
#define TOKEN                                                                                      \
	"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJhQGIiLCJpYXQiOjF9."                       \
	"R6S0XSWjTNQk8Fei7PnHIib_r3yKMw8u5lGQlRoEZZW1KAVH3Y9Xm_-X6JxEmwhBz7A8EZY-0WLjTl23LNzKdajv" \
	"BQOLCTPVcMieSGMRqCxQn-dd3DNzviVkCwJ_VMlvcJf2OByRwJ3SB-MyXmKO5nDSHc1eqwltkK76wjgXEBw"

#define EC_KEY                                                                                     \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                         \
	"MHcCAQEEIEfBqMmmiFMW2sP9vISJBRcXI3Pnkpu52MZKqHcElyQ2oAoGCCqGSM49\n"                       \
	"AwEHoUQDQgAEFUTyubp1v2MVYLFOnYjY7BEhhTqBLQNmUHXQ4E070D628gjtf+vE\n"                       \
	"Sc/IhSjlh2LCZmTfdpMDST9z5cccXwL6tQ==\n"                                                   \
	"-----END EC PRIVATE KEY-----\n"

static const char *sign(const char *pem, const char *password, struct mf_error *err)
{
	static char text[1024];
	struct buf b = BUF_INIT(1 << 16);
	*err = (struct mf_error)MF_ERROR_INIT;
	buf_adds(&b, "before ");
	int rc = sign_jwt(&b, HEADER, CLAIMS, pem, strlen(pem), password, err);
	CHECK_INT(rc, err->code);
	CHECK(b.n >= 7 && memcmp(b.p, "before ", 7) == 0);
	snprintf(text, sizeof(text), "%s", rc == MF_OK ? b.p + 7 : mf_code_name(rc));
	buf_release(&b);
	return text;
}

void test_sign_jwt__known_signature(void)
{
	struct mf_error err;
	CHECK_STR(sign(RSA_PKCS1, NULL, &err), TOKEN);
	CHECK_STR(sign(RSA_PKCS8, NULL, &err), TOKEN);
	CHECK_STR(sign(RSA_PKCS8, "not needed", &err), TOKEN);
	CHECK_STR(sign(RSA_PKCS1_ENCRYPTED, RSA_PASSWORD, &err), TOKEN);
	CHECK_STR(sign(RSA_PKCS8_ENCRYPTED, RSA_PASSWORD, &err), TOKEN);
	CHECK_STR(sign(RSA_CERTIFICATE RSA_PKCS8, NULL, &err), TOKEN);
	struct buf header = BUF_INIT(1 << 16), claims = BUF_INIT(1 << 16);
	CHECK(rsa_token(TOKEN, &header, &claims));
	CHECK_STR(header.p, HEADER);
	CHECK_STR(claims.p, CLAIMS);
	buf_clear(&header);
	buf_clear(&claims);
	CHECK(!rsa_token("eyJhbGciOiJSUzI1NiJ9" TOKEN, &header, &claims));
	buf_release(&header);
	buf_release(&claims);
}

void test_sign_jwt__keys_that_do_not_work(void)
{
	static const struct {
		const char *pem, *password, *message;
	} t[] = {
		{"", NULL, "there is no private key in PEM form"},
		{"hello", NULL, "there is no private key in PEM form"},
		{RSA_PUBLIC, NULL, "there is no private key in PEM form"},
		{RSA_CERTIFICATE, NULL, "there is no private key in PEM form"},
		{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", NULL,
			"the private key is damaged"},
		{RSA_PKCS8_ENCRYPTED, NULL,
			"the private key is encrypted, and no password is given"},
		{RSA_PKCS1_ENCRYPTED, NULL,
			"the private key is encrypted, and no password is given"},
		{RSA_PKCS8_ENCRYPTED, "",
			"the private key is encrypted, and the password does not open it"},
		{RSA_PKCS8_ENCRYPTED, "open-sesamf",
			"the private key is encrypted, and the password does not open it"},
		{RSA_PKCS1_ENCRYPTED, "wrong",
			"the private key is encrypted, and the password does not open it"},
		{EC_KEY, NULL, "the private key is not of RSA"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err;
		CHECK_STR(sign(t[i].pem, t[i].password, &err), "corrupt");
		CHECK_STR(err.message, t[i].message);
	}
	/* a password longer than what is asked for */
	char password[5000];
	struct mf_error err;
	memset(password, 'x', sizeof(password));
	password[sizeof(password) - 1] = '\0';
	CHECK_STR(sign(RSA_PKCS8_ENCRYPTED, password, &err), "corrupt");
}

void test_sign_jwt__limits(void)
{
	struct buf b = BUF_INIT(100);
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(
		sign_jwt(&b, HEADER, CLAIMS, RSA_PKCS8, strlen(RSA_PKCS8), NULL, &err), MF_ELIMIT);
	buf_release(&b);
}

void test_sign_jwt__thumbprints(void)
{
	char sha1[32], sha256[64];
	struct mf_error err = MF_ERROR_INIT;
	static const char pem[] = RSA_PKCS8 RSA_CERTIFICATE;
	CHECK_INT(sign_cert_thumbprint(pem, strlen(pem), sha1, sha256, &err), MF_OK);
	CHECK_STR(sha1, "vjOq-zA1AT7Cgo6qrZrGre55cMc");
	CHECK_STR(sha256, "o_eQ5eEYe6sd6_GsATlWyJzJfNbNF1hurHxjx3nVZtM");
	CHECK_INT(sign_cert_thumbprint(RSA_PKCS8, strlen(RSA_PKCS8), sha1, sha256, &err),
		MF_ECORRUPT);
	CHECK_STR(err.message, "there is no certificate in PEM form");
	CHECK_INT(sign_cert_thumbprint("", 0, sha1, sha256, NULL), MF_ECORRUPT);
}

static int both(void *arg)
{
	struct buf b = BUF_INIT(1 << 16);
	char sha1[32], sha256[64];
	(void)arg;
	int rc = sign_jwt(&b, HEADER, CLAIMS, RSA_PKCS8, strlen(RSA_PKCS8), NULL, NULL);
	if (rc == MF_OK)
		rc = sign_cert_thumbprint(
			RSA_CERTIFICATE, strlen(RSA_CERTIFICATE), sha1, sha256, NULL);
	buf_release(&b);
	return rc;
}

void test_sign_jwt__allocation_failure(void)
{
	test_every_alloc(both, NULL);
}
