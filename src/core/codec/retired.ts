import { Codec } from './codec.ts';
import { isMapping } from './object.ts';
import { type Finding, Rejection } from './reject.ts';

/**
 * A mapping whose former keys are errors that say what to write now.
 *
 * @param retired what to write in place of each key
 */
export function withoutRetired<T>(mapping: Codec<T>, retired: Readonly<Record<string, string>>): Codec<T> {
  const read = (input: unknown): T | Rejection => {
    if (!isMapping(input)) return mapping.read(input);
    const findings = Object.keys(input)
      .filter((key) => Object.hasOwn(retired, key))
      .map((key): Finding => ({ path: [key], part: 'key', message: `no longer a key — ${retired[key]}` }));
    if (findings.length === 0) return mapping.read(input);
    const value = mapping.read(
      Object.fromEntries(Object.entries(input).filter(([key]) => !Object.hasOwn(retired, key))),
    );
    return new Rejection([...findings, ...(value instanceof Rejection ? value.findings : [])]);
  };
  return new Codec({ ...mapping.parts, read }, undefined);
}
