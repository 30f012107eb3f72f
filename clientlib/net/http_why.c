#include "http_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/text.h"

/* What libcurl says about it, fit to be printed: it may quote the other side. */
static const char *words(const struct http_try *t, CURLcode code, char *out, size_t size)
{
	struct buf b = BUF_INIT(4 * CURL_ERROR_SIZE);
	const char *s = t->why[0] ? t->why : t->h->curl->easy_strerror(code);
	text_escape(&b, s, strlen(s), 0);
	snprintf(out, size, "%s", b.p);
	buf_release(&b);
	return out;
}

/* The variable by which libcurl finds a proxy for this URL; NULL: none is set. */
static const char *proxy_variable(const char *url)
{
	static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
	static const char *const tls[] = {
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
	const char *const *names = strncasecmp(url, "https:", 6) == 0 ? tls : plain;
	for (; *names; names++) {
		const char *value = getenv(*names);
		if (value && *value)
			return *names;
	}
	return NULL;
}

static int proxied(struct http_try *t, const char *message)
{
	const char *variable = proxy_variable(t->req->url);
	err_at(&t->err, MF_ENETWORK, t->url, "%s", message);
	return err_hint(&t->err, "the proxy comes from %s; no_proxy excepts hosts",
		variable ? variable : "the environment");
}

/* Was it the proxy that could not be connected? libcurl names whom it tried. */
static bool by_proxy(const struct http_try *t, const char *host)
{
	char name[300];
	snprintf(name, sizeof(name), "%s", host[0] == '[' ? host + 1 : host);
	name[strcspn(name, host[0] == '[' ? "]" : ":")] = '\0';
	return proxy_variable(t->req->url) && t->why[0] && !strcasestr(t->why, name);
}

static int no_connection(struct http_try *t, CURLcode code)
{
	char host[256], why[300], text[400];
	long sys = 0;
	http_url_host(t->req->url, host, sizeof(host));
	t->h->curl->easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &sys);
	bool proxy = by_proxy(t, host);
	const char *to = proxy ? " to the proxy" : "";
	if (code == CURLE_OPERATION_TIMEDOUT)
		snprintf(text, sizeof(text), "no connection%s within %g s", to,
			(double)t->h->opts.connect_ms / 1000);
	else if (sys == ECONNREFUSED)
		snprintf(text, sizeof(text), "connection%s refused", to);
	else if (sys)
		snprintf(text, sizeof(text), "no connection%s: %s", to, strerror((int)sys));
	else
		snprintf(text, sizeof(text), "no connection%s: %s", to,
			words(t, code, why, sizeof(why)));
	if (proxy)
		proxied(t, text);
	else
		err_at(&t->err, MF_ENETWORK, t->url, "%s", text);
	t->err.sys_errno = (int)sys;
	return err_hint(&t->err, sys == ECONNREFUSED ? "is the service running, is the port right?"
						     : "is it reachable from here?");
}

static int no_host(struct http_try *t, CURLcode code)
{
	char host[256];
	if (code == CURLE_COULDNT_RESOLVE_PROXY)
		return proxied(t, "cannot find the host of the proxy");
	http_url_host(t->req->url, host, sizeof(host));
	host[host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":")] = '\0';
	err_at(&t->err, MF_ENETWORK, t->url, "cannot find host “%s”", host);
	return err_hint(&t->err, "is the name right, and is there a network?");
}

static const char *ca_name(const struct http_try *t)
{
	return t->h->opts.ca_name ? t->h->opts.ca_name : "MFCTL_SERVICE_CA";
}

static int tls(struct http_try *t, CURLcode code)
{
	char why[300];
	words(t, code, why, sizeof(why));
	if (code == CURLE_SSL_CACERT_BADFILE) {
		err_at(&t->err, MF_ENETWORK, t->url, "TLS: cannot read the certificates in %s",
			t->h->opts.ca_file ? t->h->opts.ca_file : "the system's file");
		return err_hint(&t->err, "%s names a file of certificates in PEM", ca_name(t));
	}
	err_at(&t->err, MF_ENETWORK, t->url, "TLS: %s", why);
	if (strcasestr(why, "match") && strcasestr(why, "host name"))
		return err_hint(
			&t->err, "the certificate is that of another host: is the name right?");
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return err_hint(&t->err, "name the CA of the service with %s", ca_name(t));
	if (code == CURLE_SSL_CERTPROBLEM)
		return err_hint(&t->err, "are the client's certificate and key right?");
	if (strcasestr(why, "version number") || strcasestr(why, "packet length") ||
		strcasestr(why, "record"))
		return err_hint(&t->err, "does this port want http:// in place of https://?");
	return t->err.code;
}

