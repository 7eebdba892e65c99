import { nearest } from '../../core/text/nearest.ts';
import type { Verb } from './verb.ts';

/** The word that stands for `--help`, alone or before a command. */
const HELP = 'help';
/** Messages for options that people look for in other verbs than the one that has them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    'on',
    '--on is an option of `squall run` and `squall doctor`: this command works on this machine alone; leave it out',
  ],
]);
/** Options of every verb. */
const COMMON_FLAGS = ['help'];

/**
 * The first problem of a command line before it is parsed: an unknown verb, or unknown options. yargs finds them too,
 * but later and without the nearest name.
 *
 * @returns null when there is none
 */
export function commandLineProblem(argv: readonly string[], verbs: readonly Verb[]): string | null {
  const [word, ...rest] = argv;
  const names = [...verbs.map(({ name }) => name), HELP];
  if (word === undefined) return `which command? There are ${names.join(', ')}; squall help describes each`;
  const verb = verbs.find(({ name }) => name === word);
  if (verb !== undefined) return flagProblem(rest, [...verb.flagNames, ...COMMON_FLAGS], verb.switchNames);
  if (word.startsWith('-')) return null;
  return `unknown command ${word}${hint(nearest(word, names), names)}`;
}

/** Turns `help run` into `run --help`. */
export function expandHelp(argv: readonly string[]): readonly string[] {
  const [word, topic = HELP] = argv;
  if (word !== HELP) return argv;
  return topic === HELP || topic.startsWith('-') ? ['--help'] : [topic, '--help'];
}

/** The parser's message in terms of the command line. */
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
  return unknown
    .map((name) => ELSEWHERE.get(name) ?? `unknown option --${name}${hint(nearest(`--${name}`, all), all)}`)
    .join('\n');
}

function hint(near: string | undefined, all: readonly string[]): string {
  return near === undefined ? `; there are ${all.join(', ')}` : `; did you mean ${near}?`;
}
