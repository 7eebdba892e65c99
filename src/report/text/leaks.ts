import { CLAIM_IDS, type ClaimIds } from '../../leaks/claim-ids.ts';
import type { Finding } from '../../leaks/finding.ts';
import { clean } from '../clean.ts';

/** Totals of a scan for tokens. */
export interface LeaksTotals {
  readonly found: number;
  readonly files: number;
  readonly bytes: number;
  /** paths that could not be read completely */
  readonly unread: number;
}

/** A finding and its place on one line; never a part of the token itself. */
export function leakLine(path: string, finding: Finding): string {
  const { line, column, owner, lines, disguises } = finding;
  const manner = [extent(finding), ...disguises, ...(lines > 1 ? [`over ${lines} lines`] : [])].join(', ');
  const what = owner === null ? 'a JWT' : `${owner.kind} token of client-${owner.client}`;
  return `${clean(path, MAX_PATH_CHARS)}:${line}:${column}  ${what}${idsText(finding)}: ${manner}`;
}

const MAX_PATH_CHARS = 4096;

function extent({ owner, foundChars, chars }: Finding): string {
  if (owner === null) return `${chars} characters`;
  return foundChars === chars ? 'whole' : `part (${foundChars} of ${chars} characters)`;
}

function idsText({ ids }: Finding): string {
  const known = Object.entries(cleanIds(ids)).map(([name, id]) => `${name} ${id}`);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

/** A finding as JSON. */
export function leakJson(path: string, { ids, ...finding }: Finding): object {
  return { path, ...finding, ids: cleanIds(ids) };
}

function cleanIds(ids: ClaimIds): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CLAIM_IDS.flatMap((name) => {
      const id = ids[name];
      return id === undefined ? [] : [[name, clean(id)]];
    }),
  );
}

/** The totals of a scan as a sentence. */
export function leaksSummary({ found, files, bytes, unread }: LeaksTotals): string {
  const tokens = found === 0 ? 'no tokens' : plural(found, 'token');
  const rest = unread === 0 ? '' : `; ${plural(unread, 'path')} could not be read`;
  return `${tokens} in ${plural(files, 'file')} (${(bytes / 1e6).toFixed(1)} MB)${rest}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
