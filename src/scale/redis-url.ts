import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { RunRefused } from '../live/refused.ts';

/** Environment variable with the password of Redis, which the URL then need not hold. */
export const PASSWORD_VARIABLE = 'SQUALL_REDIS_PASSWORD';
/** Environment variable with a file of PEM certificates: the authorities that certify Redis over TLS. */
export const AUTHORITIES_VARIABLE = 'SQUALL_REDIS_CA';
const PORT = 6379;
const SCHEMES = new Set(['redis:', 'rediss:']);
const EXAMPLE = 'redis://redis.example.com:6379, or rediss:// over TLS, with a user as redis://USER@HOST';

/** Where Redis is and how to log in. */
export interface RedisPlace {
  /** for messages: without user and password */
  readonly url: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;
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
  const url = URL.canParse(text) ? new URL(text) : null;
  const db = /^\/?(\d{0,4})\/?$/.exec(url?.pathname ?? '')?.[1];
  const isRedis = url !== null && SCHEMES.has(url.protocol) && url.hostname !== '' && url.search === '';
  const user = decoded(url?.username ?? '');
  const ownPassword = decoded(url?.password ?? '');
  if (!isRedis || db === undefined || user === null || ownPassword === null)
    throw new RunRefused('not-allowed', 'the URL of Redis is malformed', `write it as ${EXAMPLE}`);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const port = url.port === '' ? PORT : Number(url.port);
  const password = ownPassword === '' ? (env[PASSWORD_VARIABLE] ?? '') : ownPassword;
  return {
    url: `${url.protocol}//${url.hostname}:${port}/${Number(db)}`,
    options: {
      host,
      port,
      db: Number(db),
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
