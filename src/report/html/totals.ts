import type { LedgerTotals } from '../../metrics/measurements.ts';
import type { Summary } from '../../results/summary.ts';
import type { CurveViews } from '../both-views.ts';
import { NOTHING, timeText } from '../format.ts';
import type { Entry } from '../text/conditions.ts';
import { stormSentences } from '../text/storms.ts';
import { countEntries, generatorParts, missesText, safetyEntries, spanText } from '../text/totals.ts';
import { closeUps } from './close-ups.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';
import { list } from './verdict.ts';

/** Maximum number of storms shown; the rest is folded. */
const STORMS_SHOWN = 8;

export function stormSection(summary: Summary, views: CurveViews): Markup {
  const count = summary.storms.length;
  const sentences = stormSentences(summary);
  const more = sentences.slice(STORMS_SHOWN);
  const rest =
    more.length === 0
      ? null
      : html`<details>
          <summary>and ${more.length} more</summary>
          ${list(more)}
        </details>`;
  return html`<section>
    <h2>${count === 0 ? 'No storm' : count === 1 ? '1 storm' : `${count} storms`}</h2>
    ${sentences.slice(0, STORMS_SHOWN).map((sentence) => html`<p>${sentence}</p>`)}${rest}${closeUps(summary, views)}
  </section> `;
}

export function countSection(summary: Summary): Markup {
  return html`<section>
    <h2>Totals</h2>
    ${definitions([...countEntries(summary), ...safetyEntries(summary)])}
  </section> `;
}

/** Outcomes of all commands with reasons; null when none was sent. */
export function ledgerSection({ commands }: Summary, ledger: LedgerTotals): Markup | null {
  if (commands.due === 0) return null;
  const { duplicatedBy } = commands;
  const rows: readonly (readonly [string, string, number | string])[] = [
    ['due', 'commands that came due: sent, never sent or waiting', commands.due],
    ['never sent', 'no connection as they came due, and none is sent later', commands.skipped],
    ['waiting', 'for a connection when the run ended', commands.waiting],
    ['sent', 'commands, by id, sent at least once', commands.sent],
    ['acknowledged', 'the client received an acknowledgement', commands.acknowledged],
    ['lost', 'given up by the client, and without effect', known(commands.lost)],
    ['unexpected', 'given up by the client, but it had an effect', known(commands.unexpected)],
    ['duplicated', 'effects beyond the first', known(commands.duplicated)],
    ['– by resending', 'sent again after a reconnect, and carried out again', known(duplicatedBy?.resend ?? null)],
    ['– otherwise', 'carried out again without being sent again', known(duplicatedBy?.other ?? null)],
    ['given up', 'no acknowledgement came in time', ledger.gaveUp],
    ...(commands.unknown === 0
      ? []
      : [
          [
            'unknown',
            'of unknown clients, and without an outcome when these were last heard of',
            commands.unknown,
          ] as const,
        ]),
    ['in flight', 'neither acknowledged nor given up when the run ended', ledger.inFlight],
  ];
  return html`<section>
    <h2>The ledger</h2>
    ${table('What became of the commands; – where only the target could know, and it did not say', ['', 'meaning', 'count'], rows, 1)}
  </section> `;
}

function known(n: number | null): number | string {
  return n ?? NOTHING;
}

/** The table of faults, each with its number above the curves. */
export function faultSection({ faults, durationMs }: Summary): Markup | null {
  if (faults.length === 0) return null;
  const rows = faults.map((fault, index) => {
    const { label, atMs, injected, planned, hit, missed } = fault;
    const when = `${timeText(atMs)}${spanText(fault)}${injected ? ', by hand' : ''}`;
    const outcome = atMs > durationMs ? 'not reached' : `${hit} of ${planned}${missesText(missed)}`;
    return [String(index + 1), label, when, outcome];
  });
  return html`<section>
    <h2>Faults</h2>
    ${table('What was planned, and whom it hit', ['', 'fault', 'at', 'hit'], rows)}
  </section> `;
}

/** Health of the load generator; null for a simulation. */
export function generatorSection({ generator, world }: Summary): Markup | null {
  if (world === 'sim') return null;
  const word = generator.saturated
    ? html`<p class="bad word">✗ SATURATED: ${lateText(generator)}</p>`
    : html`<p class="good">✓ Within its limits</p>`;
  return html`<section>
    <h2>The load generator</h2>
    ${word}${list(generator.reasons)}${list(generatorParts(generator))}
  </section> `;
}

/** What a saturated generator means for the figures. */
function lateText({ unbounded }: Summary['generator']): string {
  return unbounded
    ? 'the numbers say more about this machine than about the target.'
    : 'the verdict was held against it; where it makes a visible difference, figures stand with squall’s own lateness and without it.';
}

function definitions(entries: readonly Entry[]): Markup {
  return html`<dl>
    ${entries.map(
      ([term, parts]) =>
        html`<dt>${term}</dt>
          <dd>${parts.join(', ')}</dd>`,
    )}
  </dl> `;
}
