// What every store of sources must do. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import { newProgress, rereadHours } from '../../../src/domain/sources/progress.ts'
import { sourceNameCharsMax, sourcesMax } from '../../../src/domain/sources/source.ts'
import type { SourceProgresses, Sources } from '../../../src/ports/sources.ts'
import { guid } from '../../support/events.ts'
import { adding, removing, sourceOf } from '../../support/sources/sources.ts'

let organizations = 0x1000
/** An organization that no other test uses. */
const newOrganization = () => guid(++organizations, 'c')
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const now = Date.UTC(2026, 10, 20, 12)

/** The promises of the ports `Sources` and `SourceProgresses`. */
export function sourcesConformance(name: string, sources: () => Sources & SourceProgresses): void {
  describe(`${name}: sources`, () => {
    test('are none for an unknown organization', async () => {
      expect(await sources().sourcesOf(newOrganization())).toEqual([])
    })

    test('are read back at once as they were made, in order, each organization its own', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const made = numbers(sourcesMax).map((number) =>
        sourceOf({ id: guid(number, '5'), name: 'ü'.repeat(sourceNameCharsMax), secret: 'x'.repeat(500) }),
      )
      for (const source of made) await sources().change(one, adding(source))
      await sources().change(other, adding(sourceOf()))
      expect(await sources().sourcesOf(one)).toEqual(made)
      expect(await sources().sourcesOf(other)).toEqual([sourceOf()])
    })

    test('change together: no change undoes another, and a refusal changes nothing', async () => {
      const organization = newOrganization()
      const made = numbers(6).map((number) => sourceOf({ id: guid(number, '5') }))
      await Promise.all(made.map((source) => sources().change(organization, adding(source))))
      const found = await sources().sourcesOf(organization)
      expect(found.map(({ id }) => id).toSorted()).toEqual(made.map(({ id }) => id))
      const refused = await sources().change(organization, removing(guid(99, '5')))
      expect(refused).toEqual({ kind: 'refused', reason: 'source-unknown' })
      await sources().change(organization, removing(guid(1, '5')))
      expect(await sources().sourcesOf(organization)).toHaveLength(5)
    })

    test('are all found, with their organizations', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      await sources().change(one, adding(sourceOf()))
      await sources().change(other, adding(sourceOf({ name: 'other' })))
      const all = await sources().all()
      expect(all).toContainEqual({ organizationId: one, source: sourceOf() })
      expect(all).toContainEqual({ organizationId: other, source: sourceOf({ name: 'other' }) })
    })
  })

  describe(`${name}: progress`, () => {
    const progress = newProgress(sourceOf(), now)
    const newIds = () => ({ organizationId: newOrganization(), sourceId: guid(1, '5') })

    test('is none before it is stored', async () => {
      expect(await sources().progressOf(newIds())).toEqual({ progress: undefined, version: null })
    })

    test('is read back as it was stored, also when it is large', async () => {
      const ids = newIds()
      const recent = numbers(2_000).map((number) => number.toString(16).padStart(16, '0'))
      const version = await sources().save(ids, { ...progress, recent }, null)
      expect(version).toBeDefined()
      expect(await sources().progressOf(ids)).toEqual({ progress: { ...progress, recent }, version })
      expect(progress.rereads.map(({ hours }) => hours)).toEqual([...rereadHours])
    })

    test('is stored over the version that was read, and over no other', async () => {
      const ids = newIds()
      const first = await sources().save(ids, progress, null)
      expect(await sources().save(ids, { ...progress, events: 1 }, null)).toBeUndefined()
      const second = await sources().save(ids, { ...progress, events: 2 }, first ?? null)
      expect(second).toBeDefined()
      expect(await sources().save(ids, { ...progress, events: 3 }, first ?? null)).toBeUndefined()
      expect((await sources().progressOf(ids)).progress?.events).toBe(2)
    })

    test('is forgotten, and not stored over a version from before', async () => {
      const ids = newIds()
      const version = await sources().save(ids, progress, null)
      await sources().forget(ids)
      await sources().forget(ids)
      expect(await sources().progressOf(ids)).toEqual({ progress: undefined, version: null })
      expect(await sources().save(ids, progress, version ?? null)).toBeUndefined()
    })

    test('is each source’s own, and no source of the list', async () => {
      const ids = newIds()
      await sources().save(ids, progress, null)
      expect(await sources().progressOf({ ...ids, sourceId: guid(2, '5') })).toEqual({
        progress: undefined,
        version: null,
      })
      expect(await sources().sourcesOf(ids.organizationId)).toEqual([])
    })
  })
}
