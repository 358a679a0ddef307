const whole: Intl.NumberFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact: Intl.NumberFormat = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** 1234567 → "1,234,567". */
export function integer(value: number): string {
  return whole.format(value);
}

/** 1 → "1 item", 2000 → "2,000 items". */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}

/** From here on there are no words for how many. */
const BEYOND_WORDS = 1e15;
/** From here on digits after the point tell nothing, and take room. */
const LARGE = 1e6;

/** 1234567 → "1.23M". */
export function short(value: number): string {
  return Math.abs(value) < BEYOND_WORDS ? compact.format(value) : value.toExponential(2);
}

export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "–";
  return (Math.abs(value) < LARGE ? value.toFixed(digits) : short(value)).replace("-", "−");
}

/** A rating or a count as it was given: 843, 3.5, −0.125. */
export function plain(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= LARGE) return fixed(value, 0);
  if (Number.isInteger(value)) return integer(value).replace("-", "−");
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

/** With its sign, for what is added. */
export function signed(value: number, digits: number): string {
  return `${value < 0 ? "" : "+"}${fixed(value, digits)}`;
}

export function percent(share: number, digits: number = 1): string {
  return `${fixed(share * 100, digits)} %`;
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  if (count < 1e9) return `${(count / 1e6).toFixed(1)} MB`;
  return `${(count / 1e9).toFixed(2)} GB`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
