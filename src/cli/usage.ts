import { nearest } from '../scenario/nearest.ts';
import type { Verb } from './verb.ts';

/** Verbs that yargs itself provides. */
const BUILT_IN = ['completion'];
/** Options that every verb has. */
const EVERYWHERE = ['help'];

/**
 * What is wrong with the words of a command line before any is given a meaning: an unknown verb, or options that its
 * verb does not have. yargs would find them too, but not the nearest name, and only once all else is right.
 *
 * @returns null when nothing is
 */
export function wrongWords(argv: readonly string[], verbs: readonly Verb[]): string | null {
  const [word, ...rest] = argv;
  const names = [...verbs.map(({ name }) => name), ...BUILT_IN];
  if (word === undefined) return `which command? There are ${names.join(', ')}`;
  const verb = verbs.find(({ name }) => name === word);
  if (verb !== undefined) return wrongFlags(rest, [...verb.flagNames, ...EVERYWHERE]);
  if (word.startsWith('-') || names.includes(word)) return null;
  return `unknown command ${word}${hint(nearest(word, names), names)}`;
}

function wrongFlags(words: readonly string[], flags: readonly string[]): string | null {
  const end = words.indexOf('--');
  const given = (end === -1 ? words : words.slice(0, end))
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2).split('=')[0] ?? '');
  const unknown = given.filter((name) => !flags.includes(name.replace(/^no-/, '')));
  const dashed = flags.map((flag) => `--${flag}`);
  if (unknown.length === 0) return null;
  return unknown.map((name) => `unknown option --${name}${hint(nearest(`--${name}`, dashed), dashed)}`).join('\n');
}

function hint(near: string | undefined, all: readonly string[]): string {
  return near === undefined ? `; there are ${all.join(', ')}` : `; did you mean ${near}?`;
}
