/** What the library advises a program to do, and the flag that does it on the command line. */
const FLAGS: readonly (readonly [advice: RegExp, flag: string])[] = [
  [/there is popular\(\)/g, "there is --popular"],
  [/\{ duplicates: "last" \}/g, "--duplicates last"],
  [/\{ ids: "(string|number)" \}/g, "--ids $1"],
  [/\bheader: (true|false)\b/g, "--header (or --no-header)"],
  [/\bregularization\.users\b/g, "--regularization (or --user-regularization)"],
  [/\bregularization\.items\b/g, "--regularization (or --item-regularization)"],
  [/\bregularization\.biases\b/g, "--bias-regularization"],
  [/\bcolumns\.(user|item|value)\b/g, "--$1-column"],
  [/exclude: "none"/g, "--include-rated"],
  [/history: "(items|ratings|none)"/g, "--history $1"],
  [/arithmetic: "relaxed"/g, "--arithmetic relaxed"],
  [/precision: "float32"/g, "--precision float32"],
];

/** A message of the library in the words of the command line. */
export function inFlags(message: string): string {
  return FLAGS.reduce((text, [advice, flag]) => text.replace(advice, flag), message);
}
