import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CACHE, carriedOut, versionOf, type Effort, type Install } from './install.ts';

/** An archive of Java programs in Maven's central repository. */
export interface Distribution {
  /** variable of the environment that names a folder or the archive */
  readonly variable: string;
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly packaging: 'zip' | 'tar.gz';
  /** null: the artifact has none */
  readonly classifier: string | null;
  /** the archive's only folder */
  readonly folder: string;
  /** a file in it, without which it is not whole */
  readonly file: string;
  readonly megabytes: number;
}

const OLDEST_JAVA = 17;
const MINUTES = 10;

/** A distribution: its variable, the cache, or the archive in Maven's repository; else Maven downloads it. */
export function fromMaven(distribution: Distribution, effort: Effort): Install {
  const { variable, folder, file, megabytes } = distribution;
  const java = /version "(\d+)/.exec(versionOf('java', '-version') ?? '')?.[1];
  if (java === undefined || Number(java) < OLDEST_JAVA) return { missing: `needs Java ${OLDEST_JAVA} or later` };
  const named = process.env[variable];
  if (named !== undefined && !existsSync(named)) return { missing: `${variable} is not there: ${named}` };
  if (named?.endsWith(`.${distribution.packaging}`) === false) return { at: named };
  const unpacked = join(CACHE, folder);
  if (existsSync(join(unpacked, file))) return { at: unpacked };
  const archive = named ?? inRepository(distribution);
  if (existsSync(archive)) return unpack(distribution, archive, unpacked);
  if (effort === 'find')
    return {
      missing: `no folder or archive in ${variable} or the cache, none in Maven's repository; npm run test:real downloads its ${megabytes} MB`,
    };
  if (versionOf('mvn', '-version') === null)
    return { missing: `no archive, and no Maven to download it with: install Maven, or set ${variable}` };
  const { group, artifact, version, packaging, classifier } = distribution;
  const name = [group, artifact, version, packaging, ...(classifier === null ? [] : [classifier])].join(':');
  return carriedOut('mvn', ['-q', 'dependency:get', `-Dartifact=${name}`, '-Dtransitive=false'], { minutes: MINUTES })
    ? unpack(distribution, archive, unpacked)
    : { missing: `Maven could not download ${name}` };
}

function inRepository({ group, artifact, version, packaging, classifier }: Distribution): string {
  const folder = join(homedir(), '.m2', 'repository', ...group.split('.'), artifact, version);
  return join(folder, `${artifact}-${version}${classifier === null ? '' : `-${classifier}`}.${packaging}`);
}

/** Unpacks beside the place, so that what is there is whole. */
function unpack({ folder, packaging }: Distribution, archive: string, unpacked: string): Install {
  const beside = join(CACHE, `${folder}.unpacking`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  const isUnpacked =
    packaging === 'tar.gz'
      ? carriedOut('tar', ['xzf', archive, '-C', beside], { minutes: MINUTES })
      : carriedOut('unzip', ['-q', archive, '-d', beside], { minutes: MINUTES }) ||
        carriedOut('jar', ['xf', archive], { minutes: MINUTES, cwd: beside });
  if (!isUnpacked) return { missing: `${archive} could not be unpacked` };
  renameSync(join(beside, folder), unpacked);
  rmSync(beside, { recursive: true, force: true });
  return { at: unpacked };
}
