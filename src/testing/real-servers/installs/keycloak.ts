import type { Effort, Install } from './install.ts';
import { fromMaven } from './maven.ts';

const VERSION = '26.0.7';

/** Keycloak: SQUALL_KEYCLOAK (a folder or the zip), the cache, or Maven. */
export function keycloak(effort: Effort): Install {
  return fromMaven(
    {
      variable: 'SQUALL_KEYCLOAK',
      group: 'org.keycloak',
      artifact: 'keycloak-quarkus-dist',
      version: VERSION,
      packaging: 'zip',
      classifier: null,
      folder: `keycloak-${VERSION}`,
      file: 'bin/kc.sh',
      megabytes: 150,
    },
    effort,
  );
}
