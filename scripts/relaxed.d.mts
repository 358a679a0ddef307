export const relaxedFlags: readonly string[];
