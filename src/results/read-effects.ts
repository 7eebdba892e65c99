import { FILES } from './files.ts';
import { readBytes } from './read-text.ts';

/** A command's effect: client u32, seq u32; see metrics/journal.ts. */
const RECORD_BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/**
 * Counts duplicate effects (every effect of a command id beyond its first) in the embedded gateway's record. Sorting
 * takes no more memory than the file.
 *
 * @param clients number of clients of the run; a record of a higher client is damage
 * @returns null when the record is missing or damaged
 * @throws {FolderError} when the record cannot be read
 */
export function readEffects(dir: string, clients: number, warnings: string[]): number | null {
  const bytes = readBytes(dir, 'effects');
  if (bytes === null) return null;
  const damaged = (what: string): null => {
    warnings.push(`${FILES.effects} ${what}; what commands came to is not known`);
    return null;
  };
  if (bytes.length % RECORD_BYTES !== 0) return damaged('ends in the middle of an entry');
  // A copy, because an array of 64-bit numbers has to be aligned.
  const { buffer } = Uint8Array.from(bytes);
  const view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; at += RECORD_BYTES) {
    if (view.getUint32(at, true) >= clients) return damaged('holds entries of clients that the run does not have');
  }
  return repeated(new BigUint64Array(buffer).toSorted());
}

function repeated(sorted: BigUint64Array): number {
  let count = 0;
  for (let index = 1; index < sorted.length; index++) if (sorted[index] === sorted[index - 1]) count += 1;
  return count;
}
