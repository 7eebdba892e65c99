import { z } from 'zod';

/**
 * A mapping with a value for every name. Keys of names that this version does not know are passed over; a name that is
 * missing, because the version that wrote it did not know it, has the value `missing`.
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

/** A mapping with a value for some of the names; keys of other names are passed over. */
export function someNamed<Name extends string, T>(
  names: readonly Name[],
  value: z.ZodType<T>,
): z.ZodType<Partial<Record<Name, T>>>;
export function someNamed(names: readonly string[], value: z.ZodType): z.ZodType {
  return z.object(Object.fromEntries(names.map((name) => [name, value.exactOptional()])));
}
