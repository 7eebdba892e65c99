import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * Runs the code of a JavaScript module that somebody else wrote, once in each thread, and returns what it exports.
 *
 * @throws whatever the module throws, and the error of Node for one that is not there, or that awaits at its top level
 */
export function loadModule(path: string): Readonly<Record<string, unknown>> {
  const exported: unknown = load(path);
  return typeof exported === 'object' && exported !== null ? { ...exported } : {};
}
