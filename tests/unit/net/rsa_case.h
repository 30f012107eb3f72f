/* rsa_case.h: a pair of RSA keys that guards nothing, in the forms that files have, and what checks
 * a JSON web token made with it. */
#ifndef RSA_CASE_H
#define RSA_CASE_H

#include <dlfcn.h>
#include <stdio.h>

#include "../../../clientlib/codec/base64.h"
#include "../../../clientlib/net/crypto_lib.h"
#include "../../support/test.h"

#define RSA_PASSWORD "open-sesame"
#define RSA_PKCS1                                                                                  \
	"-----BEGIN RSA PRIVATE KEY-----\n"                                                        \
	"MIICXQIBAAKBgQC5upbGVZ1J2OmfbqU54qV8iM46Pcymrq6CKsrRRzUOxclRSguO\n"                       \
	"vmAtZISLHWR4R/l/8vtGt4U/nxw8aTvrGi75YDEOkl+SAJeH4rfJsX+hegW/UhZ/\n"                       \
	"dk9P6IlWyD5v0BwgS4/nn0CJpN23NxiCiE5Hmfkg1bhHwD2GQH6J5hlo1QIDAQAB\n"                       \
	"AoGAB34znwTNN7F8m2YHXHJ8Yq3SRB9CJmdduvqm/BJ3XYU1PgZSuQuNLcekYUhq\n"                       \
	"ST/+HN9cq9mzkoGEzhsgw7dmta8s8j7pp65ISrUghy/vQ3OavWP0bLBMUVDI9CS9\n"                       \
	"semoywcVkkseZEdcZkIUk9fPQhfV+CL+JU3heXxipckNRXECQQDzIUEM7cSZu7D/\n"                       \
	"D43Q9VLcDQwe60YXaVZqaxuKjG2EyEJGSbbXC84d+asb+JR3dDU1+qbJ6MjWJpsp\n"                       \
	"RAH29DebAkEAw494t81W5YGBKQ5y0+jdoy5v7/3ZQJeV2hLo+JRRXUSyRLtoGRVr\n"                       \
	"kzfu0abomzO9RiqhdO7WcJkcGMPPOZjATwJBAOYenYFtMt4HZnmj8SjMakbZGpXR\n"                       \
	"PiA+lYpYIlM6oxZArWn1r1dPVyHMBAaPe4asuQiEW4VUDXOUStv+AJYLhO0CQAxF\n"                       \
	"JD3kFF+yEHiS/4FsSvvCHiPguZDj8fMM3LE8HR7NAKJvX8izH1zNVZ6x6kZSqL2O\n"                       \
	"TzMXCT1nXevv3UCv5OECQQDSKRog59fokRFgIR+zyZQZyaxYgbe9+81YC3SrBciA\n"                       \
	"yN9ZcSUItShp6fPtsnlTWz9efMsUhBbKAc0VEYMbdt4p\n"                                           \
	"-----END RSA PRIVATE KEY-----\n"

