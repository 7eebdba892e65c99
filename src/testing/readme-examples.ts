/** One command line of a README. */
export interface Example {
  /** first line of its block, from 1 */
  readonly line: number;
  readonly command: string;
  readonly exitCode: number;
}

const BLOCK = /^```sh\b(.*)\n([^]*?)^```$/gm;
const EXPECTED_EXIT = /\s+#\s*exit (\d+)\s*$/;

/**
 * The command lines in the `sh` blocks of a Markdown text. A backslash at its end continues a line; a comment `# exit
 * 1` gives the expected exit code instead of 0. A block that opens with `sh no-run` is left out, since it needs a
 * network, a long time or an editor.
 *
 * @throws Error naming the line of a block whose marker is something other than `no-run`
 */
export function examplesIn(markdown: string): readonly Example[] {
  return [...markdown.matchAll(BLOCK)].flatMap((block) => {
    const line = markdown.slice(0, block.index).split('\n').length;
    const [, marker = '', text = ''] = block;
    return doesRun(marker.trim(), line) ? commandsIn(text).map((command) => ({ line, ...expectation(command) })) : [];
  });
}

/** The keys that every scenario has. */
const LEAST = [
  { key: 'duration', text: 'duration: 1m\n' },
  { key: 'clients', text: 'clients: { count: 10 }\n' },
];

/**
 * The YAML blocks of a Markdown text, each a scenario or a part of one; a part is completed with the minimum it needs.
 */
export function scenariosIn(markdown: string): readonly { readonly line: number; readonly text: string }[] {
  return [...markdown.matchAll(/^```yaml\n([^]*?)^```$/gm)].map((block) => {
    const text = block[1] ?? '';
    const line = markdown.slice(0, block.index).split('\n').length;
    const missing = LEAST.filter(({ key }) => !new RegExp(`^${key}:`, 'm').test(text)).map((each) => each.text);
    return { line, text: missing.join('') + text };
  });
}

/** The TypeScript blocks of a Markdown text, each a program that uses the library. */
export function programsIn(markdown: string): readonly string[] {
  return Array.from(markdown.matchAll(/^```ts\n([^]*?)^```$/gm), ([, text = '']) => text);
}

function doesRun(marker: string, line: number): boolean {
  if (marker !== '' && marker !== 'no-run') {
    throw new Error(`line ${line}: "sh ${marker}" is no kind of block; write "sh" or "sh no-run"`);
  }
  return marker === '';
}

function commandsIn(block: string): readonly string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((command) => command.trim())
    .filter((command) => command !== '' && !command.startsWith('#'));
}

function expectation(command: string): { readonly command: string; readonly exitCode: number } {
  return { command: command.replace(EXPECTED_EXIT, ''), exitCode: Number(EXPECTED_EXIT.exec(command)?.[1] ?? 0) };
}
