import { nearest } from '../core/text/nearest.ts';
import type { Verb } from './verb.ts';

/** What stands for `--help`, alone or before the command that it is about. */
const HELP = 'help';
/** Options that every verb has. */
const COMMON_FLAGS = ['help'];

/**
 * What is wrong with the words of a command line before any is given a meaning: an unknown verb, or options that its
 * verb does not have. yargs would find them too, but not the nearest name, and only once all else is right.
 *
 * @returns null when nothing is
 */
export function commandLineProblem(argv: readonly string[], verbs: readonly Verb[]): string | null {
  const [word, ...rest] = argv;
  const names = [...verbs.map(({ name }) => name), HELP];
  if (word === undefined) return `which command? There are ${names.join(', ')}; squall help says what each does`;
  const verb = verbs.find(({ name }) => name === word);
  if (verb !== undefined) return flagProblem(rest, [...verb.flagNames, ...COMMON_FLAGS], verb.switchNames);
  if (word.startsWith('-')) return null;
  return `unknown command ${word}${hint(nearest(word, names), names)}`;
}

/** `help run` is `run --help`. */
export function expandHelp(argv: readonly string[]): readonly string[] {
  const [word, topic = HELP] = argv;
  if (word !== HELP) return argv;
  return topic === HELP || topic.startsWith('-') ? ['--help'] : [topic, '--help'];
}

/** What the parser found wrong, in the words of the command line. */
export function parserMessage(message: string, verb: Verb | undefined): string {
  const [, ...wanted] = verb?.command.split(' ') ?? [];
  const [, unexpected] = /^Unknown arguments?: (.*)$/.exec(message) ?? [];
  const [, missing] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  const [, unfinished] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  const [, option, given, choices] =
    /^Invalid values:\s+Argument: (.*), Given: (.*), Choices: (.*)$/.exec(message) ?? [];
  if (message.startsWith('Not enough non-option arguments'))
    return `${verb?.name} what? ${wanted.join(' ')} is missing`;
  if (unexpected !== undefined) return `unexpected: ${unexpected}`;
  if (missing !== undefined) return `missing: ${missing.split(', ').map(dashed).join(', ')}`;
  if (unfinished !== undefined) return `${dashed(unfinished)} needs a value`;
  if (option !== undefined) return `${dashed(option)} ${given}: not one of ${choices?.replaceAll('"', '')}`;
  return message;
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function flagProblem(words: readonly string[], flags: readonly string[], switches: readonly string[]): string | null {
  const end = words.indexOf('--');
  const given = (end === -1 ? words : words.slice(0, end))
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2).split('=')[0] ?? '');
  const known = new Set([...flags, ...switches.map((name) => `no-${name}`)]);
  const unknown = given.filter((name) => !known.has(name));
  const all = flags.map(dashed);
  if (unknown.length === 0) return null;
  return unknown.map((name) => `unknown option --${name}${hint(nearest(`--${name}`, all), all)}`).join('\n');
}

function hint(near: string | undefined, all: readonly string[]): string {
  return near === undefined ? `; there are ${all.join(', ')}` : `; did you mean ${near}?`;
}
