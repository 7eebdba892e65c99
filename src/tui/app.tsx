import { Box, Text, useInput, type Key as InkKey } from 'ink';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Fault } from '../core/fault/fault.ts';
import { Body } from './body.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { AT_FIRST, CTRL_C, ENTER, ESCAPE, press, type Ask, type Chosen, type Quit } from './keys.ts';
import { viewOf, type ScreenState } from './view-model.ts';

export interface AppProps extends Omit<ScreenState, keyof Chosen | 'notice'> {
  /** false when the input is no terminal, so that there are no keys */
  readonly hasKeys: boolean;
  /** the reason why no fault can be injected; null if possible */
  readonly noFaults: string | null;
  readonly onQuit: (how: Quit) => void;
  /** begins a fault now; returns the reason if it does not begin, or null */
  readonly onInject: (fault: Fault) => string | null;
}

const NOTICE_MS = 5_000;

/** The whole screen. It reads keys and draws a frame one row lower than the terminal. */
export function App(props: AppProps): ReactNode {
  // Several keys may come before the next frame; each needs the state left by the one before.
  const latest = useRef(AT_FIRST);
  const [chosen, setChosen] = useState(AT_FIRST);
  const [notice, setNotice] = useState<string | null>(null);

  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  useInput(
    (input, key) => {
      setNotice(null);
      for (const name of keysOf(input, key)) {
        const { chosen: next, ask } = press(latest.current, name, props);
        if (ask !== null) setNotice(answer(ask, props));
        latest.current = next;
      }
      setChosen(latest.current);
    },
    { isActive: props.hasKeys },
  );

  const view = viewOf({ ...props, ...chosen, notice });
  if (view.kind === 'too-small') {
    return (
      <Box flexDirection="column">
        {view.lines.map((line) => (
          <Text key={line} wrap="truncate-end">
            {line}
          </Text>
        ))}
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width={view.layout.columns} height={view.layout.rows}>
      <Header header={view.header} />
      <Box flexDirection="column" flexGrow={1}>
        <Body view={view} />
      </Box>
      <Footer tab={view.tab} stopping={view.stopping} inMenu={view.menu !== null} notice={view.notice} />
    </Box>
  );
}

/**
 * The names of the pressed keys. Keys pressed at once arrive as one text, ctrl-C included; a single special key arrives
 * by name.
 */
function keysOf(input: string, key: InkKey): readonly string[] {
  if (key.ctrl) return input === 'c' ? [CTRL_C] : [];
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.return) return [ENTER];
  if (key.escape) return [ESCAPE];
  return Array.from(input);
}

/** Carries out the request of a key and returns the notice to show, or null. */
function answer(ask: Ask, { onQuit, onInject }: AppProps): string | null {
  switch (ask.kind) {
    case 'quit':
      onQuit(ask.how);
      return null;
    case 'inject': {
      const why = onInject(ask.fault);
      return why === null ? `injected: ${ask.text}` : `not injected: ${why}`;
    }
    case 'tell':
      return ask.text;
  }
}
