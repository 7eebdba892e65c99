import { Codec } from '../../../core/codec/codec.ts';
import { refusal, Rejection } from '../../../core/codec/reject.ts';
import { text } from '../../../core/codec/scalars.ts';
import type { HoleKind, Template } from '../../../core/template/template.ts';
import { MAX_TEMPLATE_CHARS } from '../../../core/limits.ts';
import { templateText } from '../../../core/template/template-text.ts';
import { environmentText, tokenEndpoint, type TokenEndpointPlan } from '../token-endpoint.ts';

/**
 * A short form of an endpoint. It reads as the endpoint that `spell` makes of its keys, and a resolved scenario has that
 * endpoint spelled out.
 *
 * @param spell the endpoint as a scenario spells it
 */
export function preset<T>(keys: Codec<T>, spell: (value: T) => object): Codec<TokenEndpointPlan | undefined> {
  const read = (input: unknown): TokenEndpointPlan | Rejection => {
    const value = keys.read(input);
    if (value instanceof Rejection) return value;
    const endpoint = tokenEndpoint.read(spell(value));
    if (!(endpoint instanceof Rejection)) return endpoint;
    return refusal(endpoint.findings.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  };
  return new Codec<TokenEndpointPlan>(
    { ...keys.parts, read, print, prints: () => false, wordKey: 'endpoint' },
    undefined,
  ).optional();
}

function print(): never {
  throw new TypeError('a preset is printed as the endpoint that it stands for');
}

const HOLES: readonly HoleKind[] = ['client', 'user', 'env'];

/** Text with holes, as a preset puts it into a request. */
export const userText = (example: string): Codec<Template> =>
  templateText({ holes: HOLES, maxChars: MAX_TEMPLATE_CHARS, example });

/** Name and password of a user. A password that is written out is refused where it is put into a request. */
export const userKeys = (name: string) => ({
  username: userText(name).default(name).describe('as whom a client logs in'),
  password: userText('{user.password}')
    .default('{user.password}')
    .describe('its password: a column of users, or a variable such as {env.PASSWORD}'),
});

/** The application of a preset: its client_id, and its secret where it has one. */
export const clientKeys = {
  clientId: templateText({ holes: ['env'], maxChars: MAX_TEMPLATE_CHARS, example: 'web' }).describe('client_id'),
  clientSecret: environmentText.orNull().describe('client_secret, from the environment'),
};

/** A scope, an audience or the like, which is sent as it is. */
export const plainText = () => text({ maxChars: 1000, pattern: /^\P{Cc}+$/u, right: 'write text' });

/** A mapping without the keys that are null. */
export function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The URL without a slash at its end. */
export function base(url: string): string {
  return url.replace(/\/+$/, '');
}
