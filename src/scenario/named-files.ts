import { dirname, resolve } from 'node:path';
import type { Finding } from '../core/codec/reject.ts';
import { type Template, templateOf } from '../core/template/template.ts';
import type { UrlTarget } from './schema/target.ts';
import type { TlsSettings } from './schema/tls.ts';
import { MAX_PATH_CHARS } from '../core/limits.ts';
import { type Place, showPlace } from './problem.ts';
import type { UserPlan, WrittenScenario } from './scenario.ts';
import type { ApplicationPlan } from './schema/token-endpoint.ts';
import type { Unreadable } from './read-file.ts';
import { placeOf, type Tree } from './tree.ts';

/** Whether a value can be the name of a file. */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_PATH_CHARS;
}

/**
 * The absolute path of a file named at a place. The base is the folder of the naming file or, for a `--set`, the working
 * directory, where a shell completes it.
 */
export function pathFrom(place: Place, name: string): string {
  return resolve('set' in place ? '.' : dirname(place.file), name);
}

/** The real path of a file named at a place, or why it may not be read. */
export type Locate = (place: Place, name: string) => string | Unreadable;

type FileUserPlan = Extract<UserPlan, { kind: 'file' }>;

/** Path of a token endpoint's application. */
const APPLICATION = ['tokens', 'source', 'endpoint', 'client'];

interface NamedFiles {
  readonly locate: Locate;
  readonly whyUnusable: (path: string) => string | null;
  /** whether there is nothing at a path, in a folder that exists */
  readonly isFree: (path: string) => boolean;
}

/**
 * Makes the paths of files that a scenario names absolute, so that the resolved scenario can be run from elsewhere.
 *
 * @param disk null when nothing on disk may be looked at
 */
export function resolveFiles(
  scenario: WrittenScenario,
  tree: Tree,
  disk: NamedFiles | null,
): { readonly scenario: WrittenScenario; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const resolved = (name: string | null, path: readonly string[], fix: string, mayBeNew = false): string | null => {
    if (name === null) return null;
    const place = placeOf(tree, path, 'value');
    const absolute = pathFrom(place, name);
    if (disk === null) return absolute;
    const complain = (what: string, mend: string): string => {
      findings.push({ path, part: 'value', message: `${what} (${showPlace({ file: absolute })}) — ${mend}` });
      return absolute;
    };
    const found = disk.locate(place, name);
    if (typeof found !== 'string') return complain(found.what, found.fix);
    const what = mayBeNew && disk.isFree(found) ? null : disk.whyUnusable(found);
    return what === null ? found : complain(what, fix);
  };
  const { target, tokens, users } = scenario;
  const withPaths = (plan: FileUserPlan): FileUserPlan => ({
    ...plan,
    file: resolved(plan.file, ['users', 'file'], 'name a file with one user a row') ?? plan.file,
    out: resolved(plan.out, ['users', 'out'], 'name a file that squall may write, or a new one', true),
  });
  const keyFile = resolved(tokens.keyFile, ['tokens', 'keyFile'], 'name a file with a private JWK, or remove the key');
  /** The folder before the first hole has to be allowed; what the holes name is looked for below it when a run begins. */
  const resolvedEach = (template: Template | null, path: readonly string[]): Template | null => {
    if (template === null) return null;
    const [first, ...rest] = template.slots;
    const start = first?.kind === 'text' ? first.text : '';
    if (first?.kind === 'text' && rest.length === 0) {
      const file = resolved(start, path, 'name a file in PEM') ?? start;
      return templateOf([{ kind: 'text', text: file }]);
    }
    const cut = start.lastIndexOf('/') + 1;
    const folder = resolvedFolder(start.slice(0, cut), path);
    const holes = first?.kind === 'text' ? rest : template.slots;
    return templateOf([{ kind: 'text', text: `${folder}/${start.slice(cut)}` }, ...holes]);
  };
  const resolvedFolder = (name: string, path: readonly string[]): string => {
    const place = placeOf(tree, path, 'value');
    const found = disk?.locate(place, name === '' ? '.' : name) ?? pathFrom(place, name);
    if (typeof found === 'string') return found;
    const absolute = pathFrom(place, name);
    findings.push({ path, part: 'value', message: `${found.what} (${showPlace({ file: absolute })}) — ${found.fix}` });
    return absolute;
  };
  const withProtocol = (plan: UrlTarget): UrlTarget => {
    const { protocol } = plan;
    if (protocol.kind !== 'module') return plan;
    const file = resolved(protocol.file, ['target', 'protocol'], 'name a JavaScript module') ?? protocol.file;
    return { ...plan, protocol: { ...protocol, file } };
  };
  const withTls = (settings: TlsSettings): TlsSettings => ({
    ...settings,
    ca: resolved(settings.ca, ['target', 'tls', 'ca'], 'name a file with certificates in PEM'),
    cert: resolvedEach(settings.cert, ['target', 'tls', 'cert']),
    key: resolvedEach(settings.key, ['target', 'tls', 'key']),
  });
  const { endpoint } = tokens.source;
  const application = endpoint?.client ?? null;
  const withKeys = (plan: ApplicationPlan): ApplicationPlan => {
    return {
      ...plan,
      keyFile: resolved(plan.keyFile, [...APPLICATION, 'keyFile'], 'name a file with a private JWK'),
      cert: resolved(plan.cert, [...APPLICATION, 'cert'], 'name a file with a certificate in PEM'),
      key: resolved(plan.key, [...APPLICATION, 'key'], 'name a file with a private key in PEM'),
    };
  };
  const source =
    endpoint === null || application === null
      ? tokens.source
      : { ...tokens.source, endpoint: { ...endpoint, client: withKeys(application) } };
  return {
    scenario: {
      ...scenario,
      target:
        target.kind === 'url'
          ? withProtocol(target.tls === null ? target : { ...target, tls: withTls(target.tls) })
          : target,
      users: users?.kind === 'file' ? withPaths(users) : users,
      tokens: { ...tokens, keyFile, source },
    },
    findings,
  };
}
