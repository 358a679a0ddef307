/**
 * What the package advises to whoever calls it, and what that is on the page: programs set options, people the fields of the
 * dialog that asks how to read a file.
 */
const REMEDIES: readonly (readonly [option: RegExp, control: string])[] = [
  [
    /: name what stands between them by the option delimiter$/,
    ". Put one of these between user, item and value",
  ],
  [
    /; if the line is a header, say so: header: true$/,
    ". Open it again, and tick “The first line names the columns” if it does, or choose another column as “Rating”",
  ],
  [
    /; correct it, or say by `columns` which column to read$/,
    ". Correct it, or open it again and choose another column as “Rating”",
  ],
  [
    /; say by `columns` which is which, or name the right delimiter$/,
    ". Choose what stands “Between columns”",
  ],
  [
    /, or pass quotes: false if quotation marks mean nothing in this file$/,
    ". Or open it again, and take the tick off “Quotation marks hold a field together”",
  ],
  [
    /, or quote a field that holds the delimiter$/,
    ", or put quotation marks around a field that holds what stands between columns",
  ],
  [
    /; leave such ratings out, or leave out the value to mean 1$/,
    ". Leave such ratings out, or open it again and choose “None: each counts 1” as “Rating”",
  ],
];

/** The words of an error about a file, with the page's controls where the package names its options. */
export function inPageWords(message: string): string {
  return REMEDIES.reduce((words, [option, control]) => words.replace(option, `${control}.`), message);
}
