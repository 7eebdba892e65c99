import { describe, expect, test } from 'vitest';
import { html, lines, Markup } from './markup.ts';

const EVIL = '"><img src=x onerror=alert(1)>\'&\u001B[31mred\u0000';

describe('markup', () => {
  test('an inserted string stays text, whatever it contains', () => {
    const { text } = html`<p title="${EVIL}">${EVIL}</p>`;
    const shown = '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&apos;&amp;[31mred';
    expect(text).toBe(`<p title="${shown}">${shown}</p>`);
  });

  test('markup in markup stays as it is, alone or many of it, and null is nothing', () => {
    const items = [html`<li>${'<'}</li>`, html`<li>${2}</li>`];
    expect(
      html`<ul>
        ${items}${null}
      </ul>`.text.replaceAll(/\s/g, ''),
    ).toBe('<ul><li>&lt;</li><li>2</li></ul>');
    expect(html`${new Markup('<hr>')}`.text).toBe('<hr>');
  });

  test('lines stay lines, each cleaned by itself', () => {
    expect(lines('a: <b>\n  c: \u001B[0m1\r').text).toBe('a: &lt;b&gt;\n  c: [0m1 ');
  });
});
