import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../threshold/load-scenario.ts';
import { askOutline, urlFlaw } from './ask.ts';
import { outlined, type Outline, outlineFlaw } from './compose.ts';
import { GOALS } from './goals.ts';
import { IDENTITIES } from './identities.ts';
import { PROTOCOLS } from './protocols.ts';

const wordsOf = <Word extends string>(choices: Readonly<Record<Word, unknown>>): readonly Word[] =>
  Object.keys(choices).filter((word): word is Word => Object.hasOwn(choices, word));

const COMBINATIONS: readonly Outline[] = wordsOf(PROTOCOLS).flatMap((protocol) =>
  wordsOf(IDENTITIES).flatMap((identity) =>
    wordsOf(GOALS)
      .filter((goal) => outlineFlaw(identity, goal) === null)
      .map((goal) => ({ url: 'ws://127.0.0.1:3000/ws', protocol, identity, goal })),
  ),
);

describe('an outline', () => {
  it.each(COMBINATIONS)('of $protocol, $identity and $goal validates', (outline) => {
    const { scenario, users } = outlined(outline);
    expect(parseScenario(scenario, 'scenario.yaml').target.kind).toBe('url');
    expect(scenario.includes('file: users.csv')).toBe(users !== null);
  });

  it('allows a host that is not this machine, at a low rate', () => {
    const { scenario } = outlined({ ...COMBINATIONS[0]!, url: 'wss://staging.example.com/ws' });
    expect(scenario).toContain('allow: [staging.example.com]');
    expect(parseScenario(scenario, 'scenario.yaml').target).toMatchObject({ maxAttemptsPerSecond: 20 });
  });
});

it('says which goals an identity cannot reach', () => {
  expect(outlineFlaw('mint', 'login')).toMatch(/log in at an identity provider/);
  expect(outlineFlaw('file', 'outage')).toMatch(/tokens that are renewed/);
  expect(outlineFlaw('keycloak', 'login')).toBeNull();
});

/** Asks with these answers, one after the other. */
const asked = async (...answers: readonly (string | null)[]) => {
  const shown: string[] = [];
  const left = [...answers];
  const outline = await askOutline({}, { show: (line) => shown.push(line), ask: async () => left.shift() ?? null });
  return { outline, shown };
};

describe('questions', () => {
  it('are answered by numbers, words, or nothing for the first choice', async () => {
    const { outline } = await asked('ws://127.0.0.1:1/', '3', 'keycloak', '');
    expect(outline).toEqual({ url: 'ws://127.0.0.1:1/', protocol: 'socket.io', identity: 'keycloak', goal: 'deploy' });
  });

  it('are asked again after a wrong answer, and end with the input', async () => {
    const { outline, shown } = await asked('http://x', 'ws://127.0.0.1:1/', 'sockets', null);
    expect(outline).toBeNull();
    expect(shown.filter((line) => line.startsWith('That is no answer'))).toHaveLength(2);
    expect(shown[0]).toBe(
      'That is no answer here: "http://x"; a URL that begins with ws:// or wss:// is needed: write ws://x',
    );
  });

  it('end at once for the target of squall', async () => {
    expect((await asked('')).outline).toBe('starter');
  });

  it.each(['http://x', 'ws://user:secret@x/', 'ws://', 'ws://a b'])('refuse the URL %s', (url) => {
    expect(urlFlaw(url)).toMatch(/ws:\/\//);
  });

  it.each([
    ['http://127.0.0.1:3000/ws', 'ws://127.0.0.1:3000/ws'],
    ['HTTPS://staging.example.com', 'wss://staging.example.com'],
    ['localhost:3000', 'ws://localhost:3000'],
    ['staging.example.com/ws', 'ws://staging.example.com/ws'],
  ])('name the URL that is meant by %s', (given, meant) => {
    expect(urlFlaw(given)).toMatch(new RegExp(`: write ${meant}$`));
    expect(urlFlaw(meant)).toBeNull();
  });

  it.each(['http://user:secret@x/', 'x', 'ftp://x'])('name no URL for %s', (given) => {
    expect(urlFlaw(given)).not.toMatch(/secret|write/);
  });
});
