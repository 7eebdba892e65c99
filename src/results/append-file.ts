import { closeSync, openSync, writeSync } from 'node:fs';
import { FolderError, reasonOf } from './folder-error.ts';

/**
 * A file that only grows, line by line. Every line is handed to the system at once, so that a killed process loses
 * none. The first failure (a full disk) ends the writing for good: lines after a gap would tell a false story.
 */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  readonly #onFailure: (path: string, reason: string) => void;
  #open = true;

  /**
   * @param onFailure called once, with what the system said
   * @throws {FolderError} when the file cannot be made
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
      // A write may take a part of the bytes only, above all when the disk is nearly full.
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
      // A network file system may tell only now that it could not keep what it took.
      this.#onFailure(this.path, reasonOf(error));
    }
  }
}
