import { timePart } from '../../core/codec/time-part.ts';
import { isMapping } from '../../core/codec/object.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import type { Library } from '../../core/policy/libraries/library.ts';
import { backoff } from './backoff.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Names of client libraries. */
export const LIBRARY_NAMES = Object.keys(LIBRARIES);

/** A scenario as it is written, with the parts of its client library wherever it has none of its own. */
export function withLibrary(scenario: unknown): unknown {
  if (!isMapping(scenario) || !isMapping(scenario['clients'])) return scenario;
  const name = scenario['clients']['library'];
  if (typeof name !== 'string' || !Object.hasOwn(LIBRARIES, name)) return scenario;
  const library = LIBRARIES[name]!;
  const { target, tokens } = scenario;
  const dialled = isMapping(target) && 'url' in target && library.protocol !== undefined;
  return merge(scenario, {
    clients: { backoff: { preset: name }, ...heartbeatOf(library) },
    tokens: { refresh: { ...refreshOf(library.refresh ?? {}), ...triggerOf(library, tokens) } },
    ...(dialled ? { target: { protocol: library.protocol } } : {}),
  });
}

function heartbeatOf({ heartbeat }: Library): Mapping {
  if (heartbeat === undefined) return {};
  if (heartbeat === null) return { heartbeat: 'none' };
  const { everyMs, timeoutMs, answered } = heartbeat;
  return { heartbeat: { every: `${everyMs}ms`, ...(answered ? { timeout: `${timeoutMs}ms` } : {}), answered } };
}

/** When clients of squall get another token where a library gets it so. */
export const TRIGGERS = { attempt: 'connect', series: 'connect', kept: 'timer', fixed: 'never' } as const;

/** When the library's clients get tokens; those that renew them on an open connection do so by a timer. */
function triggerOf({ token }: Library, tokens: unknown): Mapping {
  if (token === undefined || (isMapping(tokens) && tokens['renewal'] === 'in-band')) return {};
  return { trigger: TRIGGERS[token] };
}

const PART = timePart('10s', true);

function refreshOf({ lead, jitter, clock, retry }: NonNullable<Library['refresh']>): Mapping {
  return {
    ...(lead === undefined ? {} : { lead: PART.print(lead) }),
    ...(jitter === undefined ? {} : { jitter: { uniform: PART.print(jitter) } }),
    ...(clock === undefined ? {} : { clock }),
    ...(retry === undefined ? {} : { retry: backoff.print({ name: 'custom', policy: retry, connectTimeoutMs: null }) }),
  };
}

/** Keys whose mappings are taken as a whole: those of one backoff do not fit another. */
const WHOLE: ReadonlySet<string> = new Set(['retry']);

/** What is written, and beneath it what the library has. */
function merge(written: Mapping, own: Mapping): Mapping {
  const merged: Record<string, unknown> = { ...own, ...written };
  for (const [key, part] of Object.entries(own)) {
    const over = written[key];
    if (isMapping(part) && isMapping(over) && !WHOLE.has(key)) merged[key] = merge(over, part);
  }
  return merged;
}
