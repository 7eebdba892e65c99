import { z } from 'zod';
import { FolderError } from './folder-error.ts';
import { VERSION } from '../metrics/version.ts';
import { FORMAT } from './stamp.ts';

export const stampSchema = {
  /** missing in a summary of 0.1.0 */
  format: z.int().default(1),
  /** squall's version; reports print it unchanged */
  version: z.string().regex(/^[\w.+-]{1,40}$/),
};

/**
 * The format of a document; 1 for a document without a format.
 *
 * @param file the file's name, for the message
 * @throws {FolderError} for a newer format; the message names the version that wrote it and the fix
 */
export function formatOf(document: unknown, file: string): number {
  const { format, version } = unreliable.safeParse(document).data ?? {};
  if (format === undefined || format <= FORMAT) return format ?? 1;
  const by = version ?? 'of a later version';
  throw new FolderError(
    `${file} was written by squall ${by} in results format ${format}, and squall ${VERSION} reads formats up to ${FORMAT}: read it with squall ${by} or later`,
  );
}

const unreliable = z.object({ format: z.int().optional(), version: stampSchema.version.optional().catch(undefined) });
