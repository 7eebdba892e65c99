import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { injectionOf, itemsOf, moveMenu, openMenu, placeIn, type Menu, type MenuColumn, type MenuKey } from './menu.ts';

const SCENARIO = parseScenario(stringify({ duration: '30s', clients: { count: 10 } }), 's.yaml');

const KEYS: Readonly<Record<string, MenuKey>> = { '^': 'up', v: 'down', '<': 'left', '>': 'right' };

/** The menu after the given keys. */
function after(keys: string): Menu {
  return Array.from(keys).reduce((menu, key) => moveMenu(menu, KEYS[key]!), openMenu(SCENARIO));
}

function chosenIn(menu: Menu, column: MenuColumn): string | undefined {
  return itemsOf(menu, column)[placeIn(menu, column)]?.text;
}

describe('the menu of faults', () => {
  it.each<[string, string, string | null]>([
    ['begins with the first fault on everyone', '', 'refresh 503 on 100% of clients for 10s'],
    ['goes down to another kind and its first mode', 'vv', 'drop 1012 on 100% of clients'],
    ['goes no further than the first', '^^^', 'refresh 503 on 100% of clients for 10s'],
    ['goes right to the modes', '>v', 'refresh 429 retry-after 5s on 100% of clients for 10s'],
    ['goes right to the shares', '>>v', 'refresh 503 on 50% of clients for 10s'],
    ['goes right to the lengths', '>>>v', 'refresh 503 on 100% of clients for 20s'],
    ['goes no further right than the lengths', '>>>>>^', 'refresh 503 on 100% of clients for 5s'],
    ['goes no further down than the last', '>>>vvvvvvvvv', 'refresh 503 on 100% of clients for 60s'],
    ['comes back from the right', '>>v<<v', 'handshake 503 on 50% of clients for 10s'],
    ['begins with the first mode of the next kind', '>vvv<v', 'handshake 503 on 100% of clients for 10s'],
    ['keeps the share past a kind that has none', '>>v<<vvvvvv^', 'keys rotate'],
    ['and gives it to the next that has one', '>>v<<vvvvvvv', 'gateway crash on 50% of gateways for 10s'],
    ['does not change a share that is none', 'vvvvv>>vv<<^', 'clock +30s on 100% of clients'],
    ['lets a clock be wrong for a while', 'vvvv>>>v', 'clock +30s on 100% of clients for 1s'],
    ['begins with the usual length of a mode that has others', 'vvvvv>vv>>vvv<<v', 'keys unknown-key for 5s'],
    ['has no length for what is not undone', 'vvvvv>vv>>vvv<<^', 'keys rotate-without-overlap'],
    ['has nothing to inject where the run cannot have it', 'vvvvvv', null],
  ])('%s', (_title, keys, text) => {
    expect(injectionOf(after(keys))?.text ?? null).toBe(text);
  });

  it('shows faults that this run does not support, and chooses none by itself', () => {
    const menu = after('vvvvvv');
    expect(chosenIn(menu, 'fault')).toBe('session');
    expect(itemsOf(menu, 'mode').map(({ text, absent }) => `${text} ${absent}`)).toEqual([
      'logout true',
      'compromised false',
      'disabled false',
      'role-removed false',
      'tenant-removed false',
    ]);
    expect(itemsOf(menu, 'fault').some(({ absent }) => absent)).toBe(false);
  });

  it('makes the fault that it names', () => {
    expect(injectionOf(after('vv>vvvvv>vv'))).toEqual({
      text: 'drop reset on 25% of clients',
      fault: {
        kind: 'drop',
        mode: { kind: 'reset' },
        atMs: 0,
        forMs: 0,
        spreadMs: 0,
        repeat: null,
        share: 0.25,
        cohort: null,
        atLeast: 1,
      },
    });
  });
});
