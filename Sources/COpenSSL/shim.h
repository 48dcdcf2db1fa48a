// OpenSSL 3, and functions in the place of its macros.
#ifndef ASSENT_COPENSSL_H
#define ASSENT_COPENSSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// TLS: macros over SSL_ctrl and friends.
static inline int assent_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int assent_ssl_ctx_set_max_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline int assent_ssl_ctx_set_groups(SSL_CTX *context, const char *names) {
    return (int)SSL_CTX_set1_groups_list(context, names);
}
static inline void assent_ssl_ctx_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void assent_ssl_ctx_set_read_ahead(SSL_CTX *context, int yes) { SSL_CTX_set_read_ahead(context, yes); }
static inline void assent_ssl_ctx_set_session_cache(SSL_CTX *context, long mode, long size) {
    SSL_CTX_set_session_cache_mode(context, mode);
    SSL_CTX_sess_set_cache_size(context, size);
}
static inline void assent_ssl_ctx_set_certificate_bytes(SSL_CTX *context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}
static inline int assent_ssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline void assent_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void assent_bio_retry_write(BIO *bio) { BIO_set_retry_write(bio); }
static inline void assent_bio_forget_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

// No old protocols, no renegotiation, no compression, our order of suites, sessions kept by us.
static inline uint64_t assent_ssl_options(void) {
    // What was read is wiped from OpenSSL's buffers once we have it: there are passwords in it.
    return SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET |
           SSL_OP_CLEANSE_PLAINTEXT;
}

// Writes may be partial and be repeated from elsewhere; idle connections hold no buffers.
static inline long assent_ssl_modes(void) {
    return SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS;
}

// Chooses HTTP/1.1 from what a client offers by ALPN, and refuses where it is not there.
static inline int assent_ssl_choose_http(const unsigned char **chosen, unsigned char *length,
                                         const unsigned char *offered, unsigned int offered_length) {
    static const unsigned char ours[] = "\x08http/1.1";
    int found = SSL_select_next_proto((unsigned char **)chosen, length, ours, sizeof ours - 1, offered, offered_length);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Certificates: how RFC 4514 writes a name. Swift does not import macros that are made of macros.
static inline unsigned long assent_name_flags(void) { return XN_FLAG_RFC2253; }

#endif
