import { expect, test } from 'vitest';
import { tlsWords } from './tls-words.ts';

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /authority that this machine does not know/],
  ['CERT_HAS_EXPIRED', /has expired/],
  ['CERT_NOT_YET_VALID', /not valid yet/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another host name/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate/],
  ['CERT_SOMETHING_NEW', /^TLS could not be established \(CERT_SOMETHING_NEW\)$/],
  ['toString', /^TLS could not be established$/],
])('%s is put in words', (code, words) => {
  expect(tlsWords(code)).toMatch(words);
});
