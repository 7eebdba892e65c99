import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseScenario } from '../threshold/load-scenario.ts';
import { AT_FIRST, CTRL_C, ENTER, ESCAPE, press, type Ask, type Chosen } from './keys.ts';

const scenario = parseScenario(stringify({ duration: '30s', clients: { count: 10 } }), 's.yaml');

/** The state of the screen in one line. */
function shown({ tab, help, menu, stopping }: Chosen): string {
  return [tab, ...(help ? ['help'] : []), ...(menu ? ['menu'] : []), ...(stopping ? ['stopping'] : [])].join(' ');
}

function asked(ask: Ask): string {
  return ask.kind === 'quit' ? ask.how : ask.text;
}

function pressAll(keys: readonly string[], noFaults: string | null) {
  let chosen = AT_FIRST;
  const asks: string[] = [];
  for (const key of keys) {
    const pressed = press(chosen, key, { scenario, noFaults });
    chosen = pressed.chosen;
    if (pressed.ask !== null) asks.push(asked(pressed.ask));
  }
  return { shown: shown(chosen), asks };
}

const WINDING_DOWN = 'the run is winding down: no fault can be injected any more';
const REFRESH = 'refresh 503 on 100% of clients for 10s';

describe('press', () => {
  it.each<[readonly string[], string, readonly string[]]>([
    [[], 'overview', []],
    [['3'], 'clients', []],
    [['9', 'x', 'up', ENTER, ESCAPE], 'overview', []],
    [['?'], 'overview help', []],
    [['?', '?'], 'overview', []],
    [['?', ESCAPE], 'overview', []],
    [['2', '?', ESCAPE, ESCAPE], 'timings', []],
    [['?', '2'], 'timings', []],
    [['q'], 'overview stopping', ['wind-down']],
    [['q', 'q'], 'overview stopping', ['wind-down']],
    [[CTRL_C], 'overview stopping', ['wind-down']],
    [[CTRL_C, CTRL_C], 'overview stopping', ['wind-down', 'now']],
    [['q', CTRL_C], 'overview stopping', ['wind-down', 'now']],
    [['f'], 'overview menu', []],
    [['4', 'f'], 'events menu', []],
    [['?', 'f'], 'overview menu', []],
    [['f', 'f'], 'overview', []],
    [['f', ESCAPE], 'overview', []],
    [['f', ENTER], 'overview', [REFRESH]],
    [['f', 'down', 'up', ENTER], 'overview', [REFRESH]],
    [['f', 'j', 'j', 'l', 'k', 'l', 'j', 'h', ENTER], 'overview', ['drop 1012 on 50% of clients']],
    // A key that has another use on the screen below has none in the menu.
    [['f', 'q', '2', '?'], 'overview menu', []],
    [['f', 'j', 'j', 'j', 'j', 'j', 'j', ENTER], 'overview menu', []],
    [['f', CTRL_C], 'overview stopping', ['wind-down']],
    [['q', 'f'], 'overview stopping', ['wind-down', WINDING_DOWN]],
  ])('%j: %s', (keys, screen, asks) => {
    expect(pressAll(keys, null)).toEqual({ shown: screen, asks });
  });

  it('says why there is no menu where nothing can be injected', () => {
    expect(pressAll(['f'], 'not in a simulation')).toEqual({ shown: 'overview', asks: ['not in a simulation'] });
  });
});
