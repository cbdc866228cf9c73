// What `npm run simulator` serves: an organization of the demo's people with a month behind it, and what goes on in it.
import { describe, expect, test } from 'vitest'
import { demoOrganization, twinOf } from '../../../local/bitwarden/demo.ts'
import { liveEvents } from '../../../local/bitwarden/live.ts'
import { simulatorOptions, simulatorText } from '../../../local/bitwarden/text.ts'
import { traffic } from '../../../local/bitwarden/traffic.ts'
import { people } from '../../../local/demo/people/people.ts'
import { acme } from '../../../local/demo/people/world.ts'
import { randomFrom } from '../../../local/demo/random.ts'

const base = Date.parse('2026-11-22T06:00:00Z')
const organization = demoOrganization(base, 'position', randomFrom(1).next)

describe('the organization', () => {
  test('has people who can sign in at the local identity server, and nothing else of Acme Corp', () => {
    const accounts = new Set(people.map(({ email }) => email))
    const confirmed = organization.members.filter(({ status }) => status === 2)
    expect(confirmed.length).toBeGreaterThan(5)
    expect(confirmed.filter(({ email }) => !accounts.has(email))).toEqual([])
    const ids = [...organization.members, ...organization.groups, ...organization.collections].map(({ id }) => id)
    const ofAcme = new Set([...acme.members, ...acme.groups, ...acme.collections].map(({ id }) => id))
    expect(ids.filter((id) => ofAcme.has(id))).toEqual([])
  })

  test('has a month of events whose items and members are its own', () => {
    const events = organization.events.all(base)
    expect(events.length).toBeGreaterThan(500)
    const members = new Set(organization.members.map(({ id }) => id))
    expect(events.filter(({ memberId }) => memberId !== null && !members.has(memberId))).toEqual([])
    const items = new Set(acme.items.map(({ id }) => id))
    expect(events.filter(({ itemId }) => itemId !== null && items.has(itemId))).toEqual([])
    expect(twinOf(acme.id)).toBe(organization.id)
  })
})

describe('what goes on', () => {
  test('brings something every few seconds, and an incident in the first minute and then every two', () => {
    const next = liveEvents(randomFrom(1))
    expect(next(base)).toEqual([])
    const arrivals = Array.from({ length: 600 }, (_, second) => next(base + (second + 1) * 1_000)).flat()
    const count = (wanted: number) => arrivals.filter(({ event }) => event.type === wanted).length
    expect(arrivals.length).toBeGreaterThan(120)
    expect(count(1005)).toBe(36)
    expect(count(1602)).toBe(2)
    expect(arrivals.filter(({ event, appearsAt }) => Date.parse(event.date) > appearsAt)).toEqual([])
  })
})

describe('traffic', () => {
  const day = 86_400_000
  const options = {
    from: base - 60 * day,
    to: base,
    eventsPerDay: 500,
    actors: ['c1', 'c2'],
    items: ['11', '12', '13'],
  }
  const arrivals = traffic({ ...options, random: randomFrom(3) })
  const lateness = arrivals.map(({ appearsAt, event }) => appearsAt - Date.parse(event.date))

  test('is the same for the same seed', () => {
    expect(traffic({ ...options, random: randomFrom(3) })).toEqual(arrivals)
  })

  test('has as many events as asked for, in the order in which they appear', () => {
    expect(arrivals.length).toBeGreaterThanOrEqual(30_000)
    expect(arrivals.length).toBeLessThan(30_200)
    expect(arrivals.every(({ appearsAt }, index) => appearsAt >= (arrivals[index - 1]?.appearsAt ?? 0))).toBe(true)
  })

  test('has late ones, future ones, some of 1970, and equal ones', () => {
    expect(lateness.filter((late) => late > 3 * day && late < 34 * day).length).toBeGreaterThan(10)
    expect(lateness.filter((late) => late < -day).length).toBeGreaterThan(0)
    expect(arrivals.filter(({ event }) => event.date.startsWith('1970-')).length).toBeGreaterThan(0)
    expect(arrivals.length - new Set(arrivals.map(({ event }) => JSON.stringify(event))).size).toBeGreaterThan(100)
    const byDate = Map.groupBy(arrivals, ({ event }) => event.date)
    expect([...byDate.values()].some((same) => same.length > 50)).toBe(true)
  })
})

describe('the command', () => {
  test('reads its port and the kind of tokens', () => {
    expect(simulatorOptions([], {})).toEqual({ kind: 'options', port: 7080, tokens: 'position' })
    expect(simulatorOptions(['--tokens', 'date'], { SIMULATOR_PORT: '8000' })).toMatchObject({
      port: 8000,
      tokens: 'date',
    })
    expect(simulatorOptions(['--help'], {})).toEqual({ kind: 'help' })
  })

  test.each([
    [['--tokens', 'other'], {}],
    [['--other'], {}],
    [[], { SIMULATOR_PORT: '70800' }],
  ])('refuses %j %j', (args, env) => {
    expect(simulatorOptions(args, env).kind).toBe('invalid')
  })

  test('says what to enter', () => {
    const text = simulatorText(organization, 'http://127.0.0.1:7080', base)
    expect(text).toContain(`organization.${organization.id}`)
    expect(text).toContain(organization.clientSecret)
    expect(text).toContain('http://127.0.0.1:7080   (server: Self-hosted server)')
  })
})
