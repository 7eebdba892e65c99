import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { userOf, usersOf, type Users } from './users.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-users-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'users.csv');
writeFileSync(file, 'email,tenant\na@x.test,t1\nb@x.test,t2\n');

function users(clients: string, section = `{ file: ${file} }`, tokens = '{}'): Users {
  const text = `duration: 30s\nclients: { ${clients} }\ntarget: { url: "ws://x" }\nusers: ${section}\ntokens: ${tokens}`;
  const found = usersOf(parseScenario(text, 's.yaml'));
  if (found === null) throw new Error('no users');
  return found;
}

/** Tokens with a claim from a column. */
function claiming(column: string): string {
  return `{ source: { mint: { claims: { a: { b: ['{user.${column}}'] } } } } }`;
}

describe('usersOf', () => {
  it('deals rows out by number, one for all devices of a user', () => {
    const { rowOf } = users('count: 4, perUser: 2');
    expect([0, 1, 2, 3].map((client) => rowOf(userOf(client, 2))['email'])).toEqual([
      'a@x.test',
      'a@x.test',
      'b@x.test',
      'b@x.test',
    ]);
  });

  it('begins again from the first row where rows are shared', () => {
    const { rowOf, indexOf } = users('count: 5', `{ file: ${file}, share: rows }`);
    expect([0, 1, 2, 3, 4].map((user) => rowOf(user)['tenant'])).toEqual(['t1', 't2', 't1', 't2', 't1']);
    expect(indexOf(4)).toBe(0);
  });

  it('generates rows from templates', () => {
    const { columns, rowOf } = users('count: 1000000', "{ generate: { email: 'load-{client}@x.test', plan: gold } }");
    expect(columns).toEqual(['email', 'plan']);
    expect(rowOf(999_999)).toEqual({ email: 'load-999999@x.test', plan: 'gold' });
  });

  it('refuses too few rows, with what would do', () => {
    expect(() => users('count: 3')).toThrow(
      `${file}: users.file: 2 rows for 3 clients — write more, set clients.count to 2, or set users.share to rows`,
    );
    expect(() => users('count: 5, perUser: 2')).toThrow(
      '2 rows for 3 users (5 clients, 2 devices a user) — write more, set clients.count to 4, or',
    );
  });

  it('refuses a column that does not exist, with the nearest or all', () => {
    expect(() => users('count: 2', undefined, claiming('tenat'))).toThrow(
      `${file}:1:1: tokens.source.mint.claims.a.b.0: there is no column tenat — did you mean {user.tenant}?`,
    );
    expect(() => users('count: 2', undefined, claiming('zzz'))).toThrow(
      'there is no column zzz — the columns are email, tenant',
    );
  });
});
