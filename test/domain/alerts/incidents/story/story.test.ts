// The story of an incident: who, from where, what was taken, what to do; the same for any order of events and alerts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  recommendationsMax,
  sentenceCharactersMax,
  storyOf,
} from '../../../../../src/domain/alerts/incidents/story/story.ts'
import { exportsListedMax, itemsListedMax } from '../../../../../src/domain/alerts/incidents/story/taken.ts'
import {
  alertOf,
  aliceAsMember,
  at,
  attack,
  bobAsMember,
  done,
  factsOf,
  fromUsual,
  itemId,
  strange,
  usual,
} from '../../../../support/alerts/stories.ts'
import { alice, bob, guid } from '../../../../support/events.ts'

const guessed = alertOf(attack.slice(10, 15))
const person = (value: string) => ({ kind: 'person', value })

describe('the sentence', () => {
  const sentence = (facts: Parameters<typeof factsOf>[0]) => storyOf(factsOf(facts)).story.sentence

  test('names a guessed password, from where, and all that was done there, also after the last match', () => {
    expect(sentence({ events: attack, alerts: [guessed] })).toBe(
      'Someone guessed Alice Adams’s password from 203.0.113.66 (never seen before) after 14 failed logins, logged in ' +
        'at 02:24 UTC on 25 November, copied 8 passwords (2 of them critical) and exported the account’s own vault.',
    )
  })

  test('calls a login without guesses a login, and a mistyped password no guess', () => {
    const [login] = [done(1000, at(24))]
    const expected =
      'Someone logged in as Alice Adams from 203.0.113.66 (never seen before) at 02:24 UTC on 25 November.'
    expect(sentence({ events: [login] })).toBe(expected)
    expect(sentence({ events: [done(1005, at(23, 1)), done(1005, at(23, 2)), login] })).toBe(expected)
  })

  test('says how many accounts one address tried before it was in one', () => {
    const tried = [1, 2, 3].map((number) => done(1005, at(10 + number), { actingUserId: guid(number, 'b') }))
    const spray = (...guesses: typeof tried) => sentence({ events: [...guesses, ...attack.slice(14, 15)] })
    expect(spray(...tried)).toBe(
      'Someone tried to log in to 3 accounts from 203.0.113.66 (never seen before) and logged in as Alice Adams at ' +
        '02:24 UTC on 25 November.',
    )
    expect(spray(...tried.slice(1))).toMatch(/^Someone logged in as Alice Adams from /)
  })

  test('distinguishes wrong second steps from wrong passwords', () => {
    const steps = [1, 2, 3].map((second) => done(1006, at(20, second)))
    expect(sentence({ events: [...steps, done(1000, at(24))] })).toMatch(
      /^Someone guessed Alice Adams’s second step of login from 203\.0\.113\.66 \(never seen before\) after 3 failed logins and /,
    )
  })

  test('calls a session without a login the use of an account', () => {
    expect(sentence({ events: [done(1007, at(30))] })).toBe(
      'Someone used Alice Adams’s account from 203.0.113.66 (never seen before) at 02:30 UTC on 25 November and exported ' +
        'the account’s own vault.',
    )
  })

  test('names guesses in vain, of one account or of many', () => {
    const guesses = [done(1005, at(1)), done(1005, at(2)), done(1005, at(3), { actingUserId: bob })]
    expect(sentence({ events: guesses })).toBe(
      'Someone tried 3 times to log in to 2 accounts from 203.0.113.66 (never seen before) at 02:01 UTC on 25 ' +
        'November, and did not get in.',
    )
    expect(sentence({ events: guesses.slice(0, 1) })).toMatch(/^Someone tried to log in as Alice Adams from 203/)
  })

  test('says who administered from a usual address, and what', () => {
    const changes = [
      done(1700, at(10), { ipAddress: usual, policyId: guid(1, '9') }),
      done(1502, at(12), { ipAddress: usual, organizationUserId: bobAsMember }),
    ]
    expect(sentence({ incident: fromUsual, events: changes, alerts: [alertOf(changes)] })).toBe(
      'Alice Adams (at 192.0.2.14) modified policy Two-step login and edited user Bob Brown at 02:10 UTC on 25 November.',
    )
  })

  test('says what a machine account read, and names it by its id', () => {
    const machine = guid(9, 'e')
    const reads = [1, 2, 3].map((number) =>
      done(2100, at(number), { actingUserId: undefined, serviceAccountId: machine, secretId: guid(number, '5') }),
    )
    const incident = { title: 'Read', entities: [{ key: `machine:${machine}`, label: null }] }
    expect(sentence({ incident, events: reads, alerts: [alertOf(reads.slice(0, 1), { to: reads[2]?.date })] })).toBe(
      'Machine account e0000000 (at 203.0.113.66) read 3 secrets at 02:01 UTC on 25 November.',
    )
    const fromNew = { ...incident, entities: [...incident.entities, { key: `address:${strange}`, label: null }] }
    expect(sentence({ incident: fromNew, events: reads })).toBe(
      'Someone used machine account e0000000 from 203.0.113.66 (never seen before) at 02:01 UTC on 25 November and ' +
        'read 3 secrets.',
    )
  })

  test('says what the two accounts did that did most, and how many more acted', () => {
    const others = [
      done(1601, at(50), { actingUserId: bob, ipAddress: usual }),
      done(1700, at(51), { actingUserId: bob, ipAddress: usual, policyId: guid(1, '9') }),
      done(1000, at(52), { actingUserId: guid(7, 'b') }),
    ]
    const said = sentence({ events: [...attack, ...others], alerts: [alertOf(others.slice(0, 2))] })
    expect(said).toMatch(/^Someone guessed Alice .* exported the account’s own vault\. Bob Brown /)
    expect(said).toMatch(
      / Bob Brown \(at 192\.0\.2\.14\) purged organization vault and modified policy Two-step login at 02:50 UTC on 25 November, and 1 more account acted\.$/,
    )
  })

  test('calls a login that comes after other acts at the new address no way in', () => {
    const acts = [done(1107, at(10), { cipherId: itemId(9) }), done(1000, at(24))]
    expect(sentence({ events: acts })).toMatch(/^Someone used Alice Adams’s account from .* at 02:10 UTC/)
  })

  test('says from when to when, if it is more than an hour', () => {
    const over = (to: string) => {
      const changes = [at(10), to].map((date) => done(1700, date, { ipAddress: usual, policyId: guid(1, '9') }))
      return sentence({ incident: fromUsual, events: changes, alerts: [alertOf(changes)] })
    }
    expect(over(at(71))).toMatch(/2 times from 02:10 to 03:11 UTC on 25 November\.$/)
    expect(over(at(1500))).toMatch(/2 times from 02:10 UTC on 25 November to 03:00 UTC on 26 November\.$/)
  })

  test('names four kinds of acts at most: exports and reads before changes', () => {
    const types = [1700, 1300, 1400, 1502, 1600, 1602]
    const acts = types.map((type, minute) => done(type, at(minute)))
    expect(sentence({ events: [...acts, done(1107, at(20), { cipherId: itemId(9) })] })).toMatch(
      / and did 3 other things\.$/,
    )
    expect(sentence({ events: [...acts, done(1107, at(20), { cipherId: itemId(9) })] })).toMatch(
      /exported the organization vault, viewed item Item 9/,
    )
  })

  test('is of bounded length, however long names are', () => {
    const acts = Array.from({ length: 40 }, (_, index) =>
      done(9000 + (index % 7), at(index), { objectName: `${index}`.padEnd(250, 'x') }),
    )
    expect(sentence({ events: acts }).length).toBeLessThanOrEqual(sentenceCharactersMax)
  })

  test('is the title of an incident of which no event is known', () => {
    expect(sentence({})).toBe('Guessed: Alice.')
  })
})

