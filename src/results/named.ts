import { z } from 'zod';

/**
 * A schema of a mapping with a value for every name. Unknown keys are skipped; a missing name, unknown to the version
 * that wrote it, gets the value `missing`.
 *
 * @example named(TIMINGS, timingSchema) // { handshake: { … }, recovery: null, … }
 */
export function named<Name extends string, T>(
  names: readonly Name[],
  value: z.ZodType<T>,
): z.ZodType<Record<Name, T | null>>;
export function named<Name extends string, T, Missing extends object | number>(
  names: readonly Name[],
  value: z.ZodType<T>,
  missing: Missing,
): z.ZodType<Record<Name, T | Missing>>;
export function named(names: readonly string[], value: z.ZodType, missing: object | number | null = null): z.ZodType {
  const each = missing === null ? value.nullable() : value;
  return z.object(Object.fromEntries(names.map((name) => [name, each.default(missing)])));
}

/** A schema of a mapping with a value for some of the names; other keys are skipped. */
export function someNamed<Name extends string, T>(
  names: readonly Name[],
  value: z.ZodType<T>,
): z.ZodType<Partial<Record<Name, T>>>;
export function someNamed(names: readonly string[], value: z.ZodType): z.ZodType {
  return z.object(Object.fromEntries(names.map((name) => [name, value.exactOptional()])));
}
