import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { answerTemplate, readTokenAnswer, type Answered } from './answer-template.ts';
import { answered, planOf } from './endpoint-rig.test.helper.ts';
import type { HttpAnswer } from './http-answer.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function read(answer: HttpAnswer, spelled: object = {}): Answered {
  const plan = planOf({ endpoint: { login: { url: 'http://x/', answer: spelled } } });
  return readTokenAnswer(answerTemplate(plan.login!.answer), answer, NOW_MS);
}

describe('a lifetime', () => {
  test.each<[string, object, object, number | null]>([
    ['a number of seconds', {}, { expires_in: 60 }, 60_000],
    ['a numeric string', {}, { expires_in: '60' }, 60_000],
    ['a fraction', {}, { expires_in: 0.5 }, 500],
    ['milliseconds', { expiresIn: 'ttl', unit: 'ms' }, { ttl: 1500 }, 1500],
    ['nothing', {}, {}, null],
    ['no number', {}, { expires_in: '1h' }, null],
    ['less than nothing', {}, { expires_in: -1 }, null],
    ['more than a Date holds', {}, { expires_in: 1e300 }, null],
    ['an instant in seconds', { expiresAt: 'at' }, { at: NOW_MS / 1000 + 60 }, 60_000],
    ['an instant in milliseconds', { expiresAt: 'at' }, { at: NOW_MS + 60_000 }, 60_000],
    ['an instant as a numeric string', { expiresAt: 'at' }, { at: String(NOW_MS + 60_000) }, 60_000],
    ['ISO 8601', { expiresAt: 'at' }, { at: '2026-01-01T00:01:00Z' }, 60_000],
    ['ISO 8601 with an offset', { expiresAt: 'at' }, { at: '2026-01-01T01:01:00.000+01:00' }, 60_000],
    ['ISO 8601 without a zone, which is UTC', { expiresAt: 'at' }, { at: '2026-01-01 00:01:00' }, 60_000],
    ['an instant that has passed', { expiresAt: 'at' }, { at: NOW_MS - 1000 }, -1000],
    ['a word', { expiresAt: 'at' }, { at: 'tomorrow' }, null],
    ['a lifetime in place of an instant that is missing', { expiresAt: 'at' }, { expires_in: 5 }, 5000],
  ])('may be %s', (_, spelled, fields, expiresInMs) => {
    expect(read(answered(200, { access_token: 'A', ...fields }), spelled)).toMatchObject({ ok: true, expiresInMs });
  });

  it('is assumed where the scenario says so', () => {
    const spelled = { lifetime: '15m' };
    expect(read(answered(200, { access_token: 'A' }), spelled)).toMatchObject({ expiresInMs: 900_000 });
    expect(read(answered(200, { access_token: 'A', expires_in: 5 }), spelled)).toMatchObject({ expiresInMs: 5000 });
  });
});

describe('a failure', () => {
  test.each<[string, object, HttpAnswer, number]>([
    ['ends the session by its error', {}, answered(400, { error: 'invalid_grant' }), NETWORK.invalidGrant],
    ['ends it by its status', { ends: [401] }, answered(401, ''), NETWORK.invalidGrant],
    ['ends it by an error in a success', { ends: ['gone'] }, answered(200, { error: 'gone' }), NETWORK.invalidGrant],
    [
      'ends it by a number at a path',
      { ends: [1003], errorAt: 'meta.code' },
      answered(400, { meta: { code: 1003 } }),
      NETWORK.invalidGrant,
    ],
    ['may be tried again by its error', { ends: [400], retry: ['busy'] }, answered(400, { error: 'busy' }), 400],
    ['may be tried again by its status', { retry: [503] }, answered(503, { error: 'invalid_grant' }), 503],
    ['is a redirect', {}, answered(302, '', { location: 'https://x/?code=1' }), 302],
    ['is a success without a token', {}, answered(200, {}), NETWORK.malformed],
    ['is a token that would write a header', {}, answered(200, { access_token: 'A\r\nX: 1' }), NETWORK.malformed],
    ['is a token by inheritance', {}, answered(200, '{"__proto__":{"access_token":"A"}}'), NETWORK.malformed],
  ])('%s', (_, spelled, answer, signal) => {
    expect(read(answer, spelled)).toMatchObject({ ok: false, signal });
  });

  test.each<[object, HttpAnswer, string]>([
    [
      { access: 'data.token' },
      answered(200, { data: { jwt: 'S', ttl: 1 } }),
      'HTTP 200 without data.token; data has jwt, ttl',
    ],
    [{ access: 'data.token' }, answered(201, { token: 'S' }), 'HTTP 201 without data.token; it has token'],
    [{ access: { cookie: 'sid' } }, answered(200, ''), 'HTTP 200 without a cookie sid'],
    [{}, answered(200, { access_token: 7 }), 'HTTP 200 with an access_token that is no token'],
    [
      {},
      answered(302, '', { location: 'https://login.test/?code=1' }),
      'HTTP 302 to login.test, and redirects are not followed',
    ],
    [{ errorAt: 'a', descriptionAt: 'b' }, answered(400, { b: 'because' }), 'because (HTTP 400)'],
  ])('%o is described', (spelled, answer, said) => {
    expect(read(answer, spelled)).toMatchObject({ ok: false, said });
  });
});

it('takes a cookie that is set last, and none that is deleted', () => {
  const spelled = { access: { cookie: 'sid' }, refresh: { cookie: 'r' } };
  const set = ['sid=A; Max-Age=60', 'sid=B', 'r=N; Expires=Thu, 01 Jan 2026 00:00:30 GMT', 'r=; Max-Age=0'];
  expect(read(answered(200, '', { 'set-cookie': set }), spelled)).toMatchObject({
    ok: true,
    access: 'B',
    refresh: 'N',
    expiresInMs: null,
  });
});

it('reads any answer without an exception, and never takes a token from elsewhere', () => {
  const place = fc.constantFrom<object>(
    {},
    { access: 'a.b', refresh: 'a.0', expiresAt: 'a.c', errorAt: 'e.f' },
    { access: { cookie: 'sid' } },
    { access: { header: 'x-token' } },
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ access_token: value, a: { b: value, c: value }, e: { f: value } })),
    fc.constant('['.repeat(5000)),
  );
  const headers = fc.record({ 'set-cookie': fc.array(fc.string()), 'x-token': fc.string(), location: fc.string() });
  fc.assert(
    fc.property(place, fc.integer({ min: 100, max: 599 }), body, headers, (spelled, status, text, head) => {
      const answer = read({ status, headers: head, body: text }, spelled);
      return answer.ok
        ? status >= 200 &&
            status < 300 &&
            /^[\x20-\x7e]+$/.test(answer.access) &&
            !Number.isNaN(answer.expiresInMs ?? 0)
        : answer.said.length < 3000;
    }),
  );
});
