import type { TestProject } from 'vitest/node';
import { artemis } from '../src/testing/real-servers/installs/artemis.ts';
import { centrifugo } from '../src/testing/real-servers/installs/centrifugo.ts';
import type { Install } from '../src/testing/real-servers/installs/install.ts';
import { keycloak } from '../src/testing/real-servers/installs/keycloak.ts';
import { mochi } from '../src/testing/real-servers/installs/mochi.ts';
import { nats } from '../src/testing/real-servers/installs/nats.ts';

/** Finds, builds or downloads servers that are not from npm, and says which tests are skipped for want of one. */
export function setup(project: TestProject): () => void {
  const effort = process.env['SQUALL_REAL'] === 'find' ? 'find' : 'install';
  const servers = {
    'ActiveMQ Artemis': artemis(effort),
    Centrifugo: centrifugo(effort),
    Keycloak: keycloak(effort),
    'mochi-mqtt': mochi(effort),
    'nats-server': nats(effort),
  };
  project.provide('artemis', pathOf(servers['ActiveMQ Artemis']));
  project.provide('centrifugo', pathOf(servers.Centrifugo));
  project.provide('keycloak', pathOf(servers.Keycloak));
  project.provide('mochi', pathOf(servers['mochi-mqtt']));
  project.provide('nats', pathOf(servers['nats-server']));
  const lines = Object.entries(servers).map(
    ([name, install]) => `${name}: ${'at' in install ? install.at : `skipped — ${install.missing}`}\n`,
  );
  const say = (): void => void process.stderr.write(lines.join(''));
  say();
  return say;
}

function pathOf(install: Install): string | null {
  return 'at' in install ? install.at : null;
}
