import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Finding } from './finding.ts';
import type { Fingerprints } from './fingerprints.ts';
import { TextScanner } from './text-scanner.ts';

const READ_BYTES = 1 << 18;

/** The path that stands for stdin. */
export const STDIN = '-';

/**
 * Scans a file of any content, unzipped if its name ends in `.gz`, or stdin, in bounded memory.
 *
 * @returns bytes scanned
 * @throws the file system's error, or zlib's
 */
export async function scanSource(
  path: string,
  runs: readonly Fingerprints[],
  onFinding: (finding: Finding) => void,
): Promise<number> {
  const source: Readable = path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
  const scanner = new TextScanner(runs, onFinding);
  let bytes = 0;
  const scan = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      scanner.take(chunk);
    }
  };
  try {
    if (path.endsWith('.gz')) await pipeline(source, createGunzip({ chunkSize: READ_BYTES }), scan);
    else await pipeline(source, scan);
  } finally {
    // Findings before the damaged place still count.
    scanner.end();
  }
  return bytes;
}
