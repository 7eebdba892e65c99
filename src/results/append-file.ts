import { closeSync, openSync, writeSync } from 'node:fs';
import { FolderError, reasonOf } from './folder-error.ts';

/**
 * A file that grows line by line. Each line is written at once, so that a killed process loses none. The first failure,
 * such as a full disk, ends the writing, since lines after a gap would be misleading.
 */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  readonly #onFailure: (path: string, reason: string) => void;
  #open = true;

  /**
   * @param onFailure called once, with the system's message
   * @throws {FolderError} when the file cannot be created
   */
  constructor(path: string, onFailure: (path: string, reason: string) => void) {
    this.path = path;
    this.#onFailure = onFailure;
    try {
      this.#fd = openSync(path, 'a');
    } catch (error) {
      throw FolderError.unwritable(path, error);
    }
  }

  append(line: string): void {
    if (!this.#open) return;
    const bytes = Buffer.from(`${line}\n`);
    try {
      // A write may take only a part of the bytes, above all on a nearly full disk.
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      this.close();
      this.#onFailure(this.path, reasonOf(error));
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      closeSync(this.#fd);
    } catch (error) {
      // A network file system may report only on close that data was lost.
      this.#onFailure(this.path, reasonOf(error));
    }
  }
}
