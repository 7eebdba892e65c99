import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKOUT, runTool } from './checkout.ts';

/** The files that decide how strict lint and compiler are. */
const RULES = ['package.json', 'tsconfig.json', '.oxlintrc.json', 'src/core/tsconfig.json'] as const;

/** One complaint of the linter. */
export interface Finding {
  /** relative to the sample's root, as `src/core/clock.ts` */
  readonly file: string;
  /** counted from 1 */
  readonly line: number;
  /** as `eslint(no-console)` */
  readonly rule: string;
}

/** A throwaway house under the rules of the real one, in a temporary folder, for code that breaks them. */
export class SampleHouse {
  readonly root = mkdtempSync(join(tmpdir(), 'squall-house-'));

  /** `files`: text by path, as `src/core/clock.ts`. */
  constructor(files: Readonly<Record<string, string>>) {
    for (const rule of RULES) cpSync(join(CHECKOUT, rule), join(this.root, rule));
    // Without the packages, an import of one would fail for the wrong reason.
    symlinkSync(join(CHECKOUT, 'node_modules'), join(this.root, 'node_modules'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  lint(): readonly Finding[] {
    const output = runTool('oxlint', ['--type-aware', '--format', 'json', 'src'], this.root);
    return parseDiagnostics(output).map((each) => ({
      file: each.filename,
      line: each.labels[0]?.span.line ?? 0,
      rule: each.code,
    }));
  }

  /** tsc's complaints about `src/core`, one a line. */
  compileCore(): readonly string[] {
    return runTool('tsc', ['-p', 'src/core', '--pretty', 'false'], this.root)
      .split('\n')
      .filter((line) => line.includes('error TS'));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

function parseDiagnostics(output: string): readonly Diagnostic[] {
  const report = JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] };
  return report.diagnostics;
}
