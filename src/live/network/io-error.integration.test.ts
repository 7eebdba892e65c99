import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { signalOf } from './io-error.ts';
import { rawServer } from './raw-server.test.helper.ts';

const withCode = (code: unknown): Error => Object.assign(new Error('x'), { code });

test.each([
  ['ECONNREFUSED', NETWORK.refused],
  ['ECONNRESET', NETWORK.reset],
  ['EPIPE', NETWORK.reset],
  ['UND_ERR_SOCKET', NETWORK.reset],
  ['ETIMEDOUT', NETWORK.timeout],
  ['UND_ERR_HEADERS_TIMEOUT', NETWORK.timeout],
  ['ENOTFOUND', NETWORK.dns],
  ['EAI_AGAIN', NETWORK.dns],
  ['EHOSTUNREACH', NETWORK.unreachable],
  ['EMFILE', NETWORK.localLimit],
  ['EADDRNOTAVAIL', NETWORK.localLimit],
  ['EPROTO', NETWORK.tls],
  ['ERR_TLS_CERT_ALTNAME_INVALID', NETWORK.tls],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', NETWORK.tls],
  ['SELF_SIGNED_CERT_IN_CHAIN', NETWORK.tls],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', NETWORK.tls],
  ['CERT_HAS_EXPIRED', NETWORK.tls],
  ['ESOMETHINGNEW', NETWORK.other],
  // Names that every object has are no codes.
  ['constructor', NETWORK.other],
  ['__proto__', NETWORK.other],
  [42, NETWORK.other],
])('the code %s is the signal %i', (code, signal) => {
  expect(signalOf(withCode(code))).toBe(signal);
  expect(signalOf(new TypeError('fetch failed', { cause: withCode(code) }))).toBe(signal);
});

test.each([null, undefined, 'ECONNREFUSED', 7, {}, new Error('no code')])('%s is some other error', (thrown) => {
  expect(signalOf(thrown)).toBe(NETWORK.other);
});

test('a real error of a socket and one of TLS have signals of their own', async () => {
  const server = await rawServer((socket) => socket.resetAndDestroy());
  const { address: host, port } = server.endpoint;
  const plain = connect({ host, port }, () => plain.write('x'));
  expect(signalOf((await once(plain, 'error').catch((error: unknown) => [error]))[0])).toBe(NETWORK.reset);

  const talker = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const tls = connectTls({ host, port: talker.endpoint.port });
  expect(signalOf((await once(tls, 'error').catch((error: unknown) => [error]))[0])).toBe(NETWORK.tls);
});
