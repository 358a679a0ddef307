/** Gives a class its name back, which a minified bundle shortens: people see it in messages and when they print an object. */
export function nameClass(target: object, name: string): void {
  Object.defineProperty(target, "name", { value: name, configurable: true });
}
