import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { ABSENT } from './capabilities/absent.ts';
import { CHECKOUT } from './checkout.ts';
import { scenariosIn } from './readme-examples.ts';

const page = readFileSync(join(CHECKOUT, 'docs', 'protocols.md'), 'utf8');

it.each(scenariosIn(page))('docs/protocols.md, line $line: the YAML is a scenario', ({ text }) => {
  expect(parseScenario(text, 'protocols.md').durationMs).toBeGreaterThan(0);
});

it.each(Object.keys(ABSENT))('docs/protocols.md has a section on %s', (protocol) => {
  expect(page).toMatch(new RegExp(`^## (.*, )?${protocol.replaceAll('.', '\\.')}(,| |$)`, 'm'));
});
