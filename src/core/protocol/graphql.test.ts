import { describe, expect, it } from 'vitest';
import { graphqlWs } from '../policy/libraries/graphql-ws.ts';
import { ruleFor, usualAdvice } from '../policy/classify.ts';
import { protocol, shapeOf } from './specs.ts';

const USE = { carrier: 'message', renewal: 'reconnect', commands: true, heartbeat: false } as const;
const { closeRules, joins } = shapeOf(protocol.parse('graphql-transport-ws'), USE);

describe('graphql-transport-ws', () => {
  it('ends for good by the close codes that are fatal for graphql-ws, and by no others', () => {
    for (let code = 1000; code < 5000; code++) {
      const isFatal = ruleFor(graphqlWs.policy.rules, code)?.action === 'stop';
      expect([code, usualAdvice(closeRules, code) === 'stop']).toEqual([code, isFatal]);
    }
    expect(usualAdvice(closeRules, 4403)).toBe('refresh');
    expect(joins).toBe(0);
  });

  it.each([
    [{ query: ' ' }, /write an operation/],
    [{ variables: '[]' }, /not an object/],
    [{ variables: '{"token":"{token}"}' }, /no value at this place/],
    [{ subscribe: {} }, /missing — write an operation/],
    [{ errors: [{ on: { message: 'x' }, then: 'again' }] }, /refresh/],
  ])('refuses %j', (keys, message) => {
    expect(() => protocol.parse({ 'graphql-transport-ws': keys })).toThrow(message);
  });
});

describe('subscriptions-transport-ws', () => {
  it('is retried after every close, but for the customary codes of refused tokens', () => {
    expect(shapeOf(protocol.parse('subscriptions-transport-ws'), USE).closeRules).toEqual([]);
  });

  it('gives no connection up later than the library', () => {
    expect(() => protocol.parse({ 'subscriptions-transport-ws': { keepAlive: '31s' } })).toThrow(/30s/);
  });
});
