import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Environment } from '../core/template/environment.ts';
import { planOf, ready } from './endpoint-rig.test.helper.ts';
import { readyEndpoint } from './endpoint.ts';
import { buildRequest } from './request-template.ts';

const login = (request: object, client: object | null = null) =>
  ready({ endpoint: { login: { url: 'http://x/login', ...request }, ...(client === null ? {} : { client }) } }).login!
    .request;

describe('a request', () => {
  test.each<[string, object, object]>([
    [
      'holes in path and query',
      { url: 'http://x:1/{user.t}/a?b={client}&c={{d}}' },
      { url: 'http://x:1/%2F..%2F/a?b=7&c={d}' },
    ],
    ['a URL without a path', { url: 'http://x?b={client}' }, { url: 'http://x/?b=7' }],
    ['a path that must be encoded', { url: 'http://x/ä b' }, { url: 'http://x/%C3%A4%20b' }],
    [
      'text',
      { text: '<t>{refresh}</t>', headers: { 'content-type': 'text/xml' } },
      { body: '<t>"R</t>', headers: { 'content-type': 'text/xml' } },
    ],
    [
      'nested JSON',
      { json: { a: [{ 'b"{client}': '{refresh}' }, 1, null, true], raw: '{{client}}' } },
      { body: '{"a":[{"b\\"7":"\\"R"},1,null,true],"raw":"{client}"}' },
    ],
    ['a form with odd names', { form: { 'a&b': '1&2 {client}' } }, { body: 'a%26b=1%262%207' }],
    ['a method', { method: 'PUT', json: {} }, { method: 'PUT', body: '{}' }],
    [
      'headers',
      { headers: { 'X-Tenant': 't-{client}', Accept: '*/*' } },
      { headers: { 'x-tenant': 't-7', accept: '*/*' } },
    ],
  ])('has %s', (_, request, built) => {
    expect(buildRequest(login(request), { client: 7, refresh: '"R', user: { t: '/../' } })).toMatchObject(built);
  });

  it('keeps what it has itself of the fields of its application', () => {
    const client = { id: 'web', secret: '{env.SECRET}' };
    expect(buildRequest(login({ form: { client_id: 'mine' } }, client), { client: 0 }).body).toBe(
      'client_id=mine&client_secret=s3cret%2F%2B',
    );
    expect(buildRequest(login({ json: { client_id: 'mine' } }, client), { client: 0 }).body).toBe(
      '{"client_secret":"s3cret/+","client_id":"mine"}',
    );
    expect(buildRequest(login({ json: {} }, client), { client: 0 }).body).toBe(
      '{"client_id":"web","client_secret":"s3cret/+"}',
    );
  });

  it('carries an assertion in its form', () => {
    const template = login({ form: { a: '1' } }, { id: 'web', keyFile: 'k.jwk' });
    expect(template.asserts).toBe('web');
    expect(buildRequest(template, { client: 0 }, 'h.p.s').body).toBe(
      'a=1&client_id=web&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=h.p.s',
    );
  });

  it('is the same whatever a value holds, except for the value', () => {
    const template = login({
      url: 'http://x/{user.a}?q={user.a}',
      headers: { 'X-A': '{user.a}' },
      json: { a: '{user.a}' },
    });
    const anyText = fc
      .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(anyText, (value) => {
        const { url, headers, body } = buildRequest(template, { client: 0, user: { a: value } });
        expect(new URL(url).searchParams.get('q')).toBe(value.replaceAll(/\p{Cs}/gu, '\uFFFD'));
        expect(headers['x-a']).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(body ?? '')).toEqual({ a: value });
      }),
    );
  });
});

it('carries an assertion in its JSON', () => {
  const client = { id: 'web', keyFile: 'k.jwk' };
  const type = '"client_assertion_type":"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"';
  expect(buildRequest(login({ json: { a: 1 } }, client), { client: 0 }, 'h.p.s').body).toBe(
    `{"client_id":"web","a":1,${type},"client_assertion":"h.p.s"}`,
  );
});

it('names the variables that are not set, with their places', () => {
  const environment = new Environment(() => undefined);
  readyEndpoint(
    planOf({
      endpoint: {
        client: { id: '{env.ID}', secret: '{env.SECRET}' },
        refresh: { url: 'http://x/?k={env.K}', headers: { 'X-A': '{env.H}' }, form: { a: '{env.F}' } },
      },
    }),
    environment,
  );
  expect(environment.unset.map(({ path, name }) => `${path} ${name}`).toSorted()).toEqual([
    'tokens.source.endpoint.client.id ID',
    'tokens.source.endpoint.client.secret SECRET',
    'tokens.source.endpoint.refresh.form.a F',
    'tokens.source.endpoint.refresh.headers.X-A H',
    'tokens.source.endpoint.refresh.url K',
  ]);
});
