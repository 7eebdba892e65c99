import { RunRefused } from '../live/refused.ts';
import { oneLine } from '../core/text/one-line.ts';
import { AUTHORITIES_VARIABLE, PASSWORD_VARIABLE } from './redis-url.ts';

/** Most characters of Redis's own words that are quoted. */
const QUOTED_CHARS = 200;
const RULES = 'resetchannels ~squall:* &squall:* +@all -@dangerous +info';

/** Errors of a Redis that will do when it has started, or has a primary again. */
const PASSING = /^(?:LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN)\b/;

/** Whether Redis answered that it does not do what it was asked to, which it will not do later either. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && !PASSING.test(error.message);
}

/** Explains why Redis cannot be used, with the line that mends it. */
export function redisRefusal(url: string, error: unknown): RunRefused {
  const words = error instanceof Error ? `${codeOf(error)} ${error.message}` : String(error);
  const refused = (what: string, fix: string): RunRefused => new RunRefused('no-answer', `${url}: ${what}`, fix);
  if (/WRONGPASS|NOAUTH|invalid password/i.test(words))
    return refused(
      'Redis refused user or password',
      `give the user in the URL and the password in ${PASSWORD_VARIABLE}`,
    );
  if (/NOPERM/.test(words))
    return refused(
      `Redis does not let this user work: ${quoted(error)}`,
      `give the user these rules: ACL SETUSER NAME ${RULES}`,
    );
  if (/\bOOM\b/.test(words))
    return refused(
      'Redis has no memory left, and drops nothing',
      'raise its maxmemory, or use a Redis for squall alone: CONFIG SET maxmemory 0',
    );
  if (/\bREADONLY\b/.test(words))
    return refused('it is a replica, which takes no writes', 'name the primary in the URL');
  if (/ENOTFOUND|EAI_AGAIN/.test(words)) return refused('no such host', 'check the name in the URL');
  if (/CERT|certificate|self.signed|ALTNAME/i.test(words)) {
    const fix = `name the authority's PEM file in ${AUTHORITIES_VARIABLE}, and the host as in the certificate`;
    return refused(`the certificate is not trusted: ${quoted(error)}`, fix);
  }
  if (/WRONG_VERSION|SSL|EPROTO/.test(words))
    return refused('no TLS is spoken there', 'write redis:// in place of rediss://');
  if (/ECONNREFUSED/.test(words)) return refused('nothing listens there', 'start Redis, or check host and port');
  return refused(
    `no usable answer: ${quoted(error)}`,
    'check that Redis 6.2 or later answers there, with TLS just where the URL is rediss://',
  );
}

/** Refuses a Redis that lacks what squall or BullMQ needs. */
export function tooOld(url: string, version: string): RunRefused {
  const what = `${url}: Redis ${quoted(version)} is too old`;
  return new RunRefused('not-allowed', what, 'use Redis 6.2 or later');
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function quoted(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error)).slice(0, QUOTED_CHARS);
}
