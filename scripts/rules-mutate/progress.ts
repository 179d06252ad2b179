const EVERY_MS = 10_000;

/** Says now and then how far it is: on a terminal in one line, which is written over. */
export class Progress {
  readonly #total: number;
  readonly #terminal = process.stdout.isTTY;
  readonly #started = Date.now();
  #saidAt = Date.now();
  #done = 0;
  #survived = 0;

  constructor(total: number) {
    this.#total = total;
  }

  step(hasSurvived: boolean): void {
    this.#done++;
    if (hasSurvived) this.#survived++;
    if (!this.#terminal && Date.now() - this.#saidAt < EVERY_MS && this.#done < this.#total) return;
    this.#saidAt = Date.now();
    const line = `${this.#done} of ${this.#total} mutants, ${this.#survived} not noticed (${this.#minutes()})`;
    if (this.#terminal) process.stdout.write(`\r${line}`);
    else console.log(line);
    if (this.#terminal && this.#done === this.#total) process.stdout.write('\n');
  }

  #minutes(): string {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
