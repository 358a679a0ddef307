import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { alternant, succeed, temporaryFolder } from "./run.js";

const COMMANDS = [
  "train",
  "svd",
  "evaluate",
  "predict",
  "recommend",
  "similar",
  "inspect",
  "explain",
  "fold-in",
  "pack",
  "synthesize",
  "tour",
];
const folder = temporaryFolder();

beforeAll(async () => {
  writeFileSync(join(folder, "r.csv"), "user,item,value\nann,x,5\nann,y,3\nbob,x,4\nbob,z,2\n");
  mkdirSync(join(folder, "directory"));
  await succeed(folder, ["train", "r.csv", "--factors", "2", "--epochs", "2"]);
});

describe.concurrent("help", () => {
  it("lists every command, the exit codes and an example", async () => {
    const text = await succeed(folder, ["--help"]);
    for (const command of COMMANDS) expect(text).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(text).toMatch(/^Example:\n {2}\$ alternant train /m);
    expect(text).toContain("Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.");
  });

  it.each(COMMANDS)("of %s has its usage, every option with its meaning, and an example", async (command) => {
    const text = await succeed(folder, [command, "--help"]);
    expect(text).toMatch(new RegExp(`^Usage: alternant ${command} `));
    expect(text).toMatch(new RegExp(`^Examples?:\n(?:  \\$ .*alternant ${command} ?.*\n)+`, "m"));
    for (const [line] of text.matchAll(/^ {2}-.*$/gm))
      expect(line).toMatch(/^ {2}(-h, )?--\S+( <\S+>)? {2,}\S|^ {2}\S.*>$/);
  });

  it("and the version", async () => {
    expect(await succeed(folder, ["--version"])).toBe(`${manifest.version}\n`);
  });
});