#define RSA_PKCS1_ENCRYPTED                                                                        \
	"-----BEGIN RSA PRIVATE KEY-----\n"                                                        \
	"Proc-Type: 4,ENCRYPTED\n"                                                                 \
	"DEK-Info: AES-128-CBC,3A8AF9D093A3CFF6C526DB56444EB6AD\n"                                 \
	"\n"                                                                                       \
	"xohSMNykM7+sYfJLpT0WUvSHwTXxnQAijAwNYOrvQb7Zo9MkueHe/aIQEQItB+mE\n"                       \
	"8jpr3WpnsBijsVBMaMDqiUi7WhDIhtbv9Zpxz3BjHuHIzi8REFSFuPqfkkiZ/lKH\n"                       \
	"wz4shJd9p7EuGB29NpYgew5o/VhjsdxaAJibGVwGayrjDZxfH1pjLaf1Zv2qNi74\n"                       \
	"ofy86JrUJRQ/Ankt3FzlcUwoXVKe4YsHpRkLEPuLLOi13x7Sx/NBxAZwjqfqA03q\n"                       \
	"bpkU+/l3wR46SKlZVeuOoOpA+j13bKc2/S/Hz0YP7TldkI2jhMsrp9O4mzdd2mMU\n"                       \
	"eZ1hlr0aYtzfqS6pDhQ72ao038xBN5lpg98n5Y5lP+N9i0l11Y0qjlH0GdZDQLuX\n"                       \
	"j+Qub119tCcV0nQdEZgrFdqT6b7JcEgsZ0kVXIcXuo77X5VoGvWihOty+yxzTKI1\n"                       \
	"Bomvja+sMOYLvGNYXykA50KaScEvhwWSoPlWAg+omo6/8rNZhf8IzGVJHiFtu4Nv\n"                       \
	"O7SEWrKRPpd3uB+e7xRPkn1ctS1Wqm23VyOIJA37v3IHHfzi3sUHRdIByniuxkkN\n"                       \
	"Ctwxaa0erfE2KGC9OH/DWdkx0UTsSkDTHrcst7cZlYvEVI/Lk6a5e6Y777qaoGFS\n"                       \
	"Tb5RWDsr8aF/oLC7+dS22AUIOV5HpZUitfqelQ5sVLYIXeVxl0hyNdNNEe6HxmQ5\n"                       \
	"eQR2FFSyQOG37xApCmWmAS4ub3fH7Fx1vDPA6SiXIiG27Q+53TaUdZllH8rgcvx7\n"                       \
	"uWeJQ1ss61kOBKgaAAy/CNYZtenoFLy6uFAwsb9Rb8cVzXFoC8vv7mj7MbLgBa6p\n"                       \
	"-----END RSA PRIVATE KEY-----\n"

#define RSA_PKCS8                                                                                  \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALm6lsZVnUnY6Z9u\n"                       \
	"pTnipXyIzjo9zKauroIqytFHNQ7FyVFKC46+YC1khIsdZHhH+X/y+0a3hT+fHDxp\n"                       \
	"O+saLvlgMQ6SX5IAl4fit8mxf6F6Bb9SFn92T0/oiVbIPm/QHCBLj+efQImk3bc3\n"                       \
	"GIKITkeZ+SDVuEfAPYZAfonmGWjVAgMBAAECgYAHfjOfBM03sXybZgdccnxirdJE\n"                       \
	"H0ImZ126+qb8EnddhTU+BlK5C40tx6RhSGpJP/4c31yr2bOSgYTOGyDDt2a1ryzy\n"                       \
	"PumnrkhKtSCHL+9Dc5q9Y/RssExRUMj0JL2x6ajLBxWSSx5kR1xmQhST189CF9X4\n"                       \
	"Iv4lTeF5fGKlyQ1FcQJBAPMhQQztxJm7sP8PjdD1UtwNDB7rRhdpVmprG4qMbYTI\n"                       \
	"QkZJttcLzh35qxv4lHd0NTX6psnoyNYmmylEAfb0N5sCQQDDj3i3zVblgYEpDnLT\n"                       \
	"6N2jLm/v/dlAl5XaEuj4lFFdRLJEu2gZFWuTN+7RpuibM71GKqF07tZwmRwYw885\n"                       \
	"mMBPAkEA5h6dgW0y3gdmeaPxKMxqRtkaldE+ID6VilgiUzqjFkCtafWvV09XIcwE\n"                       \
	"Bo97hqy5CIRbhVQNc5RK2/4AlguE7QJADEUkPeQUX7IQeJL/gWxK+8IeI+C5kOPx\n"                       \
	"8wzcsTwdHs0Aom9fyLMfXM1VnrHqRlKovY5PMxcJPWdd6+/dQK/k4QJBANIpGiDn\n"                       \
	"1+iREWAhH7PJlBnJrFiBt737zVgLdKsFyIDI31lxJQi1KGnp8+2yeVNbP158yxSE\n"                       \
	"FsoBzRURgxt23ik=\n"                                                                       \
	"-----END PRIVATE KEY-----\n"

