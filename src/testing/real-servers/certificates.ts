import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerOptions } from 'node:https';
import { CHECKOUT } from '../checkout.ts';

/** TLS of a server: its certificate is of a private authority; and clients need one of the same authority. */
export type TlsKind = 'private-ca' | 'client-certificates';

/** Keys and certificates for tests, good for a hundred years: a private authority, a server of 127.0.0.1, two devices. */
export const CERTIFICATES = join(CHECKOUT, 'src', 'testing', 'real-servers', 'certificates');

export function serverTls(kind: TlsKind): ServerOptions {
  const own = { cert: pem('server.pem'), key: pem('server.key') };
  if (kind === 'private-ca') return own;
  return { ...own, ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true };
}

/** A file of the folder, as text. */
export function pem(name: string): string {
  return readFileSync(join(CERTIFICATES, name), 'utf8');
}
