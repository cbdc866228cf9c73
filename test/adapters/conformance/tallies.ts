// What every store of tallies must do. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import type { Guid } from '../../../src/domain/guid.ts'
import { type Actor, anyone, keyOf, type Tally, type Thing } from '../../../src/domain/tallies/tally.ts'
import type { Tallies } from '../../../src/ports/counts/tallies.ts'
import { guid } from '../../support/events.ts'

let organizations = 0x7000
const newOrganization = (): Guid => guid(++organizations, 'c')

const person = (number: number): Actor => ({ kind: 'person', id: guid(number, 'b') })
const item = (number: number): Thing => ({ kind: 'item', id: guid(number, 'd') })
const tally = (actor: Actor, thing: Thing, count = 1): Tally => ({
  actor,
  thing,
  kinds: new Map([
    ['viewed', { count, firstAt: 1_700_000_000_000, lastAt: 1_700_000_000_000 + count }],
    ['edited', { count: 1, firstAt: 5, lastAt: 5 }],
  ]),
  upTo: count,
})

/** The promises of the port `Tallies`. */
export function talliesConformance(name: string, tallies: () => Tallies): void {
  /** Stores a step over the newest progress. */
  const store = async (id: Guid, ...some: readonly Tally[]) =>
    tallies().commit(id, await tallies().progressOf(id), {
      checkpoint: '17',
      countedTo: 1_700_000_000_123,
      tallies: some,
    })
  const all = { kind: 'item', limit: 1_000 } as const

  describe(`${name}: tallies`, () => {
    test('of an unknown organization are none', async () => {
      const id = newOrganization()
      expect(await tallies().progressOf(id)).toEqual({ checkpoint: null, countedTo: null, version: null })
      expect(await tallies().talliesOf(id, [{ actor: person(1), thing: item(1) }])).toEqual([])
      expect(await tallies().ofActor(id, person(1), all)).toEqual([])
      expect(await tallies().ofThing(id, item(1), 10)).toEqual([])
    })

    test('are found by their key, by who acted and by what on, each organization’s own', async () => {
      const [id, other] = [newOrganization(), newOrganization()]
      const stored = [
        tally(person(1), item(1)),
        tally(person(1), item(2), 7),
        tally(person(2), item(1)),
        tally(anyone, item(1)),
      ]
      const progress = await store(id, ...stored)
      await store(other, tally(person(1), item(1), 99))

      expect(progress).toMatchObject({ checkpoint: '17', countedTo: 1_700_000_000_123 })
      expect(await tallies().progressOf(id)).toEqual(progress)
      expect(await tallies().talliesOf(id, [...stored, { actor: person(9), thing: item(9) }])).toEqual(stored)
      expect(await tallies().ofActor(id, person(1), all)).toEqual([stored[0], stored[1]])
      expect(await tallies().ofActor(id, anyone, all)).toEqual([stored[3]])
      const ofItem = await tallies().ofThing(id, item(1), 10)
      expect(new Set(ofItem.map(keyOf))).toEqual(
        new Set([stored[0], stored[2], stored[3]].map((each) => each && keyOf(each))),
      )
    })

    test('of one kind come in the order of their ids, from an id on, as many as are asked for', async () => {
      const id = newOrganization()
      const days = ['2026-01-03', '2026-01-01', '2026-01-02'].map((day) => tally(person(1), { kind: 'day', id: day }))
      await store(id, ...days, tally(person(1), item(1)))
      const daysOf = async (from: string | undefined, limit: number) => {
        const found = await tallies().ofActor(id, person(1), { kind: 'day', ...(from && { from }), limit })
        return found.map(({ thing }) => thing.id)
      }
      expect(await daysOf(undefined, 9)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03'])
      expect(await daysOf('2026-01-02', 9)).toEqual(['2026-01-02', '2026-01-03'])
      expect(await daysOf(undefined, 2)).toEqual(['2026-01-01', '2026-01-02'])
    })

    test('stay as they are unless a step has them; then they are replaced whole', async () => {
      const id = newOrganization()
      const [one, other] = [tally(person(1), item(1)), tally(person(1), item(2))]
      await store(id, one, other)
      const changed = { ...one, kinds: new Map([['copied', { count: 2, firstAt: 1, lastAt: 2 }]] as const), upTo: 30 }
      await store(id, changed)
      expect(await tallies().ofActor(id, person(1), all)).toEqual([changed, other])
      expect(await tallies().ofThing(id, item(1), 10)).toEqual([changed])
    })

    test.each(['203.0.113.7', '2001:db8::1', 'fe80::1%eth0/..\\?#', '\u0000\u2028"ü'])(
      'are stored of any address: %j',
      async (address) => {
        const id = newOrganization()
        const stored = tally(person(1), { kind: 'address', id: address })
        await store(id, stored)
        expect(await tallies().ofThing(id, stored.thing, 10)).toEqual([stored])
        expect(await tallies().ofActor(id, person(1), { kind: 'address', limit: 10 })).toEqual([stored])
      },
    )

    test('may be many in one step', async () => {
      const id = newOrganization()
      const many = Array.from({ length: 130 }, (_, index) => tally(person(1), item(index), index + 1))
      await store(id, ...many)
      expect(await tallies().ofActor(id, person(1), all)).toEqual(many)
    })

    test('take no step over a progress that is no longer the newest', async () => {
      const id = newOrganization()
      const nothing = await tallies().progressOf(id)
      const first = await store(id, tally(person(1), item(1)))
      const step = { checkpoint: '9', countedTo: 2, tallies: [tally(person(1), item(1), 5)] }
      expect(await tallies().commit(id, nothing, step)).toBeUndefined()
      await store(id)
      expect(first && (await tallies().commit(id, first, step))).toBeUndefined()
      expect(await tallies().ofActor(id, person(1), all)).toEqual([tally(person(1), item(1))])
    })

    test('begun anew are none, and take no step over a progress from before', async () => {
      const [id, other] = [newOrganization(), newOrganization()]
      const before = await store(id, ...Array.from({ length: 60 }, (_, index) => tally(person(index), item(1))))
      await store(other, tally(person(1), item(1)))
      await tallies().startAnew(id)

      expect(await tallies().progressOf(id)).toMatchObject({ checkpoint: null, countedTo: null })
      expect(await tallies().ofThing(id, item(1), 100)).toEqual([])
      expect(await tallies().ofThing(other, item(1), 100)).toHaveLength(1)
      const step = { checkpoint: '9', countedTo: 2, tallies: [tally(person(1), item(1), 5)] }
      expect(before && (await tallies().commit(id, before, step))).toBeUndefined()
      expect(await tallies().ofThing(id, item(1), 100)).toEqual([])
    })
  })
}
