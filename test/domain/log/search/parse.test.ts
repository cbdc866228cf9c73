// The grammar of searches: any text gives terms, or problems that say where and what to write.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviceTypesCalled } from '../../../../src/domain/events/device-types.ts'
import { eventTypesCalled } from '../../../../src/domain/events/event-words.ts'
import { parseSearch, searchCharactersMax, searchValuesMax } from '../../../../src/domain/log/search/parse.ts'
import { anyText } from '../../../support/any-text.ts'
import { instant, networks } from '../../../support/events.ts'

const termsOf = (text: string) => {
  const parsed = parseSearch(text)
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(({ message }) => message).join())
  return parsed.terms
}
const problemsOf = (text: string) => {
  const parsed = parseSearch(text)
  return parsed.kind === 'invalid' ? parsed.problems : []
}
/** The names of each term, as they are read. */
const namesOf = (text: string) =>
  termsOf(text).map((term) =>
    term.kind === 'names' ? [term.negated ? '-' : '+', term.key, ...term.values.map((value) => value.text)] : [],
  )

describe('a search', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['who:alice', [['+', 'who', 'alice']]],
    ['WHO:Alice@demo.test', [['+', 'who', 'Alice@demo.test']]],
    ['-item:"cloud root"', [['-', 'item', 'cloud root']]],
    ['item:“cloud root”', [['+', 'item', 'cloud root']]],
    ['who:alice,"Bob, B.",carol', [['+', 'who', 'alice', 'Bob, B.', 'carol']]],
    ['item:"a \\"b\\" \\\\c"', [['+', 'item', 'a "b" \\c']]],
    [
      'alice "cloud root" -bob',
      [
        ['+', null, 'alice'],
        ['+', null, 'cloud root'],
        ['-', null, 'bob'],
      ],
    ],
    ['d0000001', [['+', null, 'd0000001']]],
    ['"-x"', [['+', null, '-x']]],
    ['item:a:b', [['+', 'item', 'a:b']]],
  ])('%j names %j', (text, names) => {
    expect(namesOf(text)).toEqual(names)
  })

  test('has kinds of events, devices, addresses and times', () => {
    expect(termsOf('what:copied,1000 -device:cli ip:203.0.113.0/24,::1 after:2026-11-01 before:2026-11-20')).toEqual([
      { kind: 'types', negated: false, numbers: [...(eventTypesCalled('copied') ?? []), 1000] },
      { kind: 'deviceTypes', negated: true, numbers: [23, 24, 25] },
      { kind: 'networks', negated: false, networks: networks('203.0.113.0/24', '::1') },
      { kind: 'from', at: instant('2026-11-01') },
      { kind: 'to', at: instant('2026-11-19T23:59:59.9999999Z') },
    ])
  })

  test.each(['203.0.113.7', '2001:db8::1', 'fe:d::1', 'dead::/16', '::1'])(
    'takes the address %s without a key',
    (text) => {
      expect(termsOf(text)).toEqual([{ kind: 'networks', negated: false, networks: networks(text) }])
    },
  )

  test.each([
    ['wo:alice', 0, 8, 'write who:'],
    ['hello:alice', 0, 11, 'write who: what: item:'],
    ['what:copyed', 5, 11, '"copyed" is no kind of event; write copied'],
    ['what:nothing', 5, 12, 'write viewed, copied'],
    ['device:phone', 7, 12, 'write mobile, desktop'],
    ['device:destop', 7, 13, 'write desktop'],
    ['ip:203.0.113.7/24', 3, 17, 'write 203.0.113.0/24 or 203.0.113.7'],
    ['ip:here', 3, 7, 'write 203.0.113.7'],
    ['before:tomorrow', 7, 15, 'write 2026-11-20'],
    ['before:1601-01-01', 7, 17, 'write 2026-11-20'],
    ['-before:2026-11-20', 0, 18, 'write after:'],
    ['after:2026-11-20,2026-11-21', 0, 27, 'write one'],
    ['before:2026-11-20 before:2026-11-21', 18, 35, 'write it once'],
    ['after:2026-11-20 before:2026-11-20', 17, 34, 'write a later time'],
    ['who:', 0, 4, 'a value is missing after "who:"'],
    ['who: alice', 0, 4, 'without a blank'],
    ['what:viewed, copied', 0, 12, 'a value is missing after "what:viewed,"'],
    ['item:"cloud root', 5, 16, 'write " at the end'],
    ['-', 0, 1, 'a value is missing after "-"'],
  ])('%j has a problem from %i to %i: %s', (text, from, to, message) => {
    expect(problemsOf(text)).toEqual([{ from, to, message: expect.stringContaining(message) }])
  })

  test('reports every problem', () => {
    expect(problemsOf('wo:x what:y ip:z').map(({ from }) => from)).toEqual([10, 15, 0].toSorted((a, b) => a - b))
  })

  test('has so many characters and values at most', () => {
    expect(problemsOf('x'.repeat(searchCharactersMax))).toEqual([])
    expect(problemsOf('x'.repeat(searchCharactersMax + 1))).toMatchObject([{ from: 500, to: 501 }])
    const values = (count: number) => `who:${Array.from({ length: count }, () => 'a').join()}`
    expect(problemsOf(values(searchValuesMax))).toEqual([])
    expect(problemsOf(values(searchValuesMax + 1))).toMatchObject([{ from: 104, to: 105 }])
  })

  const pieces = fc.oneof(
    fc.constantFrom(
      'who:',
      '-',
      'what:',
      'item:',
      'ip:',
      'before:',
      'after:',
      'device:',
      ',',
      '"',
      '\\',
      ' ',
      ':',
      '“',
    ),
    fc.constantFrom('alice', 'copied', 'cli', '2026-11-20', '1601-01-01', '10.0.0.1/8', '::1', '::ffff:1.2.3.4/100'),
    anyText({ maxLength: 5 }),
  )

  test('is terms, or problems with places in it, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parseSearch(text)
          const places =
            parsed.kind === 'invalid'
              ? parsed.problems
              : parsed.terms.flatMap((term) => (term.kind === 'names' ? term.values : []))
          for (const { from, to } of places) {
            expect(from).toBeGreaterThanOrEqual(0)
            expect(to).toBeGreaterThan(from)
            expect(to).toBeLessThanOrEqual(text.length)
          }
          if (parsed.kind === 'invalid') expect(parsed.problems.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('reads any quoted name back', () => {
    fc.assert(
      fc.property(fc.array(anyText({ maxLength: 20 }), { minLength: 1, maxLength: 5 }), (names) => {
        const quoted = names.map((name) => `"${name.replace(/["“”„\\]/g, '\\$&')}"`)
        expect(namesOf(`item:${quoted.join()}`)).toEqual([['+', 'item', ...names]])
      }),
    )
  })
})

describe('a device', () => {
  test.each([
    ['cli', [23, 24, 25]],
    ['LinuxCLI', [25]],
    ['25', [25]],
    ['browser extension chrome', [2]],
    ['chrome', [2, 9]],
    ['web-vault firefox', [10]],
  ])('is called "%s": %j', (word, codes) => {
    expect(deviceTypesCalled(word)).toEqual(codes)
  })

  test.each(['', '-', 'phone', '1000'])('is not called %j', (word) => {
    expect(deviceTypesCalled(word)).toBeUndefined()
  })
})
