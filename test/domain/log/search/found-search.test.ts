// The filters of a search: two at once pass what each passes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matches, type TraitFilter } from '../../../../src/domain/log/query.ts'
import { bothTraits, filtersOfTerms, passesSearch } from '../../../../src/domain/log/search/found-search.ts'
import { parseSearch } from '../../../../src/domain/log/search/parse.ts'
import { event, instant, networks } from '../../../support/events.ts'

const traits = {
  types: fc.subarray([1107, 1108, 1109]),
  networks: fc.subarray(
    networks('203.0.113.0/24', '203.0.113.4/30', '203.0.113.7', '0.0.0.0/0', '::/0', '2001:db8::/32'),
  ),
  deviceTypes: fc.subarray([0, 1, 2]),
}
const anyTraits: fc.Arbitrary<TraitFilter> = fc.record(
  { ...traits, not: fc.record(traits, { requiredKeys: [] }) },
  { requiredKeys: [] },
)
const anyEvent = fc
  .record(
    {
      type: fc.constantFrom(1107, 1108),
      ipAddress: fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::1', 'unknown'),
      deviceType: fc.constantFrom(0, 1, 9),
    },
    { requiredKeys: [] },
  )
  .map(event)

describe('two filters by traits at once', () => {
  test('pass what each of them passes', () => {
    const range = { from: instant('2026-01-01'), to: instant('2027-01-01'), filters: [] }
    fc.assert(
      fc.property(anyTraits, anyTraits, anyEvent, (one, other, each) => {
        const both = matches(each, { ...range, traits: bothTraits(one, other) })
        expect(both).toBe([one, other].every((filter) => matches(each, { ...range, traits: filter })))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a search', () => {
  const passes = (text: string, properties: Record<string, unknown>) => {
    const parsed = parseSearch(text)
    if (parsed.kind === 'invalid') throw new Error(text)
    return passesSearch(event(properties), filtersOfTerms(parsed.terms, new Map()))
  }

  test.each([
    ['what:viewed what:copied', { type: 1111 }, true],
    ['what:viewed,copied -what:copied', { type: 1111 }, false],
    ['after:2026-11-20T10:00Z', { date: '2026-11-20T10:00:00Z' }, true],
    ['before:2026-11-20T10:00Z', { date: '2026-11-20T10:00:00Z' }, false],
    ['before:2026-11-20T10:00Z', { date: '2026-11-20T09:59:59.9999999Z' }, true],
    ['ip:::1 ip:203.0.113.0/24', { ipAddress: '203.0.113.7' }, true],
    ['device:web -device:chrome', { deviceType: 9 }, false],
    ['device:web -device:chrome', { deviceType: 10 }, true],
  ])('for %j of %j passes: %j', (text, properties, passed) => {
    expect(passes(text, properties)).toBe(passed)
  })
})
