/** A scraped exposition: the type of each family, and the value of each sample by its name with labels. */
export interface Scraped {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: ReadonlyMap<string, number>;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
  info: ['_info'],
};

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/;

/**
 * Reads an exposition by the rules of OpenMetrics 1.0: metadata stands before samples, each family comes once and in one
 * piece, suffixes fit the type, names end in their unit, no sample comes twice, buckets rise to +Inf and to the count,
 * and the text ends in `# EOF`.
 *
 * @throws for the first rule that is broken
 */
export function scrape(text: string): Scraped {
  if (!text.endsWith('\n# EOF\n')) throw new Error('it does not end in # EOF');
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  let family = '';
  for (const line of text.slice(0, -'# EOF\n'.length).trimEnd().split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      if (types.has(name)) throw new Error(`${name} comes twice`);
      if (SUFFIXES[rest] === undefined) throw new Error(`unknown type ${rest}`);
      types.set(name, rest);
      family = name;
    } else if (kind !== undefined) {
      if (name !== family) throw new Error(`${kind} of ${name} within ${family}`);
      if (kind === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error(`${name} does not end in its unit, ${rest}`);
    } else addSample(line, family, types.get(family) ?? '', samples);
  }
  for (const [name, type] of types) if (type === 'histogram') checkBuckets(name, samples);
  return { types, samples };
}

function addSample(line: string, family: string, type: string, samples: Map<string, number>): void {
  const [, name = '', labels = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  if (!(SUFFIXES[type] ?? []).some((suffix) => name === family + suffix)) throw new Error(`${name} within ${family}`);
  const value = number === '+Inf' ? Infinity : Number(number);
  if (Number.isNaN(value) && number !== 'NaN') throw new Error(`no number: ${line}`);
  if (type === 'counter' && !(value >= 0)) throw new Error(`a counter below 0: ${line}`);
  if (samples.has(name + labels)) throw new Error(`${name}${labels} comes twice`);
  samples.set(name + labels, value);
}

function checkBuckets(name: string, samples: ReadonlyMap<string, number>): void {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket{`)).map(([, value]) => value);
  const count = samples.get(`${name}_count`);
  if (buckets.some((value, i) => i > 0 && value < buckets[i - 1]!)) throw new Error(`${name}: buckets that fall`);
  if (!samples.has(`${name}_bucket{le="+Inf"}`)) throw new Error(`${name}: no bucket to +Inf`);
  if (buckets.at(-1) !== count) throw new Error(`${name}: ${buckets.at(-1)} in buckets, ${count} counted`);
}