describe.concurrent("wrong usage ends with 2 and the usage line", () => {
  const usage = (command: string) =>
    new RegExp(`^Usage: alternant ${command} .*\nalternant ${command} --help tells more\\.$`, "m");

  it.each<[args: string[], message: RegExp, input?: string]>([
    [["train"], /^alternant: missing required argument 'file'$/m],
    [["train", "r.csv", "s.csv"], /^alternant: too many arguments/m],
    [
      ["train", "r.csv", "--factor", "8"],
      /^alternant: unknown option '--factor'\n\(Did you mean --factors\?\)$/m,
    ],
    [["train", "r.csv", "--factors"], /^alternant: option '--factors <k>' argument missing$/m],
    [
      ["train", "r.csv", "--factors", "many"],
      /'--factors <k>' argument 'many' is invalid\. It must be a number\.$/m,
    ],
    [["train", "r.csv", "--factors", "0"], /^alternant: factors must be an integer from 1 to 2048, not 0$/m],
    [["train", "r.csv", "--factors", "2049"], /factors must be an integer from 1 to 2048, not 2049$/m],
    [["train", "r.csv", "--factors", "1.5"], /factors must be an integer from 1 to 2048, not 1\.5$/m],
    [["train", "r.csv", "--threads", "0"], /^alternant: threads must be an integer from 1 to 256, not 0$/m],
    [["train", "r.csv", "--threads", "257"], /threads must be an integer from 1 to 256, not 257$/m],
    [["train", "r.csv", "--threads", "1.5"], /threads must be an integer from 1 to 256, not 1\.5$/m],
    [["train", "r.csv", "--epochs", "0"], /^alternant: epochs must be an integer from 1 to 10000, not 0$/m],
    [["train", "r.csv", "--regularization", "-1"], /^alternant: .*regularization.* at least 0 .*not -1$/m],
    [
      ["train", "r.csv", "--test", "2"],
      /^alternant: --test must be a finite number above 0 and below 1, not 2$/m,
    ],
    [["train", "r.csv", "--test", "0"], /^alternant: --test must be/m],
    [
      ["train", "r.csv", "--scaling", "some"],
      /^alternant: --scaling must be a number, none or count, not "some"$/m,
    ],
    [["train", "r.csv", "--scaling", "-1"], /^alternant: scaling must be/m],
    [
      ["train", "r.csv", "--biases", "some"],
      /'--biases <mode>' argument 'some' is invalid\. Allowed choices are full, mean, none\.$/m,
    ],
    [["train", "r.csv", "--feedback", "some"], /Allowed choices are explicit, implicit\.$/m],
    [
      ["train", "r.csv", "--alpha", "3"],
      /^alternant: --alpha \(and --confidence, --confidence-offset\) belongs to implicit feedback: add --feedback implicit, or leave it out\.$/m,
    ],
    [["train", "r.csv", "--unobserved-weight", "3"], /^alternant: --unobserved-weight belongs to implicit/m],
    [["train", "r.csv", "--zeros", "drop"], /^alternant: --zeros belongs to implicit feedback/m],
    [
      ["train", "r.csv", "--feedback", "implicit", "--alpha", "0"],
      /^alternant: --alpha must be a finite number above 0 and of at most 1000000000000000, not 0$/m,
    ],
    [
      ["train", "r.csv", "--feedback", "implicit", "--confidence-offset", "2"],
      /^alternant: --confidence-offset must be 0 or 1, not 2$/m,
    ],
    [
      ["train", "r.csv", "--feedback", "implicit", "--unobserved-weight", "0"],
      /^alternant: --unobserved-weight must be a finite number above 0/m,
    ],
    [
      ["train", "r.csv", "--feedback", "implicit", "--biases", "mean"],
      /^alternant: biases must be "none" or "full" for implicit feedback, not "mean"/m,
    ],
    [["train", "r.csv", "--scaling-star", "3"], /^alternant: --scaling-star must be a finite number/m],
    [
      ["train", "r.csv", "--solver", "lu"],
      /Allowed choices are auto, cholesky, cg, ials\+\+, nonnegative\.$/m,
    ],
    [
      ["train", "r.csv", "--cg-steps", "0"],
      /^alternant: --cg-steps must be an integer from 1 to 10000, not 0$/m,
    ],
    [
      ["train", "r.csv", "--factors", "8", "--block-size", "9"],
      /^alternant: --block-size must be an integer from 1 to 8, not 9$/m,
    ],
    [
      ["train", "r.csv", "--solver", "nonnegative", "--biases", "full"],
      /^alternant: biases must be "none" with --solver nonnegative, not "full"/m,
    ],
    [["train", "r.csv", "--validation", "1"], /^alternant: --validation must be a finite number above 0/m],
    [
      ["train", "r.csv", "--patience", "2"],
      /^alternant: --patience does nothing without --validation <share>; add that, or leave it out$/m,
    ],
    [["train", "r.csv", "--metric", "ndcg"], /^alternant: --metric does nothing without --validation/m],
    [["train", "r.csv", "--validation-k", "5"], /^alternant: --validation-k does nothing without --valid/m],
    [
      ["train", "r.csv", "--validation", "0.5", "--patience", "0"],
      /^alternant: --patience must be an integer of at least 1, not 0$/m,
    ],
    [
      ["train", "r.csv", "--feedback", "implicit", "--validation", "0.5", "--metric", "rmse"],
      /^alternant: --metric must be "ndcg" for implicit feedback, not "rmse"/m,
    ],
    [
      ["train", "r.csv", "--test", "0.1", "--leave-out", "1"],
      /^alternant: --test and --leave-out both say what is held out; give one of them$/m,
    ],
    [["train", "r.csv", "--leave-out", "1.5"], /^alternant: --leave-out must be an integer of at least 1/m],
    [
      ["train", "r.csv", "--timestamp-column", "time"],
      /^alternant: --timestamp-column does nothing without --half-life <age>; add that, or leave it out$/m,
    ],
    [
      ["train", "r.csv", "--half-life", "0"],
      /^alternant: --half-life must be a finite number above 0, not 0$/m,
    ],
    [
      ["train", "r.csv", "--half-life", "9"],
      /^alternant: Ratings\.decay: needs timestamps, which these ratings do not have; name their column with --timestamp-column$/m,
    ],
    [
      ["train", "r.csv", "--half-life", "9", "--timestamp-column", "when"],
      /^alternant: --timestamp-column of r\.csv must be "user", "item" or "value", not the string "when"/m,
    ],
    [
      ["train", "r.csv", "--initial", "model.safetensors"],
      /^alternant: --initial must have as many factors as the fit, 32, not 2: set --factors 2, or start without it\.$/m,
    ],
    [
      ["train", "-", "--initial", "model.safetensors", "--factors", "2", "--ids", "number"],
      /^alternant: --initial must have user ids that are numbers, as the ratings have, not strings: none would match\.$/m,
      "1,2,3\n",
    ],
    [["train", "r.csv", "--ids", "bigint"], /Allowed choices are string, number\.$/m],
    [["train", "r.csv", "--delimiter", ""], /^alternant: delimiter must be one or more characters/m],
    [["train", "r.csv", "--out", ""], /^alternant: --out must be the name of a file, not empty$/m],
    [
      ["train", "r.csv", "--user-column", "usr"],
      /^alternant: --user-column of r\.csv must be "user", "item" or "value", not the string "usr"; did you mean "user"\?$/m,
    ],
    [
      ["train", "r.csv", "--value-column", "7"],
      /^alternant: --value-column of r\.csv must be an integer from 0 to 2, not 7$/m,
    ],
    [["evaluate", "model.safetensors"], /^alternant: missing required argument 'file'$/m],
    [
      ["evaluate", "model.safetensors", "r.csv", "--item-column", "itm"],
      /^alternant: --item-column of r\.csv must be/m,
    ],
    [["predict", "model.safetensors", "ann"], /^alternant: missing required argument 'items'$/m],
    [["recommend", "model.safetensors"], /^alternant: recommend takes a user, or --popular/m],
    [["recommend", "model.safetensors", "ann", "--all"], /^alternant: recommend takes a user, or --popular/m],
    [["recommend", "model.safetensors", "--all"], /^alternant: --all needs --out with the name of a \.csv/m],
    [
      ["recommend", "model.safetensors", "--all", "--out", "lists.xlsx"],
      /^alternant: --all needs --out with the name of a \.csv/m,
    ],
    [
      ["recommend", "model.safetensors", "--all", "--out", "lists.csv", "--json"],
      /^alternant: --all goes without --names and --json$/m,
    ],
    [["recommend", "model.safetensors", "ann", "--out", "l.csv"], /^alternant: --out belongs to --all$/m],
    [["similar", "model.safetensors", "x", "--all", "--out", "l.csv"], /^alternant: similar takes an id or/m],
    [["similar", "model.safetensors", "x", "--out", "l.csv"], /^alternant: --out belongs to --all$/m],
    [
      ["recommend", "model.safetensors", "ann", "--popular"],
      /^alternant: recommend takes a user, or --popular/m,
    ],
    [
      ["recommend", "model.safetensors", "ann", "--count", "0"],
      /^alternant: --count must be an integer of at least 1, not 0$/m,
    ],
    [["similar", "model.safetensors"], /^alternant: similar takes an id, or --all$/m],
    [["similar", "model.safetensors", "x", "--count", "1.5"], /^alternant: --count must be an integer/m],
    [["inspect"], /^alternant: missing required argument 'model'$/m],
    [
      ["inspect", "model.safetensors", "--feature", "2"],
      /^alternant: --feature must be an integer from 0 to 1, not 2$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "0"],
      /^alternant: --axes must be an integer from 1 to 2, not 0$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "3"],
      /^alternant: --axes must be an integer from 1 to 2, not 3$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "1.5"],
      /^alternant: --axes must be an integer from 1 to 2, not 1\.5$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "1", "--cosine", "item:x", "user:ann"],
      /^alternant: inspect shows one of --axes, --feature and --cosine, not --axes and --cosine$/m,
    ],
    [
      ["inspect", "model.safetensors", "--feature", "1", "--svg", "s.svg"],
      /^alternant: --svg writes the plot of all axes, and does not go with --feature$/m,
    ],
    [
      ["inspect", "model.safetensors", "--svg", ""],
      /^alternant: --svg must be the name of a file, not empty$/m,
    ],
    [
      ["inspect", "model.safetensors", "--count", "3"],
      /^alternant: --count is for the items of --axes or --feature; give one of them too$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "1", "--count", "0"],
      /^alternant: --count must be an integer of at least 1, not 0$/m,
    ],
    [
      ["inspect", "model.safetensors", "--axes", "1", "--min-ratings", "0"],
      /^alternant: --min-ratings must be an integer of at least 1, not 0$/m,
    ],
    [
      ["inspect", "model.safetensors", "--min-ratings", "2"],
      /^alternant: --min-ratings is for the items of --axes; give that too$/m,
    ],
    [
      ["inspect", "model.safetensors", "--cosine", "item:x"],
      /^alternant: --cosine takes two of item:ID and user:ID, such as item:318 user:42, and not 1 of them/m,
    ],
    [
      ["inspect", "model.safetensors", "--cosine", "item:x", "user:ann", "item:y"],
      /^alternant: --cosine takes two of .* and not 3 of them/m,
    ],
    [
      ["inspect", "model.safetensors", "--cosine", "item:x", "ann"],
      /^alternant: --cosine takes two of .* and not "ann"/m,
    ],
    [
      ["inspect", "--cosine", "item:x", "user:ann", "model.safetensors"],
      /^alternant: missing required argument 'model'$/m,
    ],
    [["synthesize", "--users", "0"], /^alternant: .*users must be/m],
    [["synthesize", "--ratings", "1e9", "--users", "10", "--items", "10"], /^alternant: .*ratings/m],
    [["tour", "a", "b"], /^alternant: too many arguments/m],
  ])("%j", async (args, message, input) => {
    const { code, stdout, stderr } = await alternant(folder, args, input);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(usage(args[0]!));
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("of no command, and of an unknown one with the nearest", async () => {
    const none = await alternant(folder, []);
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toMatch(/^Usage: alternant \[options\] \[command\]$/m);
    const unknown = await alternant(folder, ["trian"]);
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toMatch(
      /^alternant: unknown command 'trian'\n\(Did you mean train\?\)\nUsage: alternant /,
    );
  });
});

