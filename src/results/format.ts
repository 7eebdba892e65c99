import { z } from 'zod';
import { FolderError } from './folder-error.ts';
import { VERSION } from './version.ts';

/**
 * The format of everything that squall writes into a results folder or a baseline. It rises with a change of name or of
 * meaning. What is only added leaves it as it is: a reader passes over keys that it does not know, and reads a key that
 * is missing as null, for `not recorded`.
 */
export const FORMAT = 3;

/** The first keys of every document. */
export const STAMP = { format: FORMAT, version: VERSION } as const;

export const stampSchema = {
  /** a summary of 0.1.0 had none */
  format: z.int().default(1),
  /** of squall; reports print it as it is */
  version: z.string().regex(/^[\w.+-]{1,40}$/),
};

/**
 * The format that a document was written in. One without a format is of before all of them had one.
 *
 * @param file where it stands, for the message
 * @throws {FolderError} when it is newer than this version: by which version it was written, and what to do
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
