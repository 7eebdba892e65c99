import { render } from 'ink';
import type { ReadStream, WriteStream } from 'node:tty';
import { App, type AppProps } from './app.tsx';

/** A mounted screen. */
export interface Mounted {
  /** draws completely at once */
  update(props: AppProps): void;
  unmount(): void;
  /** rejects when drawing failed; the screen is unmounted then */
  readonly ended: Promise<unknown>;
}

/** Maximum frames per second, including those for key presses. */
const MOST_FRAMES_PER_SECOND = 20;

export type Mount = typeof mount;

export function mount(stdout: WriteStream, stdin: ReadStream, props: AppProps): Mounted {
  const instance = render(<App {...props} />, {
    stdout,
    stdin,
    // In raw mode ctrl-C is a key, which the screen handles.
    exitOnCtrlC: false,
    maxFps: MOST_FRAMES_PER_SECOND,
  });
  return {
    update: (next) => instance.rerender(<App {...next} />),
    unmount: () => instance.unmount(),
    ended: instance.waitUntilExit(),
  };
}