describe('who', () => {
  test('are those whose accounts were used, then those to whom something was done', () => {
    const entities = [
      { key: `person:${bob}`, label: null },
      { key: `machine:${guid(9, 'e')}`, label: null },
      { key: `member:${guid(8, 'c')}`, label: 'Gone' },
      ...factsOf().incident.entities,
    ]
    const { who } = storyOf(factsOf({ events: attack, incident: { title: '', entities } })).story
    expect(who).toEqual([
      { ...person(alice), label: 'Alice Adams <alice@acme.test>', role: 'acted' },
      { ...person(bob), label: 'Bob Brown', role: 'target' },
      { kind: 'machine', value: guid(9, 'e'), label: null, role: 'target' },
      { kind: 'member', value: guid(8, 'c'), label: 'Gone', role: 'target' },
    ])
  })

  test('only failed to log in, is a target', () => {
    const { who } = storyOf(factsOf({ events: attack.slice(0, 14) })).story
    expect(who).toMatchObject([{ value: alice, role: 'target' }])
  })

  test('acted from a new address without being an entity, is listed', () => {
    const { who } = storyOf(factsOf({ events: [done(1000, at(50), { actingUserId: bob })] })).story
    expect(who).toMatchObject([
      { value: bob, role: 'acted' },
      { value: alice, role: 'target' },
    ])
  })
})

test('addresses are the new ones, with when they were seen and where they are, then others of suspicious events', () => {
  const place = { country: 'DE', networkNumber: 64496, networkName: 'Example', isHosting: true }
  const sample = done(1508, at(5), { actingUserId: bob, ipAddress: usual, organizationUserId: aliceAsMember })
  const facts = factsOf({
    events: [...attack, sample, done(1000, at(59), { ipAddress: '192.0.2.99' })],
    alerts: [alertOf([sample])],
    placeOf: (address) => (address === strange ? { ...place, latitude: 1, longitude: 2 } : undefined),
  })
  expect(storyOf(facts).story.addresses).toEqual([
    { address: strange, isNew: true, firstAt: at(17), lastAt: at(45), eventCount: attack.length, place },
    { address: usual, isNew: false, firstAt: at(5), lastAt: at(5), eventCount: 1, place: null },
  ])
})

