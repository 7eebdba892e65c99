#!/usr/bin/env node
import { EXIT } from './cli/terminal/exit-code.ts';
import { isNodeNewEnough, NODE_NEEDED } from './cli/terminal/node-version.ts';
import { shortageOf } from './cli/terminal/shortage.ts';

// Nothing else is imported before the version is known: an older Node cannot even read some of it. An exit code of 1,
// which is what Node itself ends with, would say that a threshold failed.
async function main(argv: readonly string[]): Promise<number> {
  const { node } = process.versions;
  if (!isNodeNewEnough(node)) return refuse(`Node ${node} is too old: squall needs ${NODE_NEEDED} or later`);
  try {
    if (argv.length === 1 && argv[0] === '--version') return (await import('./cli/print-version.ts')).printVersion();
    const { cli } = await import('./cli/cli.ts');
    return await cli(argv);
  } catch (error) {
    const shortage = shortageOf(error);
    if (shortage !== null) return refuse(shortage);
    process.stderr.write(
      `squall: it could not be loaded: ${String(error)}\nIs the installation whole? Install it anew.\n`,
    );
    return EXIT.defect;
  }
}

function refuse(why: string): number {
  process.stderr.write(`squall: ${why}\n`);
  return EXIT.refused;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
