import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema, scenarioJsonSchemaText } from './json-schema.ts';
import { loadScenario, parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';

const root = new URL('../../', import.meta.url);
const scenarios = readdirSync(new URL('scenarios/', root)).filter((file) => file.endsWith('.yaml'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(scenarioJsonSchema());

function accepts(text: string): boolean {
  return validate(parse(text));
}

describe('the JSON Schema', () => {
  it('is the one in fixtures/; if not, run `npm run schema`', () => {
    expect(readFileSync(new URL('fixtures/scenario.schema.json', root), 'utf8')).toBe(scenarioJsonSchemaText());
  });

  it.each(scenarios)('accepts %s, as written and resolved', (file) => {
    const text = readFileSync(new URL(`scenarios/${file}`, root), 'utf8');
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true);
    expect(accepts(resolvedYaml(loadScenario(`scenarios/${file}`))), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    'duration: 30s',
    'duration: 30\nclients: { count: 1 }',
    'duration: 10 sec\nclients: { count: 1 }',
    'duration: 30s\nclients: { cuont: 1 }',
    'duration: 30s\nclients: { count: 0 }',
    'duration: 30s\nclients: { count: 1, backoff: socket.io }',
    'duration: 30s\nclients: { count: 1, backoff: { jiter: full } }',
    'duration: 30s\nclients: { count: 1, closeCodes: { refusd: stop } }',
    'duration: 30s\nclients: { count: 1 }\ntarget: { embedded: {}, url: "ws://x" }',
    'duration: 30s\nclients: { count: 1 }\nfaults: [{ at: 1s, for: 1s, drop: reset }]',
    'duration: 30s\nclients: { count: 1 }\nthresholds: [{ abort: true }]',
    'duration: 30s\nclients: { count: 1 }\ntokens: { refresh: { lead: 20 } }',
    'duration: 30s\nclients: { count: 1 }\nmodel: 5',
    'duration: 30s\nclients: { count: 1 }\nmodel: { gateways: 0 }',
    'duration: 30s\nclients: { count: 1 }\nmodel: { latency: { mean: 5ms } }',
  ])('refuses %j, as the validator does', (text) => {
    expect(accepts(text)).toBe(false);
    expect(() => parseScenario(text, 's.yaml')).toThrow('s.yaml');
  });

  it.each(['calibrated.yaml', '{ file: calibrated.yaml, gateways: 4 }'])('accepts a model in a file: %s', (model) => {
    expect(accepts(`duration: 30s\nclients: { count: 1 }\nmodel: ${model}`)).toBe(true);
  });

  it('describes every key, and gives every default that it can', () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries('properties' in node ? (node.properties as object) : {})) {
        if (typeof (value as { description?: unknown }).description !== 'string') undescribed.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(node)) visit(value, key === 'properties' ? path : `${path}.${key}`);
    };
    visit(scenarioJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
