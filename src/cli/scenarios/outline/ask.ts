import type { Interface } from 'node:readline/promises';
import { GOALS, type GoalWord } from './goals.ts';
import { IDENTITIES } from './identities.ts';
import { type Outline, outlineFlaw } from './compose.ts';
import { PROTOCOLS } from './protocols.ts';

/** Most answers that are refused before the questions end. */
const MAX_REFUSED = 10;

/** Prints a line and asks for one; null: the input has ended. */
export interface Questioner {
  readonly show: (line: string) => void;
  readonly ask: (prompt: string) => Promise<string | null>;
}

/** A questioner on a terminal. */
export function onTerminal(terminal: Interface, show: (line: string) => void): Questioner {
  const closed = new Promise<null>((resolve) => terminal.once('close', () => resolve(null)));
  return { show, ask: (prompt) => Promise.race([terminal.question(prompt), closed]) };
}

/** A host with a port or a dot, and perhaps a path. */
const HOST = /^[a-z\d-]+(?:\.[\w.-]+(?::\d+)?|:\d+)(?:\/\S*)?$/i;

const URL_PROMPT = "Your WebSocket server, such as ws://127.0.0.1:3000/ws [squall's own]: ";

/**
 * Asks for what the flags do not say.
 *
 * @returns `starter`: squall's own target is meant; null: the input ended, or too many answers were refused
 */
export async function askOutline(given: Partial<Outline>, questioner: Questioner): Promise<Outline | 'starter' | null> {
  const url =
    given.url ?? (await askUntil(URL_PROMPT, (answer) => (answer === '' ? '' : urlOf(answer)), questioner, urlFlaw));
  if (url === null) return null;
  if (url === '') return 'starter';
  const protocol = given.protocol ?? (await choose('What does it speak?', PROTOCOLS, questioner));
  if (protocol === null) return null;
  const identity = given.identity ?? (await choose('Where do tokens come from?', IDENTITIES, questioner));
  if (identity === null) return null;
  const isPossible = (goal: GoalWord): boolean => outlineFlaw(identity, goal) === null;
  const goal = given.goal ?? (await choose('What do you want to see?', GOALS, questioner, isPossible));
  return goal === null ? null : { url, protocol, identity, goal };
}

/**
 * Why a text is no URL of a WebSocket server, with the URL that is meant where it is clear; null: it is one.
 *
 * @example urlFlaw('http://127.0.0.1:3000') // 'a URL that begins with ws:// or wss:// is needed: write ws://127.0.0.1:3000'
 */
export function urlFlaw(text: string): string | null {
  if (urlOf(text) !== null) return null;
  const meant = socketUrl(text);
  return `a URL that begins with ws:// or wss:// is needed${meant === null ? ', such as ws://127.0.0.1:3000/ws' : `: write ${meant}`}`;
}

/** The WebSocket URL for an HTTP URL, or for a host without a scheme; null: there is none. */
function socketUrl(text: string): string | null {
  const written = HOST.test(text)
    ? `ws://${text}`
    : text.replace(/^http(s?):/i, (_, secure: string) => `ws${secure.toLowerCase()}:`);
  return urlOf(written);
}

function urlOf(text: string): string | null {
  if (!/^wss?:\/\/[^\s#]+$/i.test(text)) return null;
  return URL.canParse(text) && new URL(text).username === '' ? text : null;
}

async function choose<Word extends string>(
  question: string,
  choices: Readonly<Record<Word, { readonly label: string }>>,
  questioner: Questioner,
  isPossible: (word: Word) => boolean = () => true,
): Promise<Word | null> {
  const words = Object.keys(choices)
    .filter((word): word is Word => Object.hasOwn(choices, word))
    .filter(isPossible);
  questioner.show(question);
  for (const [index, word] of words.entries())
    questioner.show(`  ${index + 1}  ${word.padEnd(12)} ${choices[word].label}`);
  return askUntil(`1 to ${words.length}, or the word [1]: `, (answer) => wordOf(answer, words), questioner);
}

function wordOf<Word extends string>(answer: string, words: readonly Word[]): Word | null {
  if (answer === '') return words[0] ?? null;
  return words[Number(answer) - 1] ?? words.find((word) => word === answer) ?? null;
}

async function askUntil<T>(
  prompt: string,
  read: (answer: string) => T | null,
  { show, ask }: Questioner,
  flawOf: (answer: string) => string | null = () => null,
): Promise<T | null> {
  for (let refused = 0; refused < MAX_REFUSED; refused++) {
    const answer = await ask(prompt);
    if (answer === null) return null;
    const value = read(answer.trim());
    if (value !== null) return value;
    const flaw = flawOf(answer.trim());
    show(`That is no answer here: ${JSON.stringify(answer.slice(0, 60))}${flaw === null ? '' : `; ${flaw}`}`);
  }
  return null;
}
