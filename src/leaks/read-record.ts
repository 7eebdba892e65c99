import { regularLines } from '../disk/regular-lines.ts';
import { Fingerprints } from './fingerprints.ts';
import { keyOf, parseLine, type RecordedToken } from './record-lines.ts';
import { MAX_RECORDED_TOKENS } from './token-record.ts';

/** Longest line, in bytes: the longest token has a thousand blocks, each with a digest of 16 digits and its start. */
const MAX_LINE_BYTES = 64 * 1024;

interface ReadRecord {
  readonly fingerprints: Fingerprints;
  /** warnings about missing or damaged entries */
  readonly warnings: readonly string[];
}

/**
 * Reads the record of a run's tokens.
 *
 * @throws the file system's error, or RangeError for a file that is no such record
 */
export async function readTokenRecord(file: string): Promise<ReadRecord> {
  const tokens: RecordedToken[] = [];
  let key: Buffer | null = null;
  let damaged = 0;
  let overflow = false;
  for (const line of regularLines(file, MAX_LINE_BYTES)) {
    if (key === null) {
      key = keyOf(line);
      continue;
    }
    const token = parseLine(line);
    if (token === null) damaged += 1;
    else if (token === 'overflow') overflow = true;
    else if (tokens.length < MAX_RECORDED_TOKENS) tokens.push(token);
  }
  const warnings = [
    ...(overflow
      ? [`the run recorded its first ${tokens.length} tokens only; later ones are found by their shape alone`]
      : []),
    ...(damaged > 0
      ? [
          `${damaged === 1 ? '1 line of its record is' : `${damaged} lines of its record are`} damaged; the tokens in them are not looked for`,
        ]
      : []),
  ];
  return { fingerprints: new Fingerprints(key ?? keyOf(''), tokens), warnings };
}
