// Work on many items: a few at a time, in order, and once.
import { describe, expect, test } from 'vitest'
import { inParallel, once } from '../../src/concurrency/parallel.ts'

/** Work that ends on command, in any order, and the work that runs. */
function steps<T>() {
  const running = new Map<T, PromiseWithResolvers<void>>()
  return {
    running,
    work: async (item: T) => {
      const step = Promise.withResolvers<void>()
      running.set(item, step)
      await step.promise
      running.delete(item)
      return `did ${item}`
    },
    /** Ends one, and gives what follows its turn. */
    end: async (item: T) => {
      running.get(item)?.resolve()
      await new Promise(setImmediate)
    },
  }
}

describe('inParallel', () => {
  test('runs a limited number at a time, starts the next as one ends, and returns results in order', async () => {
    const { running, work, end } = steps<number>()
    const results = inParallel([1, 2, 3, 4], 2, work)
    expect([...running.keys()]).toEqual([1, 2])
    await end(2)
    expect([...running.keys()]).toEqual([1, 3])
    await end(3)
    expect([...running.keys()]).toEqual([1, 4])
    await end(4)
    await end(1)
    expect(await results).toEqual(['did 1', 'did 2', 'did 3', 'did 4'])
  })

  test('runs all at once if they are fewer', async () => {
    const { running, work, end } = steps<string>()
    const results = inParallel(['a', 'b'], 20, work)
    expect([...running.keys()]).toEqual(['a', 'b'])
    await end('a')
    await end('b')
    expect(await results).toEqual(['did a', 'did b'])
  })

  test('does nothing without items', async () => {
    expect(await inParallel([], 20, async () => 'never')).toEqual([])
  })

  test('returns undefined results too', async () => {
    expect(await inParallel([1, 2], 2, async () => undefined)).toEqual([undefined, undefined])
  })

  test('rejects with the first failure', async () => {
    const { running, work } = steps<string>()
    const results = inParallel(['slow', 'bad', 'worse'], 2, (item) => work(item))
    running.get('bad')?.reject(new Error('bad'))
    await expect(results).rejects.toThrow('bad')
  })

  test('starts nothing after the first failure, also when concurrent work succeeds', async () => {
    const { running, work, end } = steps<string>()
    const results = inParallel(['slow', 'bad', 'third', 'fourth'], 2, (item) => work(item))
    running.get('bad')?.reject(new Error('bad'))
    await expect(results).rejects.toThrow('bad')
    await end('slow')
    expect([...running.keys()]).not.toContain('third')
    expect([...running.keys()]).not.toContain('fourth')
  })
})

describe('once', () => {
  test('makes a value at the first call, and returns it to every caller', async () => {
    let made = 0
    const get = once(async () => ++made)
    expect(made).toBe(0)
    expect(await Promise.all([get(), get()])).toEqual([1, 1])
    expect(await get()).toBe(1)
  })

  test('rejects the calls that wait for a failure, and tries again at the next', async () => {
    let tries = 0
    const get = once(async () => {
      tries += 1
      if (tries === 1) throw new Error('down')
      return tries
    })
    const both = await Promise.allSettled([get(), get()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await get()).toBe(2)
    expect(await get()).toBe(2)
  })
})