test('an IPv6 address is its /64, whichever of its addresses was used', () => {
  const incident = { title: '', entities: [{ key: 'address:2001:db8:0:1::/64', label: null }] }
  const events = ['2001:db8:0:1::5', '2001:db8:0:1::6', '2001:db8:0:2::5'].map((ipAddress, minute) =>
    done(1000, at(minute), { ipAddress }),
  )
  expect(storyOf(factsOf({ incident, events })).story.addresses).toMatchObject([
    { address: '2001:db8:0:1::/64', isNew: true, eventCount: 2 },
  ])
})

describe('what was taken', () => {
  test('is what suspicious sessions took: each item once, critical ones first, and how', () => {
    const own = done(1111, at(40), { ipAddress: usual, cipherId: itemId(99) })
    const { taken } = storyOf(factsOf({ events: [...attack, own], alerts: [guessed] })).story
    expect(taken).toMatchObject({ itemCount: 8, criticalCount: 2, secretCount: 0 })
    expect(taken.items.slice(0, 3)).toEqual([
      { itemId: itemId(1), name: 'Item 1', isCritical: true, how: ['viewed', 'copied'], at: at(25) },
      { itemId: itemId(2), name: 'Item 2', isCritical: true, how: ['viewed', 'copied'], at: at(25, 5) },
      { itemId: itemId(3), name: 'Item 3', isCritical: false, how: ['viewed', 'copied'], at: at(25, 10) },
    ])
    expect(taken.exports).toEqual([{ eventId: attack.at(-1)?.id, at: at(45), what: 'individual', by: 'Alice Adams' }])
  })

  test('is listed up to a bound, and counted beyond it', () => {
    const reads = Array.from({ length: itemsListedMax + 1 }, (_, index) =>
      done(1107, at(1), { cipherId: itemId(index + 1) }),
    )
    const exports = Array.from({ length: exportsListedMax + 1 }, (_, second) => done(1602, at(2, second)))
    const { taken } = storyOf(factsOf({ events: [...reads, ...exports] })).story
    expect(taken.itemCount).toBe(itemsListedMax + 1)
    expect([taken.items.length, taken.exports.length]).toEqual([itemsListedMax, exportsListedMax])
  })
})

describe('what to do', () => {
  const advice = (...responses: readonly (readonly [string, string | null])[]) =>
    storyOf(
      factsOf({
        alerts: responses.map(([level, response], minute) =>
          alertOf([done(1000, at(minute))], { level, response, title: `Rule ${minute}` }),
        ),
      }),
    ).story.whatToDo

  test('is what the rules say: each once, the most severe first', () => {
    expect(advice(['low', 'Look.'], ['high', 'Call.'], ['medium', null], ['high', 'Call.'])).toEqual(['Call.', 'Look.'])
  })

  test('omits what another one says in more words', () => {
    expect(advice(['high', 'Call the user.'], ['medium', 'Call the user, and end the sessions.'])).toEqual([
      'Call the user, and end the sessions.',
    ])
    expect(advice(['high', 'Call the user.'], ['medium', 'The user: call!'])).toEqual(['Call the user.'])
  })

  test('is not what muted alerts say, unless all are muted', () => {
    const said = (...muted: readonly boolean[]) =>
      storyOf(
        factsOf({
          alerts: muted.map((isMuted, minute) =>
            alertOf([done(1000, at(minute))], {
              muted: isMuted,
              response: `Say ${'ab'[minute]}.`,
              title: `Rule ${minute}`,
            }),
          ),
        }),
      ).story.whatToDo
    expect(said(true, false)).toEqual(['Say b.'])
    expect(said(true, true)).toEqual(['Say a.', 'Say b.'])
  })

  test('is bounded', () => {
    const many = ['One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.'].map((text) => ['high', text] as const)
    expect(advice(...many)).toHaveLength(recommendationsMax)
  })
})

test('the same events and alerts in any order, and repeated, give the same story', () => {
  const alerts = [guessed, alertOf(attack.slice(15, 20), { title: 'Copied', level: 'medium', response: 'Look.' })]
  const usualWork = [1000, 1107, 1114, 1700].map((type, minute) =>
    done(type, at(30 + minute), { ipAddress: usual, cipherId: itemId(minute + 1) }),
  )
  const events = [...attack, ...usualWork, done(1511, at(58), { actingUserId: bob, organizationUserId: aliceAsMember })]
  const expected = storyOf(factsOf({ events, alerts }))
  const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length })
  fc.assert(
    fc.property(shuffled(events), fc.subarray(events), shuffled(alerts), (some, again, records) => {
      expect(storyOf(factsOf({ events: [...some, ...again], alerts: records }))).toEqual(expected)
    }),
  )
})
