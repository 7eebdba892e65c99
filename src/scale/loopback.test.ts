import { expect, it } from 'vitest';
import { plainEndpoint } from '../live/tokens/token-endpoint.ts';
import { checkSharesLoopback, loopbackName, usesLoopback } from './loopback.ts';

it('a worker reaches the loopback addresses of its own network, and refuses those of another', () => {
  expect(() => checkSharesLoopback(null)).not.toThrow();
  expect(() => checkSharesLoopback(loopbackName())).not.toThrow();
  expect(() => checkSharesLoopback(`${loopbackName()}0`)).toThrow(
    'the target is a loopback address of another machine, that of the coordinator',
  );
});

const NEAR = '127.0.0.1';
const FAR = '192.0.2.1';

function proxyAt(address: string) {
  return { address, port: 80, loopback: address === NEAR, authorization: null };
}

/** A task of which a gateway and a token service stand at these addresses, each behind a proxy at one. */
function taskWith(gateway: string, gatewayProxy: string | null, service: string, serviceProxy: string | null) {
  const plain = { port: 1, secure: false, hostName: 'a', authority: 'a', path: '/' };
  const proxy = gatewayProxy === null ? {} : { proxy: proxyAt(gatewayProxy) };
  const ofService = serviceProxy === null ? null : proxyAt(serviceProxy);
  const services = [{ origin: 'http://a', addresses: [service], proxy: ofService }];
  const endpoint = { ...plainEndpoint('http://a/', service), services };
  return {
    gateways: [{ ...plain, ...proxy, address: gateway }],
    access: { privateJwk: {}, refreshSecret: null, endpoint },
  };
}

it.each([
  ['nothing is near', FAR, null, FAR, null, false],
  ['the target is near', NEAR, null, FAR, null, true],
  ['the token service is near', FAR, null, NEAR, null, true],
  ['a proxy is near', FAR, NEAR, FAR, null, true],
  ['the proxy of the token service is near', FAR, null, FAR, NEAR, true],
  ['near addresses are those of far proxies', NEAR, FAR, NEAR, FAR, false],
])('a task uses loopback or not: %s', (_, gateway, gatewayProxy, service, serviceProxy, uses) => {
  expect(usesLoopback(taskWith(gateway, gatewayProxy, service, serviceProxy))).toBe(uses);
});
