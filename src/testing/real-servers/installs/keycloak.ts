import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CACHE, carriedOut, versionOf, type Effort, type Install } from './install.ts';

const VERSION = '26.0.7';
const NAME = `keycloak-${VERSION}`;
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const OLDEST_JAVA = 17;
const MINUTES = 10;

/** Keycloak: SQUALL_KEYCLOAK (a folder or the zip), the cache, or the zip in Maven's repository; else Maven downloads its 150 MB. */
export function keycloak(effort: Effort): Install {
  const java = /version "(\d+)/.exec(versionOf('java', '-version') ?? '')?.[1];
  if (java === undefined || Number(java) < OLDEST_JAVA) return { missing: `needs Java ${OLDEST_JAVA} or later` };
  const named = process.env['SQUALL_KEYCLOAK'];
  if (named !== undefined && !existsSync(named)) return { missing: `SQUALL_KEYCLOAK is not there: ${named}` };
  if (named?.endsWith('.zip') === false) return { at: named };
  const unpacked = join(CACHE, NAME);
  if (existsSync(join(unpacked, 'bin', 'kc.sh'))) return { at: unpacked };
  const zip = named ?? zipInRepository();
  if (!existsSync(zip)) {
    if (effort === 'find')
      return {
        missing:
          "no folder or zip in SQUALL_KEYCLOAK or the cache, no zip in Maven's repository; npm run test:real downloads it",
      };
    if (versionOf('mvn', '-version') === null)
      return { missing: 'no zip, and no Maven to download it with: install Maven, or set SQUALL_KEYCLOAK' };
    if (
      !carriedOut('mvn', ['-q', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false'], { minutes: MINUTES })
    )
      return { missing: `Maven could not download ${ARTIFACT}` };
  }
  return unpack(zip, unpacked);
}

function zipInRepository(): string {
  const folder = join(homedir(), '.m2', 'repository', 'org', 'keycloak', 'keycloak-quarkus-dist', VERSION);
  return join(folder, `keycloak-quarkus-dist-${VERSION}.zip`);
}

/** Unpacks beside the place, so that what is there is whole. */
function unpack(zip: string, unpacked: string): Install {
  const beside = join(CACHE, `${NAME}.unpacking`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  const isUnpacked =
    carriedOut('unzip', ['-q', zip, '-d', beside], { minutes: MINUTES }) ||
    carriedOut('jar', ['xf', zip], { minutes: MINUTES, cwd: beside });
  if (!isUnpacked) return { missing: `neither unzip nor jar could unpack ${zip}` };
  renameSync(join(beside, NAME), unpacked);
  rmSync(beside, { recursive: true, force: true });
  return { at: unpacked };
}
