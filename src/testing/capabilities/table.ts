import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../checkout.ts';
import { ABSENT } from './absent.ts';
import { CAPABILITIES, type Capability } from './capabilities.ts';

/** The end of a test's title that names the cells which the test proves: `[mqtt: client ping, renewal]`. */
const MARK = /\[([a-z][\w.-]*): ([a-z ,]+)\]['"`]/g;
const TESTS = /\.(integration|real|library)\.test\.ts$/;

/** Every cell that the title of a test names, as `PROTOCOL CAPABILITY`. */
export function proven(): ReadonlySet<string> {
  const folder = join(CHECKOUT, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => TESTS.test(file) && !file.includes('node_modules'),
  );
  return new Set(files.flatMap((file) => cellsIn(readFileSync(join(folder, file), 'utf8'))));
}

/** The cells that titles in a source text name. */
export function cellsIn(source: string): readonly string[] {
  return [...source.matchAll(MARK)].flatMap(([, protocol = '', names = '']) =>
    names.split(', ').map((name) => `${protocol} ${name}`),
  );
}

/** The table of README.md: a row a protocol, a column a capability. */
export function capabilityTable(tested: ReadonlySet<string>): string {
  const rows = Object.entries(ABSENT).map(([protocol, absent]) => [
    `\`${protocol}\``,
    ...CAPABILITIES.map((capability) => cell(tested.has(`${protocol} ${capability}`), absent[capability])),
  ]);
  const head = ['protocol', ...CAPABILITIES];
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The list of docs/protocols.md: why a protocol does not have a capability. */
export function absenceList(): string {
  return Object.entries(ABSENT)
    .flatMap(([protocol, absent]) =>
      CAPABILITIES.filter((name) => absent[name] !== undefined).map(
        (name: Capability) => `- \`${protocol}\`, ${name}: ${absent[name]}.`,
      ),
    )
    .join('\n');
}

function cell(isTested: boolean, absent: string | undefined): string {
  if (isTested) return 'tested';
  return absent === undefined ? 'not tested' : 'not in it';
}

/** A Markdown text with the part between a pair of comments replaced. @throws {Error} when there is no such pair */
export function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`no part ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}

/** The Markdown files with parts that are made from the tests, each with its name and its text as it should be. */
export function filesWithParts(): readonly { readonly file: string; readonly text: string; readonly right: string }[] {
  const tested = proven();
  const parts = [
    ['README.md', 'protocols', capabilityTable(tested)],
    ['docs/protocols.md', 'absent', absenceList()],
  ] as const;
  return parts.map(([name, part, made]) => {
    const file = join(CHECKOUT, name);
    const text = readFileSync(file, 'utf8');
    return { file, text, right: withPart(text, part, made) };
  });
}
