/** More levels than this are too many stars to aim at. */
const MOST_LEVELS = 10;
/** So many where the range has more steps than that, or no steps that are known. */
const STARS = 5;

/**
 * What stars stand for, ascending from the least rating to the greatest: each whole number where there are at most ten of
 * them, each half where there are at most five, else five levels, on whole or half numbers where the range ends on such.
 */
export function starValues([min, max]: readonly [number, number]): number[] {
  if (max <= min) return [min];
  const step = [1, 0.5].find((one) => Number.isInteger(min / one) && Number.isInteger(max / one));
  const levels = step === undefined ? Number.POSITIVE_INFINITY : (max - min) / step + 1;
  if (step !== undefined && levels <= (step === 1 ? MOST_LEVELS : STARS))
    return Array.from({ length: levels }, (_, at) => min + at * step);
  return Array.from({ length: STARS }, (_, at) => {
    const value = min + (at / (STARS - 1)) * (max - min);
    return step === undefined ? value : Math.round(value / step) * step;
  });
}
