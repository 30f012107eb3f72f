/* What Azure's tools for storage read: a connection string, an account's key, a shared access
 * signature. */
#include <ctype.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../base/fmt.h"
#include "../codec/base64.h"
#include "cred_azure_parts.h"

enum { SAS_TIME_MAX = 48 };

static const char variable[] = "AZURE_STORAGE_CONNECTION_STRING";

/* The account of the storage emulator; its key is in Microsoft's documentation. */
#define EMULATOR_ACCOUNT "devstoreaccount1"
#define EMULATOR_KEY                                                                               \
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"               \
	"KBHBeksoGMGw=="

/* ---- the connection string ---- */

struct parts {
	char *name, *key, *sas, *endpoint, *suffix, *protocol, *emulator;
};

static void parts_release(struct parts *p)
{
	free(p->name);
	cred_wipe(p->key);
	cred_wipe(p->sas);
	free(p->endpoint);
	free(p->suffix);
	free(p->protocol);
	free(p->emulator);
}

/* "Name=value;…": values have '=' in them. */
static int split(struct parts *p, const char *text, struct mf_error *err)
{
	const struct {
		const char *name;
		char **value;
	} known[] = {{"AccountName", &p->name}, {"AccountKey", &p->key},
		{"SharedAccessSignature", &p->sas}, {"BlobEndpoint", &p->endpoint},
		{"EndpointSuffix", &p->suffix}, {"DefaultEndpointsProtocol", &p->protocol},
		{"UseDevelopmentStorage", &p->emulator}};
	for (const char *end; *text; text = end + (*end == ';')) {
		end = strchrnul(text, ';');
		const char *eq = memchr(text, '=', (size_t)(end - text));
		if (!eq && end > text) {
			err_set(err, MF_EUSAGE, "%s has a part without “=”", variable);
			return err_hint(err, "it looks like DefaultEndpointsProtocol=https;"
					     "AccountName=…;AccountKey=…");
		}
		for (size_t i = 0; eq && i < ARRAY_SIZE(known); i++) {
			size_t n = strlen(known[i].name);
			if ((size_t)(eq - text) != n || strncasecmp(text, known[i].name, n) != 0)
				continue;
			cred_wipe(*known[i].value); /* the later one wins */
			*known[i].value = strndup(eq + 1, (size_t)(end - eq - 1));
			if (!*known[i].value)
				return err_nomem(err);
		}
	}
	return MF_OK;
}

/* Part of a host's name: it must not make another host of it. */
static bool is_host_part(const char *s, bool dots)
{
	if (!isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && !(dots && *s == '.'))
			return false;
	return true;
}

static int host_endpoint(char **out, const char *protocol, const char *name, const char *suffix,
	const char *where, struct mf_error *err)
{
	struct buf b = BUF_INIT(CRED_ASK_MAX);
	if (!is_host_part(name, false)) {
		err_set(err, MF_EUSAGE, "%s: the account's name is malformed", where);
		return err_hint(err, "it has letters and digits only");
	}
	if (!is_host_part(suffix, true))
		return err_set(err, MF_EUSAGE, "%s: EndpointSuffix is malformed", where);
	buf_addf(&b, "%s://%s.blob.%s", protocol, name, suffix);
	*out = buf_take(&b);
	return *out ? MF_OK : err_nomem(err);
}

static int check_key(const char *key, const char *where, struct mf_error *err)
{
	struct buf raw = BUF_INIT(CRED_ASK_MAX);
	struct mf_error e = MF_ERROR_INIT;
	int rc = base64_decode(&raw, key, strlen(key), 0, &e);
	if (rc == MF_OK && !raw.n)
		rc = MF_ECORRUPT;
	cred_wipe_buf(&raw);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0) {
		err_set(err, MF_EUSAGE, "%s: the account's key is not base64", where);
		return err_hint(err, "copy it whole, with the “=” at its end");
	}
	return MF_OK;
}

static void trim_slashes(char *s)
{
	size_t n = strlen(s);
	while (n && s[n - 1] == '/')
		s[--n] = '\0';
}

static int emulator(struct azure_account *a, struct mf_error *err)
{
	a->name = strdup(EMULATOR_ACCOUNT);
	a->key = strdup(EMULATOR_KEY);
	a->endpoint = strdup("http://127.0.0.1:10000/" EMULATOR_ACCOUNT);
	return a->name && a->key && a->endpoint ? MF_OK : err_nomem(err);
}

