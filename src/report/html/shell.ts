import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** Content security policy: nothing is loaded and no script runs, whatever text a remote put into the run. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A self-contained page: inline style, no scripts, nothing to load. */
export function pageText(title: string, sections: readonly Markup[], version: string): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${sections}
          <footer>Written by squall ${version}.</footer>
        </main>
      </body>
    </html>`;
  return `${page.text.trimEnd()}\n`;
}
