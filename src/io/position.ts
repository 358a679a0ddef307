import { AlternantError, describe } from "../errors.js";

/** What is being read and how far reading has come, so that every message can say where. */
export class Position {
  /** The file's name, or what else the input is called in messages. */
  readonly name: string;
  /** The 1-based number of the first line that is not read yet; lines inside quotes and the header count. */
  line = 1;

  constructor(name: string) {
    this.name = name;
  }

  /** A line of the input as messages name it. */
  at(line: number): string {
    return `${this.name}, line ${line}`;
  }

  /** An error about one line. */
  error(message: string, line: number = this.line, options?: ErrorOptions): AlternantError {
    return new AlternantError("invalid-file", `${this.at(line)}: ${message}`, options);
  }

  /** An error about the input as a whole; the message goes on after the name: "is empty". */
  failure(message: string, options?: ErrorOptions): AlternantError {
    return new AlternantError("invalid-file", `${this.name} ${message}`, options);
  }

  /** The error of a line with more or fewer fields than the first one has. */
  ragged(found: number, expected: number, firstLine: number, line: number = this.line): AlternantError {
    return this.error(
      `expected ${counted(expected)} as in line ${firstLine}, but got ${found}; complete or remove the line, or quote a field that holds the delimiter`,
      line,
    );
  }

  /** The error of a field that should be a number. */
  notANumber(what: string, text: string, line: number = this.line): AlternantError {
    const comma = /^\s*-?\d+,\d+\s*$/.test(text) ? "; write the decimal point as a point" : "";
    const header =
      line === 1
        ? "; if the line is a header, say so: header: true"
        : "; correct it, or say by `columns` which column to read";
    return this.error(
      `the ${what} must be a finite number, but is ${describe(text)}${comma === "" ? header : comma}`,
      line,
    );
  }
}

function counted(fields: number): string {
  return fields === 1 ? "1 field" : `${fields} fields`;
}
