import type { ValueOf } from '../codec/codec.ts';
import { list, object } from '../codec/object.ts';
import { text, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import type { Advice } from '../policy/advice.ts';
import { MAX_TEMPLATE_CHARS } from '../limits.ts';
import { hasHole } from '../template/template-text.ts';
import { jsonText } from './json-text.ts';
import { pathMatch } from './match.ts';
import type { ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

/** Most rules for errors. */
const MAX_RULES = 20;
const MAX_NAME_CHARS = 200;
const ADVICE: readonly Advice[] = ['retry', 'retry-now', 'refresh', 'login', 'stop'];

/** The text of an operation has no holes: what differs from client to client is a variable. */
const query = () =>
  text({
    maxChars: MAX_TEMPLATE_CHARS,
    pattern: /^[^]*\S[^]*$/,
    right: 'write an operation, such as mutation ($id: ID!) { command(id: $id) }',
  });

const variables = () =>
  jsonText('object', ['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}').describe('its variables; empty: none');

const operationName = () =>
  text({ maxChars: MAX_NAME_CHARS, right: 'write the name of an operation' })
    .orNull()
    .describe('the operation of the text, where it has several');

const subscription = object({
  query: query().describe('the text of the operation, such as subscription { news }'),
  variables: variables().default(''),
  operationName: operationName(),
  ready: word(['sent', 'result'])
    .default('sent')
    .describe('when a client is ready: when it has sent the operation, or with its first result'),
});

const error = object({
  on: pathMatch().describe('an error; paths begin in it: { extensions.code: UNAUTHENTICATED }'),
  then: word(ADVICE).describe("the client's next step"),
});

/** Keys of both protocols of GraphQL over WebSocket. */
export const graphqlKeys = {
  connectionParams: jsonText('object', ['token', 'client', 'user', 'env'], '{"Authorization":"Bearer {token}"}')
    .default('{"Authorization":"Bearer {token}"}')
    .describe('payload of connection_init; empty: none'),
  query: query().default('mutation ($id: ID!) { command(id: $id) }').describe('the operation that is a command'),
  variables: variables().default('{"id":"{id}"}'),
  operationName: operationName(),
  refused: pathMatch()
    .default({})
    .describe('result that refuses a command, besides errors; paths begin in it: { data.command.ok: false }'),
  errors: list(error, { max: MAX_RULES })
    .default([{ on: { 'extensions.code': 'UNAUTHENTICATED' }, then: 'refresh' }])
    .describe('errors of operations that concern the token or the session'),
  subscribe: subscription.orNull().describe('subscription that each connection begins before its commands'),
};

const fields = object(graphqlKeys);

/** What a scenario spells of GraphQL over WebSocket, in either protocol. */
export type GraphqlKeys = ValueOf<typeof fields>;

/** Contradictions between the keys and the rest of the scenario. */
export function graphqlChecks(
  { connectionParams, variables: values }: GraphqlKeys,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    untaken(
      carrier === 'message' && !hasHole(connectionParams, 'token'),
      `${at}.connectionParams`,
      'write the object, with {token} in it, or choose another carrier',
    ),
    unrenewable(renewal, at, 'GraphQL over WebSocket has no renewal in band'),
    unidentified(values, commands, `${at}.variables`),
  ];
}