#define RSA_PKCS8_ENCRYPTED                                                                        \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                  \
	"MIIC3TBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIwBsSjVva7N4CAggA\n"                       \
	"MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBCSQYaJ+hqCSC8qD3G+LLQoBIIC\n"                       \
	"gCJMURkzZ65NST7oOAHpyUBAYcAzkrcw3/mjm2+OoNKfhJzyQNLO/DRIs3ZH1v30\n"                       \
	"UOZt96miqANFPKnxjXP27bPXP3eZveJANuxjPS7YOyPsDfL7p+YoxmJZiSZaKlvB\n"                       \
	"hwK1WRNRZsyquY8SR+Z8QetODty3JTzkT3uRyFYj4FtFpJQbVGkYgNO+HlWj5qR4\n"                       \
	"Ju5zvMgk6luW19Cqj+nOyQ7c2OAC6HIdbEyLYttDvO4pPOTfEZEg9c6RLkFrNHs5\n"                       \
	"u/xtVFyBhjSC+IZEyQLwnEyZNAFvPfDfExpWRb8l/2JqwTpN3RzF8qNN04+IBX7J\n"                       \
	"kJZ3qEY0BOLSvNjL0PtmTmRKPEKcp0JFJjYYjeCGkUUxx4HUvX28YvAU2lChi36m\n"                       \
	"t3Dh2TPt5hU88ERUtebTGGPNc4B9scJGQ3byCplVeDSLlykGfyWwHtHcQimX45Ca\n"                       \
	"Naag1WsF5x9+AeqA34xZOLHo18+5jEGj9W1bPSlmwX1ikBBnrdPaQhbf1evPB3Vp\n"                       \
	"S5f7HPV0tpB5U9zJDFqD/Ns2hc4leWk9MTLl8xaIgWKsTVNc0QXAtucDULUkuzvt\n"                       \
	"zmiKeX65Sbi1RgPd8c1tmvtTWqy22IBQCXV1Ic3KVjNTovd/fDFmzkGjQN0UUv/w\n"                       \
	"8kFuTubwZW7E4EGLNM2hmvCiaTwSDlX3D0fDs9tfDkjh62UYsKrT6pEH98IXbbUh\n"                       \
	"udmgi4wueLi3yJ9He+bnRYfaLOb/R04dNGBKMh7Rtl0PKTGsTmgidFkO05mmkDom\n"                       \
	"dvaTe0LQ0ZwF8TWrSeTb+tjV2eQ3VRTCNZf+ld0W8OILCK0ljL4hv7Y+2UTjaFMN\n"                       \
	"umkSBTCy2sMdbItjfyszgko=\n"                                                               \
	"-----END ENCRYPTED PRIVATE KEY-----\n"

#define RSA_PUBLIC                                                                                 \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5upbGVZ1J2OmfbqU54qV8iM46\n"                       \
	"Pcymrq6CKsrRRzUOxclRSguOvmAtZISLHWR4R/l/8vtGt4U/nxw8aTvrGi75YDEO\n"                       \
	"kl+SAJeH4rfJsX+hegW/UhZ/dk9P6IlWyD5v0BwgS4/nn0CJpN23NxiCiE5Hmfkg\n"                       \
	"1bhHwD2GQH6J5hlo1QIDAQAB\n"                                                               \
	"-----END PUBLIC KEY-----\n"

