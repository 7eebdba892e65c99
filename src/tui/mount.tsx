import { render } from 'ink';
import type { ReadStream, WriteStream } from 'node:tty';
import { App, type AppProps } from './app.tsx';

/** A screen that is being shown. */
export interface Mounted {
  /** draws at once, in full */
  update(props: AppProps): void;
  unmount(): void;
  /** rejects when drawing failed; the screen is unmounted then */
  readonly ended: Promise<unknown>;
}

/** Frames a second at most, key presses included. */
const MOST_FRAMES_PER_SECOND = 20;

export type Mount = typeof mount;

export function mount(stdout: WriteStream, stdin: ReadStream, props: AppProps): Mounted {
  const instance = render(<App {...props} />, {
    stdout,
    stdin,
    // In raw mode ctrl-C is a key; the screen hands it on.
    exitOnCtrlC: false,
    maxFps: MOST_FRAMES_PER_SECOND,
  });
  return {
    update: (next) => instance.rerender(<App {...next} />),
    unmount: () => instance.unmount(),
    ended: instance.waitUntilExit(),
  };
}
