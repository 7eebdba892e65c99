import { describe, expect, test } from 'vitest';
import { RunRefused } from '../refused.ts';
import { endpointOf, isLoopback, resolveAllowed } from './resolve.ts';

describe('an address', () => {
  test.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1'])(
    '%s is loopback',
    (address) => {
      expect(isLoopback(address)).toBe(true);
    },
  );

  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '126.255.255.255',
    '128.0.0.1',
    '192.168.0.1',
    '::2',
    '::ffff:10.0.0.1',
    'fe80::1',
  ])('%s is not loopback', (address) => {
    expect(isLoopback(address)).toBe(false);
  });
});

const DNS: Readonly<Record<string, readonly string[]>> = {
  'here.test': ['127.0.0.1', '::1'],
  'there.test': ['203.0.113.5'],
  'both.test': ['127.0.0.1', '203.0.113.5'],
  'empty.test': [],
};

async function ask(host: string): Promise<readonly string[]> {
  const addresses = DNS[host];
  if (addresses === undefined) throw new Error(`no ${host}`);
  return addresses;
}

async function resolve(
  url: string,
  allow: string | readonly string[] = [],
  proxy: { readonly loopback: boolean } | null = null,
): Promise<unknown> {
  try {
    return await resolveAllowed(new URL(url), [allow].flat(), ask, proxy);
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return [error.code, error.message, error.fix];
  }
}

describe('a target', () => {
  test.each([
    ['ws://127.0.0.1:8080/', ['127.0.0.1']],
    ['ws://127.9.9.9/', ['127.9.9.9']],
    ['ws://[::1]:8080/', ['::1']],
    ['ws://2130706433/', ['127.0.0.1']],
    ['ws://0x7f.1/', ['127.0.0.1']],
    ['wss://HERE.test/', ['127.0.0.1', '::1']],
  ])('at %s is this machine', async (url, addresses) => {
    expect(await resolve(url)).toEqual({ addresses, loopback: true });
  });

  test('called localhost is this machine, by the real resolver', async () => {
    expect(await resolveAllowed(new URL('ws://localhost/'), [])).toMatchObject({ loopback: true });
  });

  test.each([
    ['ws://10.1.2.3/', '10.1.2.3', '10.1.2.3 is not a loopback address'],
    ['ws://0.0.0.0/', '0.0.0.0', '0.0.0.0 is not a loopback address'],
    ['ws://[::]/', '::', ':: is not a loopback address'],
    ['wss://there.test/', 'there.test', 'there.test resolves to 203.0.113.5, which is not loopback'],
    ['wss://both.test/', 'both.test', 'both.test resolves to 203.0.113.5, which is not loopback'],
  ])('at %s is refused unless it is allowed by name', async (url, host, message) => {
    expect(await resolve(url, 'elsewhere.test')).toEqual([
      'not-allowed',
      message,
      `if you may load-test it, say so: --allow-host ${host}, or target.allow: [${host}] in the scenario`,
    ]);
  });

  test('that is allowed is addressed at what its name resolves to, whatever its case', async () => {
    expect(await resolve('wss://There.test/', 'THERE.TEST')).toEqual({ addresses: ['203.0.113.5'], loopback: false });
    expect(await resolve('ws://10.1.2.3/', '10.1.2.3')).toEqual({ addresses: ['10.1.2.3'], loopback: false });
  });

  test('with several addresses is addressed at all of them, and is this machine only if all are', async () => {
    expect(await resolve('wss://both.test/', 'both.test')).toEqual({
      addresses: ['127.0.0.1', '203.0.113.5'],
      loopback: false,
    });
  });

  test.each([
    ['there.test', ['there.test'], { addresses: ['there.test'], loopback: false }],
    ['inside.test', ['inside.test'], { addresses: ['inside.test'], loopback: false }],
    ['there.test', [], expect.arrayContaining(['not-allowed'])],
    ['inside.test', [], expect.arrayContaining(['no-answer'])],
    ['here.test', [], expect.arrayContaining(['not-allowed'])],
  ])('behind a proxy of another machine: %s, where %j is allowed', async (host, allow, expected) => {
    expect(await resolve(`ws://${host}/`, allow, { loopback: false })).toEqual(expected);
  });

  test('behind a proxy of this machine is this machine', async () => {
    expect(await resolve('ws://here.test/', [], { loopback: true })).toMatchObject({ loopback: true });
  });

  test('is not allowed because a name that ends like it is', async () => {
    expect(await resolve('wss://there.test/', ['test', 'e.test'])).toContain('not-allowed');
  });

  test('whose name does not resolve has no answer', async () => {
    expect(await resolve('ws://nowhere.test/')).toEqual(
      expect.arrayContaining(['no-answer', 'nowhere.test does not resolve']),
    );
    expect(await resolve('ws://empty.test/', 'empty.test')).toEqual(
      expect.arrayContaining(['no-answer', 'empty.test has no address']),
    );
  });
});

test.each([
  [
    'ws://host.test/a?b=c#d',
    { port: 80, secure: false, hostName: 'host.test', authority: 'host.test', path: '/a?b=c' },
  ],
  ['wss://host.test', { port: 443, secure: true, hostName: 'host.test', authority: 'host.test', path: '/' }],
  ['wss://HOST.test:444/', { port: 444, secure: true, hostName: 'host.test', authority: 'host.test:444', path: '/' }],
  ['ws://[::1]:80/', { port: 80, secure: false, hostName: '::1', authority: '[::1]', path: '/' }],
])('%s is connected to at the address that was checked', (url, endpoint) => {
  expect(endpointOf(new URL(url), '127.0.0.7')).toEqual({
    address: '127.0.0.7',
    ...endpoint,
  });
});
