// Exceptions that would have silenced incidents, by what their sample events have in common.
import { describe, expect, test } from 'vitest'
import {
  exceptionsProposedMax,
  proposedExceptions,
  type SampleEvent,
} from '../../../../src/domain/alerts/tuning/proposed-exceptions.ts'
import { alice, bob, guid } from '../../../support/events.ts'

const address = '203.0.113.9'
const of = (...samples: readonly SampleEvent[]) => samples
const proposed = (
  noise: readonly (readonly SampleEvent[])[],
  truePositives: readonly (readonly SampleEvent[])[] = [],
) => proposedExceptions(noise, truePositives)

test('nothing is proposed without incidents, without sample events, and where these have nothing in common', () => {
  expect(proposed([])).toEqual([])
  expect(proposed([[], []])).toEqual([])
  expect(proposed([of({ actingUserId: alice }, { actingUserId: bob })])).toEqual([])
  expect(proposed([of({ actingUserId: alice }, {})])).toEqual([])
})

describe('what all sample events of an incident share', () => {
  test('is proposed if at least half of the incidents have it', () => {
    const [one, other] = [of({ actingUserId: alice }, { actingUserId: alice }), of({ actingUserId: bob })]
    const silencing = (incidents: number) => [{ conditions: { actingUserIds: [alice] }, incidents }]
    expect(proposed([one, one, one])).toEqual(silencing(3))
    expect(proposed([one, one, other])).toEqual(silencing(2))
    expect(proposed([one, one, other, []])).toEqual(silencing(2))
    expect(proposed([one, other, [], []])).toEqual([])
  })

  test.each<[string, SampleEvent, object]>([
    ['a person', { actingUserId: alice }, { actingUserIds: [alice] }],
    ['an address', { ipAddress: address }, { networks: [address] }],
    ['the /64 of an IPv6 address', { ipAddress: '2001:DB8::9' }, { networks: ['2001:db8::/64'] }],
    ['an item', { cipherId: guid(1, 'd') }, { cipherIds: [guid(1, 'd')] }],
    ['a machine account', { serviceAccountId: guid(1, '3') }, { serviceAccountIds: [guid(1, '3')] }],
  ])('is %s, as a new exception takes it', (_, sample, conditions) => {
    expect(proposed([of(sample), of(sample)])).toEqual([{ conditions, incidents: 2 }])
  })

  test('is nothing where the address of an event is no address', () => {
    expect(proposed([of({ ipAddress: 'localhost' })])).toEqual([])
  })

  test('is one exception with all conditions where these silence the same incidents', () => {
    const nightly = { actingUserId: alice, ipAddress: address }
    expect(proposed([of(nightly), of({ ...nightly, cipherId: guid(1, 'd') }), of(nightly)])).toEqual([
      { conditions: { actingUserIds: [alice], networks: [address] }, incidents: 3 },
    ])
  })

  test('is the exception that silences most first, and as many as may be proposed', () => {
    const noise = [
      of({ actingUserId: alice, ipAddress: address, cipherId: guid(1, 'd'), serviceAccountId: guid(1, '3') }),
      of({ actingUserId: alice, ipAddress: address, cipherId: guid(1, 'd') }),
      of({ actingUserId: alice, ipAddress: address, serviceAccountId: guid(1, '3') }),
      of({ actingUserId: alice, serviceAccountId: guid(2, '3') }),
    ]
    expect(proposed(noise)).toEqual([
      { conditions: { actingUserIds: [alice] }, incidents: 4 },
      { conditions: { networks: [address] }, incidents: 3 },
      { conditions: { cipherIds: [guid(1, 'd')] }, incidents: 2 },
    ])
    expect(proposed(noise)).toHaveLength(exceptionsProposedMax)
  })
})

test('an exception that covers a sample event of a true positive is not proposed, a narrower one is', () => {
  const noise = [of({ actingUserId: alice, ipAddress: address }), of({ actingUserId: alice })]
  const attack = of({ actingUserId: bob }, { actingUserId: alice, ipAddress: '192.0.2.1' })
  expect(proposed(noise, [attack])).toEqual([{ conditions: { networks: [address] }, incidents: 1 }])
})
