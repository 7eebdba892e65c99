import type { Advice } from './advice.ts';

const ADVICE: Readonly<Record<string, Advice>> = {
  retry: 'retry',
  'retry-now': 'retry-now',
  refresh: 'refresh',
  login: 'login',
  stop: 'stop',
};

/** The advice in a text that a server sent: a JSON object whose `advice` is one of the words. null: it gave none. */
export function adviceIn(text: string): Advice | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'advice' in value ? adviceOf(value.advice) : null;
  } catch {
    return null;
  }
}

/** A server's word as advice; null when it is none. */
export function adviceOf(word: unknown): Advice | null {
  return typeof word === 'string' && Object.hasOwn(ADVICE, word) ? ADVICE[word]! : null;
}
