/** Allowed attributes (required ones first) and children of an element, in this order if `ordered`. */
interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
}

const PROBLEM: Rule = { required: [], optional: ['type', 'message'], children: [] };
const TEXT: Rule = { required: [], optional: [], children: [] };

/**
 * The rules of junit-10.xsd (Jenkins' xUnit plugin) with the stricter ones of the schema of Ant's JUnit task: suites have
 * a package, an id, a host and a time without zone; properties, test cases and output come in this order; a test case
 * has at most one failure, error or skip.
 */
const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { required: [], optional: [], children: ['testsuite'] },
  testsuite: {
    required: ['name', 'package', 'id', 'timestamp', 'hostname', 'tests', 'failures', 'errors', 'time'],
    optional: ['skipped'],
    children: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { required: [], optional: [], children: ['property'] },
  property: { required: ['name', 'value'], optional: [], children: [] },
  testcase: { required: ['name', 'classname', 'time'], optional: [], children: ['skipped', 'error', 'failure'] },
  skipped: TEXT,
  error: PROBLEM,
  failure: PROBLEM,
  'system-out': TEXT,
  'system-err': TEXT,
};

interface Open {
  readonly name: string;
  readonly children: string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly cases: string[];
}

const TOKEN = /<\?xml[^>]*\?>|<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;

/** The problems of a JUnit file; empty for a well-formed one that keeps the rules. */
export function checkJunit(xml: string): readonly string[] {
  const wrong: string[] = [];
  const stack: Open[] = [];
  let end = 0;
  for (const match of xml.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [, closing, name, attributes = '', empty, text] = match;
    if (text !== undefined && /&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) wrong.push(`a bare & in ${text}`);
    if (name === undefined) continue;
    if (closing === '/') {
      const opened = stack.pop();
      if (opened?.name !== name) wrong.push(`</${name}> closes <${opened?.name}>`);
      else wrong.push(...finished(opened));
      continue;
    }
    const parent = stack.at(-1);
    parent?.children.push(name);
    const element: Open = { name, children: [], attributes: read(attributes), cases: [] };
    wrong.push(...begun(element, parent));
    for (const open of stack) if (name === 'error' || name === 'failure' || name === 'testcase') open.cases.push(name);
    if (empty === '/') wrong.push(...finished(element));
    else stack.push(element);
  }
  if (end !== xml.length) wrong.push(`no XML from ${xml.slice(end, end + 40)}`);
  if (stack.length > 0) wrong.push(`${stack.length} elements are not closed`);
  return wrong;
}

function read(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(text.matchAll(/([a-z]+)="([^"]*)"/g), ([, name = '', value = '']) => [name, value]),
  );
}

function begun({ name, attributes }: Open, parent: Open | undefined): readonly string[] {
  const rule = RULES[name];
  if (rule === undefined) return [`unknown element ${name}`];
  const allowed = parent === undefined ? name === 'testsuites' : RULES[parent.name]?.children.includes(name);
  const names = Object.keys(attributes);
  return [
    ...(allowed === true ? [] : [`${name} in ${parent?.name ?? 'nothing'}`]),
    ...rule.required.filter((each) => !names.includes(each)).map((each) => `${name} lacks ${each}`),
    ...names
      .filter((each) => ![...rule.required, ...rule.optional].includes(each))
      .map((each) => `${name} has ${each}`),
    ...('time' in attributes && !/^\d+\.\d{3}$/.test(attributes['time'] ?? '') ? [`${name} has a bad time`] : []),
    ...('timestamp' in attributes && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(attributes['timestamp'] ?? '')
      ? [`${name} has a bad timestamp`]
      : []),
  ];
}

function finished({ name, children, attributes, cases }: Open): readonly string[] {
  const order = RULES[name]?.children ?? [];
  const places = children.map((child) => order.indexOf(child));
  const counted = { tests: 'testcase', failures: 'failure', errors: 'error' } as const;
  return [
    ...(places.every((place, i) => i === 0 || place >= places[i - 1]!) ? [] : [`${name} is out of order`]),
    ...(name === 'testcase' && children.length > 1 ? ['a test case with two mishaps'] : []),
    ...Object.entries(counted)
      .filter(([attribute]) => name === 'testsuite' && attribute in attributes)
      .filter(([attribute, child]) => Number(attributes[attribute]) !== cases.filter((each) => each === child).length)
      .map(([attribute]) => `${attribute} does not count`),
  ];
}
