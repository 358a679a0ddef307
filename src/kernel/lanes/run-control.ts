const CURSOR = 0;
const STOP = 1;
const FIRST_LANE = 2;
/** Words of each lane: whether it has entered the run, and the ratings that it has worked through. */
const WORDS = 2;

/**
 * What lanes and their host share of one run, in 32-bit words that are only touched by atomics: the next chunk to claim,
 * whether to stop, who has entered. A lane that comes when all is claimed or stopped touches nothing else, so the host
 * waits only for those that have entered: a stop and an entry cross, but one of the two always sees the other.
 */
export class RunControl {
  readonly words: Int32Array<SharedArrayBuffer>;

  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.words = words;
  }

  static create(lanes: number): RunControl {
    return new RunControl(new Int32Array(new SharedArrayBuffer((FIRST_LANE + WORDS * lanes) * 4)));
  }

  /** The next chunk's number, nobody else's; from the number of chunks on there is none left. */
  claim(): number {
    return Atomics.add(this.words, CURSOR, 1);
  }

  /** How often chunks have been claimed. */
  claimed(): number {
    return Atomics.load(this.words, CURSOR);
  }

  /** Whether every one of so many chunks has been claimed. */
  isClaimed(chunks: number): boolean {
    return this.claimed() >= chunks;
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.words, STOP) === 1;
  }

  enter(lane: number): void {
    Atomics.store(this.words, FIRST_LANE + WORDS * lane, 1);
  }

  hasEntered(lane: number): boolean {
    return Atomics.load(this.words, FIRST_LANE + WORDS * lane) === 1;
  }

  /** Counts ratings that a lane has worked through; modulo 2³². */
  count(lane: number, ratings: number): void {
    Atomics.add(this.words, FIRST_LANE + WORDS * lane + 1, ratings);
  }

  /** Ratings that all lanes have worked through. */
  counted(): number {
    let sum = 0;
    for (let at = FIRST_LANE + 1; at < this.words.length; at += WORDS)
      sum += Atomics.load(this.words, at) >>> 0;
    return sum;
  }
}
