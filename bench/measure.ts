// Measures two things in turn, so that a noisy machine is noisy for both.

/** A measured pair: what was compared, and how many times as long the first took as the second (median over the rounds). */
export type Ratio = { readonly what: string; readonly against: string; readonly ratio: number; readonly note?: string }

/** Median of `time(first) / time(second)` over the rounds, after one round to warm up. */
export async function ratioOf(
  rounds: number,
  first: () => unknown,
  second: () => unknown,
): Promise<{ readonly ratio: number; readonly firstMs: number }> {
  const pairs: { ratio: number; firstMs: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const firstMs = await timeOf(first)
    const secondMs = await timeOf(second)
    if (round > 0) pairs.push({ ratio: firstMs / secondMs, firstMs })
  }
  pairs.sort((a, b) => a.ratio - b.ratio)
  return pairs[Math.floor(pairs.length / 2)] ?? { ratio: Number.NaN, firstMs: Number.NaN }
}

async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
