import { basename } from 'node:path';
import { holesOf, readTemplate, templateOf, type Template } from '../core/template/template.ts';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { templatesIn } from '../scenario/templates.ts';
import { PLACES } from './pods.ts';

/** A file that the scenario names, and its key in the Secret of files. */
export interface NamedFile {
  readonly path: string;
  readonly key: string;
}

/** A scenario that can be carried to another machine. */
interface ScenarioForPods {
  /** YAML with every default, which names files by their paths in the coordinator's pod */
  readonly text: string;
  readonly files: readonly NamedFile[];
  /** variables of the environment that its templates name */
  readonly environment: readonly string[];
}

/** Characters that the key of a Secret may not have. */
const NOT_IN_A_KEY = /[^-._a-zA-Z0-9]+/g;

/**
 * Resolves a scenario for the coordinator's pod. Files that it names become keys of a Secret; the file of `users.out` goes
 * to the volume of results, where the next run finds it.
 */
export function scenarioForPods(scenario: Scenario): ScenarioForPods {
  const files: NamedFile[] = [];
  const moved = (path: string): string => {
    const known = files.find((file) => file.path === path);
    const key = known?.key ?? freeKey(path, files);
    if (known === undefined) files.push({ path, key });
    return `${PLACES.files}/${key}`;
  };
  const movedOrNull = (path: string | null): string | null => (path === null ? null : moved(path));
  const movedText = (template: Template | null): Template | null =>
    template === null ? null : templateOf([{ kind: 'text', text: moved(plainText(template)) }]);
  const { target, tokens, users } = scenario;
  const { endpoint } = tokens.source;
  const client = endpoint?.client ?? null;
  const tls = target.kind === 'url' ? target.tls : null;
  const carried: Scenario = {
    ...scenario,
    target:
      target.kind === 'url' && tls !== null
        ? {
            ...target,
            tls: { ...tls, ca: movedOrNull(tls.ca), cert: movedText(tls.cert), key: movedText(tls.key) },
          }
        : target,
    users:
      users?.kind === 'file'
        ? { ...users, file: moved(users.file), out: users.out && `${PLACES.results}/${keyOf(users.out)}` }
        : users,
    tokens: {
      ...tokens,
      keyFile: movedOrNull(tokens.keyFile),
      source:
        endpoint === null || client === null
          ? tokens.source
          : {
              ...tokens.source,
              endpoint: {
                ...endpoint,
                client: {
                  ...client,
                  keyFile: movedOrNull(client.keyFile),
                  cert: movedOrNull(client.cert),
                  key: movedOrNull(client.key),
                },
              },
            },
    },
  };
  return { text: resolvedYaml(carried), files, environment: environmentOf(scenario) };
}

/** Names of the variables that the templates of a scenario need, sorted. */
function environmentOf(scenario: Scenario): readonly string[] {
  const { target } = scenario;
  const url = target.kind === 'url' ? readTemplate(target.url) : null;
  const templates = templatesIn({ ...scenario, target: { ...target, url } });
  const names = [...templates].flatMap(({ template }) =>
    holesOf(template).flatMap((hole) => (hole.kind === 'env' ? [hole.name] : [])),
  );
  return [...new Set(names)].toSorted();
}

/** The text of a template without holes. */
function plainText({ slots }: Template): string {
  return slots.map((slot) => (slot.kind === 'text' ? slot.text : '')).join('');
}

function keyOf(path: string): string {
  return basename(path).replaceAll(NOT_IN_A_KEY, '-');
}

/** The file's name as a key, numbered when another file has it. */
function freeKey(path: string, files: readonly NamedFile[]): string {
  const key = keyOf(path);
  const isTaken = (candidate: string): boolean => files.some((file) => file.key === candidate);
  let free = key;
  for (let n = 2; isTaken(free); n++) free = `${n}-${key}`;
  return free;
}
