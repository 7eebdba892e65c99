import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../metrics/version.ts';
import { CHECKOUT } from './checkout.ts';

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
}

const { services } = parse(readFileSync(join(CHECKOUT, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const dockerfile = readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8');

describe('compose.yaml', () => {
  it('has a coordinator, a Redis, two workers and a target', () => {
    expect(Object.keys(services).toSorted()).toEqual(['coordinator', 'redis', 'target', 'worker-1', 'worker-2']);
  });

  it('uses the image of this version, as Dockerfile names it', () => {
    const images = new Set(Object.values(services).map(({ image }) => image));
    expect(images).toEqual(new Set([`squall:${VERSION}`, 'redis:7.2-alpine']));
    expect(dockerfile).toContain(`docker build -t squall:${VERSION} .`);
  });

  it.each(Object.entries(services))('gives %s its secrets from the environment, and no rights', (_, service) => {
    for (const [name, value] of Object.entries(service.environment)) {
      expect(value).toMatch(new RegExp(`^\\$\\{${name}:\\?.+\\}$`));
    }
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });
});

it('Dockerfile ends as a user that Kubernetes can see is not root', () => {
  expect(dockerfile.match(/^USER (.*)$/gm)).toEqual(['USER 1000:1000']);
});
