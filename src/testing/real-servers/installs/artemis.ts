import type { Effort, Install } from './install.ts';
import { fromMaven } from './maven.ts';

const VERSION = '2.40.0';

/** ActiveMQ Artemis: SQUALL_ARTEMIS (a folder or the archive), the cache, or Maven. */
export function artemis(effort: Effort): Install {
  return fromMaven(
    {
      variable: 'SQUALL_ARTEMIS',
      group: 'org.apache.activemq',
      artifact: 'apache-artemis',
      version: VERSION,
      packaging: 'tar.gz',
      classifier: 'bin',
      folder: `apache-artemis-${VERSION}`,
      file: 'bin/artemis',
      megabytes: 46,
    },
    effort,
  );
}
