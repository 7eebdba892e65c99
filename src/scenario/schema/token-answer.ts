import { oneOf, variant } from '../../core/codec/choice.ts';
import type { ValueOf } from '../../core/codec/codec.ts';
import { list, object } from '../../core/codec/object.ts';
import { count, duration, text, word } from '../../core/codec/scalars.ts';
import { MAX_ANSWER_CODES } from '../limits.ts';

const MAX_PATH_CHARS = 200;
const MAX_CODE_CHARS = 200;
/** Largest error code in numbers. */
const MAX_CODE = 2 ** 31 - 1;

/** A dotted path to a value of a JSON body, such as `data.tokens.0.value`. */
const path = () =>
  text({
    maxChars: MAX_PATH_CHARS,
    pattern: /^[^.\s\p{Cc}]+(?:\.[^.\s\p{Cc}]+)*$/u,
    right: 'write a dotted path, such as data.accessToken',
  });

/** The name of a cookie or header (RFC 9110 section 5.6.2). */
const fieldName = () =>
  text({ maxChars: MAX_PATH_CHARS, pattern: /^[\w!#$%&'*+.^`|~-]+$/, right: 'write letters, digits, and - _ .' });

/** Where an answer has a token: in its JSON body, in a cookie that it sets, or in a header. */
export const tokenPlace = oneOf(
  path().wrap('path').tagged({ kind: 'path' }),
  variant({ kind: 'cookie' }, { cookie: fieldName().as('name').describe('in the cookie of this name') }),
  variant({ kind: 'header' }, { header: fieldName().as('name').describe('in the header of this name') }),
);

export type TokenPlace = ValueOf<typeof tokenPlace>;

/** An HTTP status, or an error code as the answer spells it. */
const code = oneOf(
  count({ min: 0, max: MAX_CODE }).printsWhen((value) => typeof value === 'number'),
  text({ maxChars: MAX_CODE_CHARS, right: 'write an HTTP status or an error code' }),
);

/** What an answer says about its failure. */
const failureKeys = {
  ends: list(code, { max: MAX_ANSWER_CODES })
    .default(['invalid_grant'])
    .describe('statuses and error codes after which the session is over'),
  retry: list(code, { max: MAX_ANSWER_CODES })
    .default([])
    .describe('statuses and error codes that may be tried again, although `ends` has the other of the two'),
  errorAt: path().default('error').describe('where the body of a refusal has its error code'),
  descriptionAt: path().default('error_description').describe('where it has the description'),
};

/** How the answer to a login or refresh is read. */
export const tokenAnswer = object({
  access: tokenPlace
    .default('access_token')
    .describe('where the access token is: a dotted path, { cookie: NAME } or { header: NAME }'),
  refresh: tokenPlace.default('refresh_token').describe('where the next refresh token is, if the answer has one'),
  expiresIn: path().default('expires_in').describe('where the lifetime is, as a number or a numeric string'),
  unit: word(['s', 'ms']).default('s').describe('unit of expiresIn'),
  expiresAt: path()
    .orNull()
    .describe('where the expiry is: ISO 8601, or s or ms since 1970; numbers from 100000000000 on are ms'),
  lifetime: duration({ zero: false })
    .as('lifetimeMs')
    .orNull()
    .describe('lifetime of a token whose expiry neither the answer nor the token says'),
  ...failureKeys,
});

export type TokenAnswerPlan = ValueOf<typeof tokenAnswer>;

/** How the answer to a request for a ticket is read. */
export const ticketAnswer = object({
  ticket: tokenPlace.default('ticket').describe('where the ticket is'),
  errorAt: failureKeys.errorAt,
  descriptionAt: failureKeys.descriptionAt,
});

export type TicketAnswerPlan = ValueOf<typeof ticketAnswer>;
