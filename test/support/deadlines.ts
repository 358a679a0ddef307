/** Options of tests of what the API promises in milliseconds: code that is late is late in each try, a busy machine in some. */
export const DEADLINE = { retry: 3 } as const;