static int from_connection(struct azure_account *a, const char *text, struct mf_error *err)
{
	struct parts p = {.name = NULL};
	int rc;
	TRY(split(&p, text, err));
	if (p.emulator && strcasecmp(p.emulator, "true") == 0) {
		rc = emulator(a, err);
		goto done;
	}
	bool plain = p.protocol && strcasecmp(p.protocol, "http") == 0;
	if (p.protocol && !plain && strcasecmp(p.protocol, "https") != 0)
		TRY(err_set(err, MF_EUSAGE,
			"%s: DefaultEndpointsProtocol is neither https nor http", variable));
	if (p.endpoint && !strstr(p.endpoint, "://"))
		TRY(err_set(err, MF_EUSAGE, "%s: BlobEndpoint is not a URL", variable));
	if (!p.endpoint && !p.name) {
		err_set(err, MF_EUSAGE, "%s names neither AccountName nor BlobEndpoint", variable);
		TRY(err_hint(err, "copy the whole connection string from the portal, or with `az "
				  "storage account show-connection-string`"));
	}
	if (p.key && !p.name)
		TRY(err_set(err, MF_EUSAGE, "%s has AccountKey without AccountName", variable));
	if (p.key)
		TRY(check_key(p.key, variable, err));
	if (!p.endpoint)
		TRY(host_endpoint(&p.endpoint, plain ? "http" : "https", p.name,
			p.suffix ? p.suffix : "core.windows.net", variable, err));
	trim_slashes(p.endpoint);
	*a = (struct azure_account){p.name, p.key, p.sas, p.endpoint};
	p.name = p.key = p.sas = p.endpoint = NULL;
done:
	parts_release(&p);
	return rc;
}

int azure_account_read(struct azure_account *a, const struct cred_context *x, struct mf_error *err)
{
	const char *text = cred_env(x, variable), *name = cred_env(x, "AZURE_STORAGE_ACCOUNT");
	if (text)
		return from_connection(a, text, err);
	if (!name)
		return MF_OK;
	return host_endpoint(
		&a->endpoint, "https", name, "core.windows.net", "AZURE_STORAGE_ACCOUNT", err);
}

void azure_account_release(struct azure_account *a)
{
	free(a->name);
	cred_wipe(a->key);
	cred_wipe(a->sas);
	free(a->endpoint);
}

/* ---- the sources ---- */

/* When a signature ends: its parameter se. */
static int64_t sas_ends(const char *sas)
{
	char text[SAS_TIME_MAX];
	size_t n = 0;
	const char *p = sas;
	while (p && strncmp(p, "se=", 3) != 0) {
		p = strchr(p, '&');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return MF_NO_TIME;
	for (p += 3; *p && *p != '&' && n + 1 < sizeof(text); p++) {
		if (p[0] == '%' && p[1] == '3' && (p[2] | 32) == 'a') {
			text[n++] = ':';
			p += 2;
		} else {
			text[n++] = *p;
		}
	}
	text[n] = '\0';
	if (n == strlen("2026-11-21") && !strpbrk(text, "TtZz"))
		memcpy(text + n, "T00:00Z", sizeof("T00:00Z"));
	return cred_time(text, strlen(text));
}

static int give_sas(struct cred *out, const struct cred_context *x, const char *sas,
	const char *source, struct mf_error *err)
{
	while (*sas == '?' || *sas == '&')
		sas++;
	int64_t ends = sas_ends(sas);
	if (!cred_token_valid(sas) || strchr(sas, '#'))
		return err_set(
			err, MF_EUSAGE, "%s: the shared access signature is malformed", source);
	if (ends != MF_NO_TIME && ends <= cred_now(x)) {
		struct buf when = BUF_INIT(64);
		fmt_rfc3339(&when, ends);
		err_set(err, MF_EACCESS, "%s: the shared access signature has ended at %s", source,
			when.p);
		buf_release(&when);
		return err_hint(err,
			"make another one, in the portal or with `az storage container "
			"generate-sas`");
	}
	int rc = cred_set(out, CRED_SAS, NULL, NULL, sas, source, ends, err);
	return rc < 0 ? rc : 1;
}

int azure_connection(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct cred_azure *a = self;
	(void)cancel;
	if (a->account.key) {
		int rc = cred_set(out, CRED_SHARED_KEY, a->account.name, a->account.key, NULL,
			variable, MF_NO_TIME, err);
		return rc < 0 ? rc : 1;
	}
	if (a->account.sas)
		return give_sas(out, x, a->account.sas, variable, err);
	return azure_none(a, AZURE_CONNECTION, err);
}

int azure_key(void *self, const struct cred_context *x, struct cred *out, struct mf_cancel *cancel,
	struct mf_error *err)
{
	struct cred_azure *a = self;
	const char *source = "AZURE_STORAGE_KEY", *key = cred_env(x, source),
		   *name = cred_env(x, "AZURE_STORAGE_ACCOUNT");
	(void)cancel;
	if (!key)
		key = cred_env(x, source = "AZURE_STORAGE_ACCOUNT_KEY");
	if (!key)
		return azure_none(a, AZURE_KEY, err);
	if (!name) {
		err_set(err, MF_EUSAGE, "%s is set without AZURE_STORAGE_ACCOUNT", source);
		return err_hint(err, "set AZURE_STORAGE_ACCOUNT to the account's name");
	}
	int rc = check_key(key, source, err);
	if (rc == MF_OK)
		rc = cred_set(out, CRED_SHARED_KEY, name, key, NULL, source, MF_NO_TIME, err);
	return rc < 0 ? rc : 1;
}

int azure_sas(void *self, const struct cred_context *x, struct cred *out, struct mf_cancel *cancel,
	struct mf_error *err)
{
	static const char source[] = "AZURE_STORAGE_SAS_TOKEN";
	const char *sas = cred_env(x, source);
	(void)cancel;
	if (!sas)
		return azure_none(self, AZURE_SAS, err);
	return give_sas(out, x, sas, source, err);
}
