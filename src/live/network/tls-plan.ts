import { X509Certificate } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { createSecureContext } from 'node:tls';
import { fill, holesOf, type Row, type Template } from '../../core/template/template.ts';
import { NotARegularFile, readRegular, TooLarge } from '../../disk/regular-file.ts';
import { userOf } from '../../identity/users.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import type { Scenario, TlsSettings } from '../../scenario/scenario.ts';
import { keyFlaw } from './tls-words.ts';

/** TLS of a run, with the contents of its files. They are secrets, which are sent to workers in memory only. */
export interface TlsPlan {
  /** certificates of authorities, PEM; null: those of this machine */
  readonly ca: string | null;
  readonly verify: boolean;
  /** client certificates, each once; none: clients present none */
  readonly certificates: readonly ClientCertificate[];
  /** index of each client's certificate, by its number in the whole population; null: all present the first */
  readonly certificateOf: Uint32Array | null;
}

export interface ClientCertificate {
  /** PEM, with the certificates of its authorities, if any */
  readonly cert: string;
  readonly key: string;
}

/** Most bytes of a file in PEM. */
const MAX_PEM_BYTES = 256 * 1024;
/** Most certificates of clients in a run, which every worker holds. */
const MAX_CERTIFICATES = 10_000;

/**
 * Reads the files of `target.tls`, and checks that they hold what they should.
 *
 * @param rowOf row of a user, by its number; null: the scenario has no users
 * @returns null: the scenario has no settings for TLS
 * @throws ScenarioError which names the file, never with what it holds
 */
export function tlsPlan({ target, clients }: Scenario, rowOf: ((user: number) => Row) | null): TlsPlan | null {
  if (target.kind !== 'url' || target.tls === null) return null;
  const { tls } = target;
  const pathOf = (template: Template, client: number): string =>
    fill(template, { client, user: rowOf?.(userOf(client, clients.perUser)) ?? {} });
  return {
    ca: tls.ca === null ? null : authorities(tls.ca),
    verify: tls.verify,
    ...clientCertificates(tls, clients.count, pathOf),
  };
}

function authorities(file: string): string {
  const text = readPem(file, 'target.tls.ca');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw unusable(file, 'target.tls.ca', 'no certificate in PEM');
  if (!certificates.every(isCertificate)) throw unusable(file, 'target.tls.ca', 'a certificate that cannot be read');
  return text;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

/** Reads each pair of files once, whatever the number of clients that have it. */
function clientCertificates(
  { cert, key }: TlsSettings,
  count: number,
  pathOf: (template: Template, client: number) => string,
): Pick<TlsPlan, 'certificates' | 'certificateOf'> {
  if (cert === null || key === null) return { certificates: [], certificateOf: null };
  const isShared = [cert, key].every((template) => holesOf(template).length === 0);
  const certificates: ClientCertificate[] = [];
  const known = new Map<string, number>();
  const certificateOf = new Uint32Array(isShared ? 1 : count);
  for (const client of certificateOf.keys()) {
    const files = { cert: pathOf(cert, client), key: pathOf(key, client) };
    const name = JSON.stringify(files);
    let index = known.get(name);
    if (index === undefined) {
      index = certificates.length;
      if (index === MAX_CERTIFICATES)
        throw unusable(files.cert, 'target.tls.cert', `one of more than ${MAX_CERTIFICATES}`);
      certificates.push(
        checked(files, {
          cert: readPem(below(cert, files.cert, 'target.tls.cert'), 'target.tls.cert'),
          key: readPem(below(key, files.key, 'target.tls.key'), 'target.tls.key'),
        }),
      );
      known.set(name, index);
    }
    certificateOf[client] = index;
  }
  return { certificates, certificateOf: isShared ? null : certificateOf };
}

function checked(files: ClientCertificate, pair: ClientCertificate): ClientCertificate {
  if (!isCertificate(pair.cert)) throw unusable(files.cert, 'target.tls.cert', 'no certificate in PEM');
  try {
    createSecureContext(pair);
  } catch (error) {
    throw unusable(files.key, 'target.tls.key', keyFlaw(error));
  }
  return pair;
}

/** The real path of a file that a hole names, which has to lie below the folder before the first hole. */
function below(template: Template, file: string, path: string): string {
  if (holesOf(template).length === 0) return file;
  const [first] = template.slots;
  const folder = dirname(`${first?.kind === 'text' ? first.text : ''}x`);
  const outside = unusable(file, path, 'outside the folder before the first hole');
  // The message does not reveal whether a file outside exists.
  if (!isBelow(resolve(folder), resolve(file))) throw outside;
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    throw unusable(file, path, 'no such file');
  }
  if (!isBelow(realpathSync(folder), real)) throw outside;
  return real;
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function readPem(file: string, path: string): string {
  try {
    return readRegular(file, MAX_PEM_BYTES, false).toString('latin1');
  } catch (error) {
    if (error instanceof TooLarge) throw unusable(file, path, `more than ${MAX_PEM_BYTES} bytes`);
    if (error instanceof NotARegularFile) throw unusable(file, path, 'no regular file');
    throw unusable(file, path, 'a file that cannot be read, or does not exist');
  }
}

function unusable(file: string, path: string, what: string): ScenarioError {
  return new ScenarioError([{ place: { file }, path, message: `${what} — name a file in PEM that squall can read` }]);
}