describe.concurrent("failures end with 1 and one line", () => {
  it.each<[args: string[], message: RegExp, input?: string]>([
    [
      ["train", "nowhere.csv"],
      /^alternant: nowhere\.csv cannot be read: there is no such file \(looked for .*nowhere\.csv\)/,
    ],
    [["train", "directory"], /^alternant: directory cannot be read: it is a directory/],
    [
      ["train", "-"],
      /^alternant: standard input, line 2: expected 3 fields as in line 1, but got 2/,
      "a,x,1\nb,y\n",
    ],
    [["train", "-"], /^alternant: standard input is empty; expected one rating a line/, ""],
    [
      ["train", "-"],
      /^alternant: user "a", item "x" is rated twice, in standard input, line 1 and/,
      "a,x,1\na,x,2\n",
    ],
    [
      ["train", "-", "--ids", "number"],
      /^alternant: standard input, line 1: user "a" is not an integer/,
      "a,x,1\n",
    ],
    [
      ["train", "-", "--feedback", "implicit"],
      /^alternant: ALS\.fit: the rating of user "a" for item "y" is 0: .* say what they are: --zeros drop or --zeros dislike\.$/m,
      "a,x,1\na,y,0\n",
    ],
    [
      ["train", "-", "--feedback", "implicit", "--confidence", "log"],
      /^alternant: ALS\.fit: the rating of user "a" for item "y" is -1: --confidence "log" needs .* Use --confidence linear, or/m,
      "a,x,1\na,y,-1\n",
    ],
    [
      ["train", "r.csv", "--initial", "nowhere.safetensors"],
      /^alternant: nowhere\.safetensors cannot be read/,
    ],
    [
      ["train", "r.csv", "--leave-out", "2"],
      /^alternant: Ratings\.leaveOut: no user has more than 2 ratings, so nothing can be held out/,
    ],
    [
      ["recommend", "nowhere.safetensors", "ann"],
      /^alternant: nowhere\.safetensors cannot be read: there is no such file/,
    ],
    [["recommend", "r.csv", "ann"], /^alternant: r\.csv: /],
    [["recommend", "model.safetensors", "nobody"], /^alternant: .*"nobody".*popular/],
    [["predict", "model.safetensors", "nobody", "x"], /^alternant: The model does not know user "nobody"\./],
    [
      ["predict", "model.safetensors", "ann", "nothing"],
      /^alternant: The model does not know item "nothing"\./,
    ],
    [["similar", "model.safetensors", "nothing"], /^alternant: .*"nothing"/],
    [
      ["inspect", "model.safetensors", "--cosine", "item:nothing", "user:ann"],
      /^alternant: This model does not know item "nothing"\./,
    ],
    [
      ["inspect", "model.safetensors", "--cosine", "item:x", "user:nobody"],
      /^alternant: This model does not know user "nobody"\./,
    ],
    [
      ["inspect", "nowhere.safetensors", "--svg", "directory"],
      /^alternant: directory cannot be written: it is a directory; give the name of a file in it$/m,
    ],
    [
      ["inspect", "nowhere.safetensors", "--svg", "nowhere/scree.svg"],
      /^alternant: nowhere\/scree\.svg cannot be written: the folder .*nowhere does not exist; make it first$/m,
    ],
    [
      ["similar", "model.safetensors", "x", "--names", "nowhere.csv"],
      /^alternant: nowhere\.csv cannot be read/,
    ],
    [["evaluate", "model.safetensors", "nowhere.csv"], /^alternant: nowhere\.csv cannot be read/],
    [["tour", "nowhere.csv"], /^alternant: nowhere\.csv cannot be read/],
  ])("%j", async (args, message, input) => {
    const { code, stdout, stderr } = await alternant(folder, args, input);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([1, ""]);
  });
});
