type Rename = (found: string, name: string) => string;

/** What the library advises a program to do, and the flag that does it on the command line. */
const FLAGS: readonly (readonly [advice: RegExp, flag: string | Rename])[] = [
  [/there is popular\(\)/g, "there is --popular"],
  [/\b[Tt]he ids it knows are in model\.(?:users|items)\./g, "alternant inspect tells the kind of its ids."],
  [/(^|: )foldIn\b/g, "$1fold-in"],
  [/\bforFoldIn\(\)/g, "fold-in --out"],
  [/\bfoldIn\(ratings\)/g, "alternant fold-in"],
  [/Bring all into memory by await packed\.load\(\)/g, "Train on text in place of packed ratings"],
  [/\{ duplicates: "last" \}/g, "--duplicates last"],
  [/\{ ids: "(string|number)" \}/g, "--ids $1"],
  [/\bheader: (true|false)\b/g, "--header (or --no-header)"],
  [/\bregularization\.users\b/g, "--regularization (or --user-regularization)"],
  [/\bregularization\.items\b/g, "--regularization (or --item-regularization)"],
  [/\bregularization\.biases\b/g, "--bias-regularization"],
  [/^confidence belongs/g, "--alpha (and --confidence, --confidence-offset) belongs"],
  [/^unobservedWeight belongs/g, "--unobserved-weight belongs"],
  [/^zeros belongs/g, "--zeros belongs"],
  [/\bconfidence\.alpha\b/g, "--alpha"],
  [/\bconfidence\.form\b/g, "--confidence"],
  [/\bform: "(linear|log)"/g, "--confidence $1"],
  [/\bconfidence\.offset\b/g, "--confidence-offset"],
  [/^(unobservedWeight|scalingStar|cgSteps|blockSize) must/g, (_, name) => `${kebab(name)} must`],
  [/\bfeedback: "implicit"/g, "--feedback implicit"],
  [/\bzeros: "drop" or "dislike"/g, "--zeros drop or --zeros dislike"],
  [/\bzeros: "drop"/g, "--zeros drop"],
  [/\bsolver: "(\w+)"/g, "--solver $1"],
  [/\bvalidation\.metric\b/g, "--metric"],
  [/\bset factors: (\d+)/g, "set --factors $1"],
  [/^initial must/g, "--initial must"],
  [
    /; give each rating one: \{ user, item, value, timestamp \}/g,
    "; name their column with --timestamp-column",
  ],
  [/\bhalfLife\b/g, "--half-life"],
  [/\bcolumns\.(user|item|value|timestamp)\b/g, "--$1-column"],
  [/\bmemory of (\d+) MiB sorts/g, "--memory $1M sorts"],
  [/What it takes is at least (\d+) MiB/g, "What it takes is --memory $1M at least"],
  [/name another file for the output/g, "name another file with --out"],
  [/exclude: "none"/g, "--include-rated"],
  [/history: "(items|ratings|none)"/g, "--history $1"],
  [/arithmetic: "relaxed"/g, "--arithmetic relaxed"],
  [/precision: "float32"/g, "--precision float32"],
];

/** A message of the library in the words of the command line. */
export function inFlags(message: string): string {
  return FLAGS.reduce(
    (text, [advice, flag]) =>
      typeof flag === "string" ? text.replace(advice, flag) : text.replace(advice, flag),
    message,
  );
}

/** "--cg-steps" of "cgSteps". */
function kebab(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
