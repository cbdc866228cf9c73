import { expect, test } from 'vitest'
import { groupCommit } from '../../src/concurrency/group-commit.ts'

class Outage extends Error {}

/** Commits batches of up to `size`; each waits until it is let go. What `fails` says of a batch is thrown. */
function setUp(size: number, fails: (batch: readonly string[]) => Error | undefined = () => undefined) {
  const begun: { key: string; batch: readonly string[]; go: () => void }[] = []
  const commit = groupCommit<string, string>({
    batchLength: (waiting) => Math.min(size, waiting.length),
    commit: async (key, batch) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      begun.push({ key, batch, go: resolve })
      await promise
      const failure = fails(batch)
      if (failure) throw failure
    },
    isOutage: (error) => error instanceof Outage,
  })
  /** Lets every batch go that begins, until none is left. */
  const letGo = async () => {
    for (let gone = 0; gone < begun.length; gone += 1) {
      begun[gone]?.go()
      for (let turns = 0; turns < 20; turns += 1) await undefined
    }
  }
  const batches = () => begun.map(({ batch }) => batch.join(''))
  return { commit, letGo, batches, begun }
}

const outcomes = async (promises: readonly Promise<void>[]) =>
  (await Promise.allSettled(promises)).map((outcome) =>
    outcome.status === 'fulfilled' ? 'done' : outcome.reason.message,
  )

test('items that wait during a batch form the next one, in order', async () => {
  const { commit, letGo, batches } = setUp(10)
  const all = ['a', 'b', 'c', 'd'].map((item) => commit('k', [item]))
  expect(batches()).toEqual(['a'])
  await letGo()
  expect(await outcomes(all)).toEqual(['done', 'done', 'done', 'done'])
  expect(batches()).toEqual(['a', 'bcd'])
})

test('batches respect their limit, and a call resolves with its last item', async () => {
  const { commit, letGo, batches, begun } = setUp(2)
  let done = false
  const call = commit('k', ['a', 'b', 'c']).then(() => {
    done = true
  })
  begun[0]?.go()
  for (let turns = 0; turns < 20; turns += 1) await undefined
  expect([batches(), done]).toEqual([['ab', 'c'], false])
  await letGo()
  await call
})

test('keys do not wait for each other', async () => {
  const { commit, letGo, begun } = setUp(10)
  const all = [commit('k', ['a']), commit('l', ['b'])]
  expect(begun.map(({ key }) => key)).toEqual(['k', 'l'])
  await letGo()
  expect(await outcomes(all)).toEqual(['done', 'done'])
})

test('one bad item fails alone', async () => {
  const { commit, letGo, batches } = setUp(10, (batch) => (batch.includes('x') ? new Error('bad') : undefined))
  const all = ['a', 'b', 'x', 'c'].map((item) => commit('k', [item]))
  await letGo()
  expect(await outcomes(all)).toEqual(['done', 'done', 'bad', 'done'])
  expect(batches()).toEqual(['a', 'bxc', 'b', 'x', 'c'])
})

test('an outage fails all waiting items, and no later one', async () => {
  let down = true
  const { commit, letGo, batches } = setUp(2, () => (down ? new Outage('down') : undefined))
  const all = ['a', 'b', 'c', 'd'].map((item) => commit('k', [item]))
  await letGo()
  expect(await outcomes(all)).toEqual(['down', 'down', 'down', 'down'])
  expect(batches()).toEqual(['a'])
  down = false
  const next = commit('k', ['e'])
  await letGo()
  expect(await outcomes([next])).toEqual(['done'])
})

test('a call without items resolves at once', async () => {
  const { commit, batches } = setUp(2)
  await commit('k', [])
  expect(batches()).toEqual([])
})
