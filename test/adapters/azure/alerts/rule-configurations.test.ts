// Rule books on Table storage: the suite of every store, what another instance changes, and changes that are cut short.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableRuleBooks } from '../../../../src/adapters/azure/alerts/rule-configurations.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import type { RuleBooks } from '../../../../src/ports/rule-configurations.ts'
import { accountAt } from '../../../support/account.ts'
import { alice, event, guid, instant } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { interposedStorage } from '../../../support/interposed-storage.ts'
import { noPauses } from '../../../support/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { dropping, newOrganization, putting, ruleBooksConformance } from '../../conformance/rule-configurations.ts'

const account = storageAccount()
let proxy: FaultProxy
let books: RuleBooks

const open = (connectionString: string) =>
  tableRuleBooks(openStorage({ kind: 'connection-string', connectionString }, noPauses))
const textsOf = async (from: RuleBooks, id: ReturnType<typeof newOrganization>) =>
  (await from.bookOf(id)).rules.map(({ text }) => text)

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  books = open(account)
})
afterAll(() => proxy?.stop())

ruleBooksConformance(
  'table',
  () => books,
  () => open(account),
)

describe('table: a rule book', () => {
  test('that another instance changes is seen at once, and only what changed is read', async () => {
    const id = newOrganization()
    const here = open(proxy.connectionString)
    for (const number of [1, 2, 3]) await books.change(id, putting(number, `rule ${number}`))
    expect(await textsOf(here, id)).toEqual(['rule 1', 'rule 2', 'rule 3'])
    await books.change(id, putting(3, 'rule 3 again'))
    await books.change(id, dropping(2))

    proxy.arm(0, 'failed', false)
    expect(await textsOf(here, id)).toEqual(['rule 1', 'rule 3 again'])
    expect(proxy.requests).toHaveLength(2)
    const book = await here.bookOf(id)
    expect(await here.bookOf(id)).toBe(book)
    expect(proxy.requests).toHaveLength(4)
  })

  test('is one object for all who ask at once', async () => {
    const id = newOrganization()
    await books.change(id, putting(1, 'a'))
    const other = open(account)
    const asked = await Promise.all([1, 2, 3].map(() => other.bookOf(id)))
    expect(new Set(asked).size).toBe(1)
    expect(await other.bookOf(id)).toBe(asked[0])
  })

  test.each([3, 4])('is whole also when another instance changes it before request %d of a reading', async (at) => {
    const id = newOrganization()
    for (const number of [1, 2]) await books.change(id, putting(number, `rule ${number}`))
    const slow = tableRuleBooks(
      interposedStorage(accountAt(account)(), async (_, place) => {
        // The table, the book, the texts.
        if (place !== at) return
        await books.change(id, putting(1, 'rule 1 again'))
        await books.change(id, dropping(2))
      }),
    )
    expect((await slow.bookOf(id)).rules).toEqual((await books.bookOf(id)).rules)
    expect(await textsOf(slow, id)).toEqual(['rule 1 again'])
  })

  test('takes 99 rules at once, and not one more', async () => {
    const id = newOrganization()
    const rules = Array.from({ length: 100 }, (_, index) => {
      return { id: guid(index, 'e'), text: `rule ${index}`, savedAt: instant('2026-11-20'), savedBy: alice }
    })
    const add = (count: number) =>
      books.change(id, (book) => ({ kind: 'changed', book: { ...book, rules: rules.slice(0, count) } }))
    await expect(add(100)).rejects.toThrow(RangeError)
    expect((await open(account).bookOf(id)).rules).toEqual([])
    await add(99)
    await add(100)
    expect((await open(account).bookOf(id)).rules).toEqual(rules)
  })

  test('that is too large to be kept is refused, and stays as it was', async () => {
    const id = newOrganization()
    await books.change(id, putting(1, 'a'))
    const unreported = Array.from({ length: 3_000 }, () => event())
    const change = books.change(id, (book) => ({ kind: 'changed', book: { ...book, unreported } }))
    await expect(change).rejects.toThrow(EntryTooLarge)
    expect((await books.bookOf(id)).unreported).toEqual([])
  })

  test.each(['failed', 'lost'] as const)(
    'whose change ends when a request is %s is as before or after',
    async (kind) => {
      for (let at = 1; ; at += 1) {
        const id = newOrganization()
        for (const number of [1, 2]) await books.change(id, putting(number, `rule ${number}`))
        const change = (from: RuleBooks) =>
          from.change(id, (book) => {
            const added = putting(3, 'rule 3')(book)
            return added.kind === 'changed' ? dropping(1)(added.book) : added
          })
        proxy.arm(at, kind, true)
        const outcome: unknown = await change(open(proxy.connectionString)).catch((error: unknown) => error)
        const fired = proxy.fired()
        proxy.heal()
        if (fired) expect(outcome).toBeInstanceOf(Unavailable)
        const [before, after] = [
          ['rule 1', 'rule 2'],
          ['rule 2', 'rule 3'],
        ]
        expect([before, after]).toContainEqual(await textsOf(open(account), id))

        await change(open(proxy.connectionString))
        expect(await textsOf(books, id)).toEqual(after)
        if (!fired) {
          // The table, the book, two texts, and the transaction.
          expect(at).toBe(6)
          return
        }
      }
    },
  )
})
