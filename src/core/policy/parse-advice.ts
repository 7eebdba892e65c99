import type { Advice } from './advice.ts';

const ADVICE: Readonly<Record<string, Advice>> = {
  retry: 'retry',
  'retry-now': 'retry-now',
  refresh: 'refresh',
  login: 'login',
  stop: 'stop',
};

/** Finds the advice in a text from a server: a JSON object whose `advice` is one of the words. null: there is none. */
export function adviceIn(text: string): Advice | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'advice' in value ? adviceOf(value.advice) : null;
  } catch {
    return null;
  }
}

/** Converts a server's word to advice; null: it is none. */
export function adviceOf(word: unknown): Advice | null {
  return typeof word === 'string' && Object.hasOwn(ADVICE, word) ? ADVICE[word]! : null;
}
