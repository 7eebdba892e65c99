import { expect, test } from 'vitest';
import { Redirects } from './redirects.ts';
import { endpointOf } from '../network/resolve.ts';

const resolve = () => Promise.resolve('127.0.0.1');
const from = endpointOf(new URL('ws://127.0.0.1:9/hub'), '127.0.0.1');

test('a name that did not resolve is looked up again by a later attempt, and kept once it does', async () => {
  const answers = [Promise.reject(new Error('ENOTFOUND')), Promise.resolve('192.0.2.1')];
  let asked = 0;
  const redirects = new Redirects(['hub.example'], () => answers[asked++]!);
  const follow = () => redirects.follow('https://hub.example/client', from);
  expect(await follow()).toMatchObject({ said: 'hub.example does not resolve' });
  expect(await follow()).toMatchObject({ address: '192.0.2.1' });
  expect(await follow()).toMatchObject({ address: '192.0.2.1' });
  expect(asked).toBe(2);
});

test('an answer of a remote host does not lead to this machine, unless the user allows it', async () => {
  const remote = endpointOf(new URL('wss://hub.example/hub'), '192.0.2.1');
  const text = 'http://127.0.0.1:6379/';
  expect(await new Redirects([], resolve).follow(text, remote)).toHaveProperty('signal');
  expect(await new Redirects(['127.0.0.1'], resolve).follow(text, remote)).toMatchObject({ address: '127.0.0.1' });
  expect(await new Redirects([], resolve).follow(text, from)).toMatchObject({ address: '127.0.0.1', port: 6379 });
});

test.each([
  'http://192.0.2.9/',
  'http://user:pw@127.0.0.1/',
  'file:///etc/passwd',
  'http://[::ffff:192.0.2.9]/',
  'http://127.0.0.1.example/',
  '/hub',
])('an answer that leads to %s is not followed', async (text) => {
  const redirects = new Redirects([], () => Promise.reject(new Error('no host is looked up')));
  expect(await redirects.follow(text, from)).toHaveProperty('signal');
});
