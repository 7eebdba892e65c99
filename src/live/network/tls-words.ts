/** Reasons of failed TLS connections, by the code of Node or OpenSSL. */
const BY_CODE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in a self-signed certificate that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate was issued by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate was issued by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate was issued by an authority that this machine does not know',
  CERT_UNTRUSTED: 'the certificate was issued by an authority that this machine does not trust',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  HOSTNAME_MISMATCH: 'the certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS at this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS at this port',
  ERR_SSL_HTTP_REQUEST: 'the server does not speak TLS at this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the server speaks no version of TLS that squall accepts',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the server accepts no version of TLS that squall speaks',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the server refused the TLS handshake',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server wants a client certificate',
};

/** Reasons why a client's key cannot be used. */
const KEY_FLAWS: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key of another certificate than that of target.tls.cert',
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: 'an encrypted key, which squall cannot read',
  ERR_OSSL_BAD_DECRYPT: 'an encrypted key, which squall cannot read',
  ERR_MISSING_PASSPHRASE: 'an encrypted key, which squall cannot read',
};

/** Says why a certificate and its key cannot be used together. The error itself is not quoted: it may hold the key. */
export function keyFlaw(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (Object.hasOwn(KEY_FLAWS, code) ? KEY_FLAWS[code] : undefined) ?? 'no private key in PEM';
}

/** Matches a code of OpenSSL, the only part of an error that is quoted. */
const CODE = /^[A-Z][A-Z0-9_]{2,80}$/;

/**
 * Describes the reason of a failed TLS connection, with its code.
 *
 * @example tlsWords('CERT_HAS_EXPIRED') // 'the certificate has expired (CERT_HAS_EXPIRED)'
 */
export function tlsWords(code: string): string {
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  const words = known ?? 'TLS could not be established';
  return CODE.test(code) ? `${words} (${code})` : words;
}
