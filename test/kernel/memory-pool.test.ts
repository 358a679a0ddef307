import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryPool } from "../../src/kernel/memory-pool.js";

const PAGE = 65536;

function bytesOf(memory: WebAssembly.Memory): Uint8Array {
  return new Uint8Array(memory.buffer);
}

describe("MemoryPool", () => {
  it("lends a memory to one borrower at a time", async () => {
    const pool = new MemoryPool();
    const [a, b] = await Promise.all([pool.borrow(PAGE), pool.borrow(PAGE)]);
    expect(a).not.toBe(b);
    pool.giveBack(a);
    const [c, d] = await Promise.all([pool.borrow(PAGE), pool.borrow(PAGE)]);
    expect(c).toBe(a);
    expect(d).not.toBe(a);
    expect(d).not.toBe(b);
  });

  it("never has a memory out twice, whatever is borrowed and given back in whatever order", async () => {
    const step = fc.record({ borrow: fc.boolean(), bytes: fc.integer({ min: 1, max: 4 * PAGE }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const pool = new MemoryPool();
        const out: WebAssembly.Memory[] = [];
        for (const { borrow, bytes } of steps) {
          if (!borrow && out.length > 0) {
            pool.giveBack(out.splice(bytes % out.length, 1)[0]!);
            continue;
          }
          const memory = await pool.borrow(bytes);
          expect(out).not.toContain(memory);
          expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(bytes);
          expect(
            bytesOf(memory)
              .subarray(0, bytes)
              .every((byte) => byte === 0),
          ).toBe(true);
          bytesOf(memory).fill(0xff);
          out.push(memory);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("zeroes a memory that spans many slices before it lends it again", async () => {
    const pool = new MemoryPool();
    const bytes = 2 ** 24;
    const memory = await pool.borrow(bytes);
    bytesOf(memory).fill(0xff);
    pool.giveBack(memory);
    expect(await pool.borrow(bytes - 5)).toBe(memory);
    expect(bytesOf(memory).findLastIndex((byte) => byte !== 0 && byte !== 0xff)).toBe(-1);
    expect(bytesOf(memory).indexOf(0xff)).toBe(bytes - 5);
  });

  it("stops zeroing when it is told to, and keeps the memory", async () => {
    const pool = new MemoryPool();
    const bytes = 2 ** 28;
    const memory = await pool.borrow(bytes);
    bytesOf(memory).fill(0xff);
    pool.giveBack(memory);
    const enough = new Error("enough");
    const borrowing = pool.borrow(bytes, () => {
      throw enough;
    });
    await expect(borrowing).rejects.toBe(enough);
    expect(await pool.borrow(bytes)).toBe(memory);
    expect(bytesOf(memory).indexOf(0xff)).toBe(-1);
  });

  it("keeps the two memories given back last", async () => {
    const pool = new MemoryPool();
    const lent = await Promise.all([1, 2, 3].map(() => pool.borrow(PAGE)));
    for (const memory of lent) pool.giveBack(memory);
    const again = await Promise.all([1, 2, 3].map(() => pool.borrow(PAGE)));
    expect(again.slice(0, 2)).toEqual(expect.arrayContaining(lent.slice(1)));
    expect(again).not.toContain(lent[0]);
    expect(lent).not.toContain(again[2]);
  });

  it("reuses a memory only for its own size class, which wastes at most half", async () => {
    const pool = new MemoryPool();
    const small = await pool.borrow(3 * PAGE);
    expect(small.buffer.byteLength).toBe(4 * PAGE);
    pool.giveBack(small);
    const large = await pool.borrow(5 * PAGE);
    expect(large).not.toBe(small);
    expect(large.buffer.byteLength).toBe(8 * PAGE);
    expect(await pool.borrow(4 * PAGE)).toBe(small);
  });

  it("makes memories that cannot grow", async () => {
    const memory = await new MemoryPool().borrow(10);
    expect(memory.buffer.byteLength).toBe(PAGE);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it("forgets what it keeps when it is cleared", async () => {
    const pool = new MemoryPool();
    const memory = await pool.borrow(PAGE);
    pool.giveBack(memory);
    pool.clear();
    expect(await pool.borrow(PAGE)).not.toBe(memory);
  });
});
