import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { oneLine } from '../core/text/one-line.ts';
import { RunRefused } from '../live/refused.ts';

/** Environment variable with the password of Redis, which the URL then need not hold. */
export const PASSWORD_VARIABLE = 'SQUALL_REDIS_PASSWORD';
/** Environment variable with a file of PEM certificates: the authorities that certify Redis over TLS. */
export const AUTHORITIES_VARIABLE = 'SQUALL_REDIS_CA';
const PORT = 6379;
const PORT_MAX = 65_535;
/** Most characters of a malformed URL that are shown. */
const SHOWN_CHARS = 100;
const FIX = `write it as redis://HOST:PORT, or rediss:// over TLS, with a user as redis://USER@HOST, and put the password into ${PASSWORD_VARIABLE}`;

/** Where Redis is and how to log in. */
export interface RedisPlace {
  /** for messages: without user and password */
  readonly url: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;
}

/** What is wrong with a URL of Redis, and the fix. */
export interface RedisUrlFlaw {
  /** with the URL, without user and password */
  readonly message: string;
  readonly fix: string;
}

/**
 * Says what is wrong with a URL of Redis; null: it can be used.
 *
 * @example redisUrlFlaw('redis://me:secret@:6379')?.message // 'redis://…@:6379: it names no host'
 */
export function redisUrlFlaw(text: string): RedisUrlFlaw | null {
  const why = flawOf(text);
  return why === null ? null : { message: `${shown(text)}: ${why}`, fix: FIX };
}

/**
 * Reads a URL of Redis. The password comes from the URL or from SQUALL_REDIS_PASSWORD.
 *
 * @param authorities PEM text of the certificate authorities to trust; null: those of the system
 * @throws RunRefused which quotes neither user nor password
 * @example redisPlace('redis://10.0.0.7', {}, null).url // 'redis://10.0.0.7:6379/0'
 */
export function redisPlace(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  authorities: string | null,
): RedisPlace {
  const flaw = redisUrlFlaw(text);
  if (flaw !== null) throw new RunRefused('not-allowed', flaw.message, flaw.fix);
  const url = new URL(text);
  const db = Number(databaseOf(url));
  const user = decoded(url.username) ?? '';
  const ownPassword = decoded(url.password) ?? '';
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const port = url.port === '' ? PORT : Number(url.port);
  const password = ownPassword === '' ? (env[PASSWORD_VARIABLE] ?? '') : ownPassword;
  return {
    url: `${url.protocol}//${url.hostname}:${port}/${db}`,
    options: {
      host,
      port,
      db,
      ...(user === '' ? {} : { username: user }),
      ...(password === '' ? {} : { password }),
      ...(url.protocol === 'rediss:' ? { tls: tlsOf(host, authorities) } : {}),
    },
  };
}

/** TLS names a host by its name only; an address is compared with the certificate all the same. */
function tlsOf(host: string, ca: string | null): { servername?: string; ca?: string } {
  return { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === null ? {} : { ca }) };
}

/** Decodes a part of a URL; null: it is malformed. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The digits of the database in a URL's path; undefined: the path is none. */
function databaseOf({ pathname }: URL): string | undefined {
  return /^\/?(\d{0,4})\/?$/.exec(pathname)?.[1];
}

function flawOf(text: string): string | null {
  if (!/^rediss?:\/\//i.test(text.trim())) return 'it does not begin with redis:// or rediss://';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return unreadable(text);
  if (url.hostname === '') return 'it names no host';
  if (url.port === '0') return `its port is not from 1 to ${PORT_MAX}`;
  if (databaseOf(url) === undefined) return 'what follows the host is no number of a database';
  if (url.search !== '' || url.hash !== '') return 'nothing may follow with ? or #';
  const isDecoded = decoded(url.username) !== null && decoded(url.password) !== null;
  return isDecoded ? null : 'its user or password has a % that encodes nothing';
}

/** Says why no parser reads a URL that begins as it should. */
function unreadable(text: string): string {
  const at = text.lastIndexOf('@');
  const place = at === -1 ? text.slice(text.indexOf('//') + 2) : text.slice(at + 1);
  if (/^\s*(?:[:/?#]|$)/.test(place)) return 'it names no host';
  const port = place.startsWith('[') ? null : /:([^/?#]*)/.exec(place)?.[1];
  if (/^\d+$/.test(port ?? '') && Number(port) > PORT_MAX) return `its port is not from 1 to ${PORT_MAX}`;
  if (port !== undefined && port !== null && !/^\d*$/.test(port)) return 'its port is no number';
  return at === -1 ? 'its host is malformed' : 'its user or password has a character that a URL has to encode';
}

/** A malformed URL as one line, without what may be a user, a password, or a parameter. */
function shown(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][\w+.-]*:\/\/)?(.*)$/is.exec(oneLine(text).trim()) ?? [];
  const place = rest.replace(/^.*@/, '…@').replace(/([?#]).*$/, '$1…');
  // What stands in the place of a port may be a password that was written without its host.
  const clean = /^(?:…@)?\[/.test(place) ? place : place.replace(/:(?!\d+(?:[/?#]|$))[^/]+/, ':…');
  return `${scheme}${clean}`.slice(0, SHOWN_CHARS);
}
