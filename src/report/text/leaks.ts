import { CLAIM_IDS, type ClaimIds } from '../../leaks/claim-ids.ts';
import type { Finding } from '../../leaks/finding.ts';
import { clean } from '../clean.ts';

/** What a scan for tokens came to. */
export interface LeaksTotals {
  readonly found: number;
  readonly files: number;
  readonly bytes: number;
  /** paths that could not be read, or not to their end */
  readonly unread: number;
}

/** One line of what was found where: never a piece of the token itself. */
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

/** One finding for machines. */
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

/** The last line. */
export function leaksSummary({ found, files, bytes, unread }: LeaksTotals): string {
  const tokens = found === 0 ? 'no tokens' : plural(found, 'token');
  const rest = unread === 0 ? '' : `; ${plural(unread, 'path')} could not be read`;
  return `${tokens} in ${plural(files, 'file')} (${(bytes / 1e6).toFixed(1)} MB)${rest}`;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