#define RSA_CERTIFICATE                                                                            \
	"-----BEGIN CERTIFICATE-----\n"                                                            \
	"MIICCDCCAXGgAwIBAgIULB1oK3Va30xvNUgxJHagvxC/SRwwDQYJKoZIhvcNAQEL\n"                       \
	"BQAwFTETMBEGA1UEAwwKbWZraXQtdGVzdDAgFw0yNjExMjEyMDM1MjBaGA8yMTI2\n"                       \
	"MTAyODIwMzUyMFowFTETMBEGA1UEAwwKbWZraXQtdGVzdDCBnzANBgkqhkiG9w0B\n"                       \
	"AQEFAAOBjQAwgYkCgYEAubqWxlWdSdjpn26lOeKlfIjOOj3Mpq6ugirK0Uc1DsXJ\n"                       \
	"UUoLjr5gLWSEix1keEf5f/L7RreFP58cPGk76xou+WAxDpJfkgCXh+K3ybF/oXoF\n"                       \
	"v1IWf3ZPT+iJVsg+b9AcIEuP559AiaTdtzcYgohOR5n5INW4R8A9hkB+ieYZaNUC\n"                       \
	"AwEAAaNTMFEwHQYDVR0OBBYEFI26M2HBZ14dx6F7QGMPyqxROALYMB8GA1UdIwQY\n"                       \
	"MBaAFI26M2HBZ14dx6F7QGMPyqxROALYMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI\n"                       \
	"hvcNAQELBQADgYEAMnohzezEo5Jlfgg+Lm2sx82Uc+q1XHLfIBP8FfoVCSVrW45J\n"                       \
	"MF3T2OuwyQ1OF+j7xxkbvLfp9i+GT4Zoxs4wDmZi/YsVyzP7CVbsda/ydwuuBG0D\n"                       \
	"loowMC3nmzCcEPtEheDkG1DKUx9g7xHWHR/s2sMPYsME+4kmNixioivb2T4=\n"                           \
	"-----END CERTIFICATE-----\n"

/* What a part of a token says. */
static inline void rsa_decode(struct buf *out, const char *p, size_t n)
{
	struct buf text = BUF_INIT(1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_addc(&text, p[i] == '-' ? '+' : p[i] == '_' ? '/' : p[i]);
	while (text.n % 4)
		buf_addc(&text, '=');
	CHECK(base64_decode(out, text.p, text.n, 0, NULL) == MF_OK);
	buf_release(&text);
}

static inline bool rsa_verify(const char *p, size_t n, const struct buf *signature)
{
	const struct crypto_lib *c = crypto_lib();
	void *so = dlopen("libcrypto.so.3", RTLD_NOW);
	if (!so)
		so = dlopen("libcrypto.so.1.1", RTLD_NOW);
	CHECK_FATAL(c && so);
	struct crypto_key *(*read)(struct crypto_bio *, void *, void *, void *);
	int (*init)(struct crypto_md_ctx *, void *, const struct crypto_md *, void *,
		struct crypto_key *);
	int (*verify)(struct crypto_md_ctx *, const void *, size_t, const void *, size_t);
	*(void **)(void *)&read = dlsym(so, "PEM_read_bio_PUBKEY");
	*(void **)(void *)&init = dlsym(so, "EVP_DigestVerifyInit");
	*(void **)(void *)&verify = dlsym(so, "EVP_DigestVerify");
	struct crypto_bio *bio = c->BIO_new_mem_buf(RSA_PUBLIC, (int)strlen(RSA_PUBLIC));
	struct crypto_key *key = read(bio, NULL, NULL, NULL);
	struct crypto_md_ctx *ctx = c->EVP_MD_CTX_new();
	CHECK_FATAL(key && init(ctx, NULL, c->EVP_sha256(), NULL, key) == 1);
	bool good = verify(ctx, signature->p, signature->n, p, n) == 1;
	c->EVP_MD_CTX_free(ctx);
	c->EVP_PKEY_free(key);
	c->BIO_free(bio);
	c->ERR_clear_error();
	dlclose(so);
	return good;
}

/* Header and claims of a token whose signature is right; else false. */
static inline bool rsa_token(const char *jwt, struct buf *header, struct buf *claims)
{
	const char *dot = strchr(jwt, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;
	struct buf signature = BUF_INIT(1 << 16);
	if (!second)
		return false;
	rsa_decode(header, jwt, (size_t)(dot - jwt));
	rsa_decode(claims, dot + 1, (size_t)(second - dot - 1));
	rsa_decode(&signature, second + 1, strlen(second + 1));
	bool good = rsa_verify(jwt, (size_t)(second - jwt), &signature);
	buf_release(&signature);
	return good;
}

#endif