/* The connection ended before the reply did. */
static int cut_off(struct http_try *t, CURLcode code)
{
	curl_off_t got = 0, all = -1;
	long sys = 0, connect = 0;
	char why[300], text[100];
	const struct curl_lib *curl = t->h->curl;
	curl->easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &got);
	curl->easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &all);
	curl->easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &sys);
	curl->easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	if (connect && connect / 100 != 2 && !t->header_bytes) {
		snprintf(text, sizeof(text), "the proxy refuses to connect: status %ld", connect);
		return proxied(t, text);
	}
	if (all >= 0 && t->headers_done)
		snprintf(text, sizeof(text), " (%lld of %lld bytes)", (long long)got,
			(long long)all);
	else
		snprintf(text, sizeof(text), " (%lld bytes)", (long long)got);
	if (code == CURLE_GOT_NOTHING || (code == CURLE_RECV_ERROR && !sys && !t->header_bytes)) {
		err_at(&t->err, MF_ENETWORK, t->url, "the connection was closed without a reply");
		if (strncasecmp(t->req->url, "http:", 5) == 0)
			err_hint(&t->err, "does this port want https:// in place of http://?");
	} else if (code == CURLE_PARTIAL_FILE) {
		err_at(&t->err, MF_ENETWORK, t->url,
			"the connection was closed before the reply was whole%s", text);
	} else if (sys == ECONNRESET || sys == EPIPE) {
		err_at(&t->err, MF_ENETWORK, t->url, "the connection was reset%s",
			t->headers_done ? text : " before the reply");
	} else {
		err_at(&t->err, MF_ENETWORK, t->url, "the connection broke%s: %s",
			t->headers_done ? text : " before the reply",
			words(t, code, why, sizeof(why)));
	}
	t->err.sys_errno = (int)sys;
	return t->err.code;
}

/* What we ended ourselves. */
static int stopped(struct http_try *t)
{
	switch (t->stop) {
	case MF_ECANCELLED: return err_at(&t->err, MF_ECANCELLED, t->url, "cancelled");
	case MF_ETIMEOUT:
		return err_at(&t->err, MF_ETIMEOUT, t->url,
			"the time allowed is over, and the reply is not whole");
	case MF_ENOMEM: return err_nomem(&t->err);
	default: break;
	}
	if (!t->headers_done || t->header_bytes > HTTP_HEADERS_MAX)
		return err_at(&t->err, MF_ELIMIT, t->url,
			"the headers of the reply are larger than %d bytes", HTTP_HEADERS_MAX);
	return err_at(&t->err, MF_ELIMIT, t->url, "the reply is larger than %llu bytes",
		(unsigned long long)t->req->limit);
}

enum { TOO_LARGE = 100 /* CURLE_TOO_LARGE of newer ones */ };

static int explain(struct http_try *t, CURLcode code)
{
	char why[300], text[400];
	long sent = 0;
	t->h->curl->easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
	/* one line of a header that libcurl itself finds too long */
	if ((code == CURLE_OUT_OF_MEMORY || (int)code == TOO_LARGE) && sent && !t->headers_done &&
		!t->broken) {
		t->stop = MF_ELIMIT;
		return stopped(t);
	}
	switch (code) {
	case CURLE_OUT_OF_MEMORY: return err_nomem(&t->err);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY: t->again = t->unsent = true; return no_host(t, code);
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT: t->again = t->unsent = true; return no_connection(t, code);
	case CURLE_SSL_CONNECT_ERROR: t->again = t->unsent = true; return tls(t, code);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS: return tls(t, code);
	case CURLE_PROXY:
		snprintf(text, sizeof(text), "the proxy does not connect: %s",
			words(t, code, why, sizeof(why)));
		return proxied(t, text);
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR: t->again = true; return cut_off(t, code);
	case CURLE_BAD_FUNCTION_ARGUMENT:
	case CURLE_URL_MALFORMAT:
		return err_at(&t->err, MF_EUSAGE, t->url, "not a URL: %s",
			words(t, code, why, sizeof(why)));
	case CURLE_BAD_CONTENT_ENCODING:
		return err_at(&t->err, MF_ENETWORK, t->url, "the reply cannot be unpacked: %s",
			words(t, code, why, sizeof(why)));
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		if (!sent)
			break;
		err_at(&t->err, MF_ENETWORK, t->url, "what answers there does not speak HTTP: %s",
			words(t, code, why, sizeof(why)));
		return err_hint(&t->err, "is the port right?");
	default: break;
	}
	return err_at(
		&t->err, MF_ENETWORK, t->url, "libcurl: %s", words(t, code, why, sizeof(why)));
}

int http_why(struct http_try *t, CURLcode code)
{
	t->err = (struct mf_error)MF_ERROR_INIT;
	if (t->sink_failed)
		return t->stop;
	if (t->stop) {
		stopped(t);
	} else if (t->silent) {
		err_at(&t->err, MF_ETIMEOUT, t->url, "%s for %g s",
			t->headers_done ? "nothing more has come" : "no answer",
			(double)t->h->opts.silence_ms / 1000);
		err_hint(&t->err, "is the service overloaded, or the network down?");
		/* asking once more would make both worse, and double the time that this has taken */
	} else {
		explain(t, code);
	}
	t->err.http_status = t->out->status;
	t->err.retriable = t->again || t->silent;
	t->out->unsent = t->unsent;
	return t->err.code;
}
