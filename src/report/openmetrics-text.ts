import { clean } from './clean.ts';

/** Maximum length of a label value, in characters. */
const LABEL_CHARS = 100;

export type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [suffix: string, labels: Labels, value: number];

/** A metric family of the OpenMetrics text format, version 1.0: metadata, then samples. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly unit?: 'seconds' | 'bytes';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export function counter(name: string, help: string, samples: readonly (readonly [Labels, number])[]): Family {
  return { name, type: 'counter', help, samples: samples.map(([labels, value]) => ['_total', labels, value]) };
}

export function gauge(name: string, help: string, samples: readonly (readonly [Labels, number])[]): Family {
  return { name, type: 'gauge', help, samples: samples.map(([labels, value]) => ['', labels, value]) };
}

/** The complete exposition, including `# EOF`. */
export function exposition(families: readonly Family[]): string {
  return `${[...families.flatMap(familyLines), '# EOF'].join('\n')}\n`;
}

function familyLines({ name, type, unit, help, samples }: Family): readonly string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(([suffix, labels, value]) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}`),
  ];
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Labels of a sample, cleaned as for a terminal and then escaped, since a label may quote a remote. */
function escaped(text: string): string {
  return clean(text, LABEL_CHARS).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
