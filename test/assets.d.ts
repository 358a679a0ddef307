/** A text file of the project. */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** A binary file of the project, as a data URL. */
declare module "*?url&inline" {
  const dataUrl: string;
  export default dataUrl;
}
