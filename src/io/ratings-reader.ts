import { type RatingColumnOptions, type RatingLayout, ratingLayout } from "./columns.js";
import { parseDecimal } from "./decimal.js";
import { decodeLines } from "./decode.js";
import { type DialectOptions, dialectOf } from "./dialect.js";
import { createPlainScanner } from "./plain-scan.js";
import type { Position } from "./position.js";
import type { RatingSink } from "./rating-sink.js";
import { type Dialect, RecordReader } from "./records.js";

interface LayoutOptions extends DialectOptions {
  header?: boolean | undefined;
  columns?: RatingColumnOptions | undefined;
}

const NEWLINE = 0x0a;
const QUOTATION_MARK = 0x22;

/**
 * Reads blocks of lines into a sink. The first two records decide what the columns are; after that, blocks without a
 * quotation mark are read from their bytes, and others by papaparse.
 */
export class RatingsReader {
  readonly #options: LayoutOptions;
  readonly #dialect: Dialect;
  readonly #records: RecordReader;
  readonly #sink: RatingSink;
  readonly #position: Position;
  /** Records that wait for the layout. */
  readonly #first: { fields: string[]; line: number }[] = [];
  #layout: RatingLayout | undefined;
  #firstLine = 1;
  #scanPlain: ((block: Uint8Array) => void) | undefined;

  /** @param head the first block, by which the delimiter is guessed */
  constructor(head: Uint8Array, options: LayoutOptions, sink: RatingSink, position: Position) {
    this.#options = options;
    this.#dialect = dialectOf(options, decodeLines(head, position), position);
    this.#records = new RecordReader(this.#dialect, position);
    this.#sink = sink;
    this.#position = position;
  }

  read(block: Uint8Array): void {
    let from = 0;
    // Line by line until the layout is known: a whole block takes long in code that has not warmed up. A record that goes on
    // over lines is read anew with each piece that comes, so it takes the block at once.
    while (this.#layout === undefined && !this.#records.unfinished && from < block.length) {
      const newline = block.indexOf(NEWLINE, from);
      const to = newline < 0 ? block.length : newline + 1;
      this.#parse(block.subarray(from, to));
      from = to;
    }
    const rest = block.subarray(from);
    const quoted = this.#dialect.quotes && rest.includes(QUOTATION_MARK);
    if (this.#scanPlain !== undefined && !quoted && !this.#records.unfinished) this.#scanPlain(rest);
    else this.#parse(rest);
  }

  #parse(lines: Uint8Array): void {
    this.#records.read(decodeLines(lines, this.#position), false, this.#take);
  }

  /** What the last line without a line end holds. */
  end(): void {
    this.#records.read("", true, this.#take);
    if (this.#layout === undefined && this.#first.length > 0) this.#decide();
  }

  readonly #take = (fields: string[]): void => {
    if (this.#layout !== undefined) {
      this.#takeRating(fields, this.#layout);
      return;
    }
    this.#first.push({ fields, line: this.#position.line });
    if (this.#first.length === 2) this.#decide();
  };

  #decide(): void {
    const { columns = {}, header } = this.#options;
    const [first, second] = this.#first;
    const layout = ratingLayout(columns, header, first!.fields, second?.fields, this.#position);
    this.#layout = layout;
    this.#firstLine = first!.line;
    this.#scanPlain = createPlainScanner(
      this.#dialect.delimiter,
      layout,
      this.#sink,
      this.#position,
      first!.line,
    );
    const { line } = this.#position;
    for (const record of layout.header ? this.#first.slice(1) : this.#first) {
      this.#position.line = record.line;
      this.#takeRating(record.fields, layout);
    }
    this.#position.line = line;
  }

  #takeRating(fields: readonly string[], layout: RatingLayout): void {
    const position = this.#position;
    if (fields.length !== layout.fieldCount)
      throw position.ragged(fields.length, layout.fieldCount, this.#firstLine);
    const numberAt = (field: number, what: string): number => {
      const value = parseDecimal(fields[field]!);
      if (Number.isNaN(value)) throw position.notANumber(what, fields[field]!);
      return value;
    };
    const sink = this.#sink;
    sink.take(
      sink.users.numberOf(fields[layout.user]!),
      sink.items.numberOf(fields[layout.item]!),
      layout.value < 0 ? 1 : numberAt(layout.value, "value"),
      layout.weight < 0 ? undefined : numberAt(layout.weight, "weight"),
      layout.timestamp < 0 ? undefined : numberAt(layout.timestamp, "timestamp"),
    );
  }
}
