// /organizations/{id}/alerting-hours: what owners and admins set, what the log says about it, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { textCharactersMax } from '../../../src/domain/events/event.ts'
import { readAlertingHours, setAlertingHours } from '../../../src/functions/alerts/alerting-hours.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { alertPorts, began } from '../../support/alerts/alerts.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, globex, instant } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

const now = '2026-11-22T06:28:00.000Z'
const workingHours = { ...defaultHours.workingHours, Friday: { start: '08:00', end: '16:00' } }
const given = {
  timeZone: 'Europe/Berlin',
  workingHours,
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
  quietHours: { from: '22:00', to: '07:00', passLevel: 'high' },
  digest: { at: null, below: 'medium' },
}
const words =
  'Europe/Berlin, Mon 08:00-18:00, Tue 08:00-18:00, Wed 08:00-18:00, Thu 08:00-18:00, Fri 08:00-16:00, 1 holiday, ' +
  'quiet 22:00-07:00 below high, digest each hour below medium'

async function hoursRoutes() {
  const made = await alertPorts()
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...made,
    read: (token?: string, id = acme) => call(readAlertingHours(made.ports), { params: { id }, ...as(token) }),
    set: (body: unknown, token?: string, id = acme) =>
      call(setAlertingHours(made.ports), { method: 'PUT', params: { id }, body, ...as(token) }),
  }
}

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s reads the default hours, replaces them, and reads them again', async (who) => {
    const { read, set } = await hoursRoutes()
    expect((await read(who)).json).toEqual({ object: 'alertingHours', isDefault: true, ...defaultHours })
    const changed = await set(given, who)
    expect(changed).toMatchObject({ status: 200 })
    expect(changed.json).toEqual({ object: 'alertingHours', isDefault: false, ...given })
    expect((await read(who)).json).toEqual(changed.json)
    const { json } = await set({ ...given, holidays: [{ date: '2026-12-26' }] }, who)
    expect(json).toMatchObject({ holidays: [{ date: '2026-12-26', name: null }] })
  })

  const { holidays: _, ...incomplete } = given
  const monday = (Monday: unknown) => ({ ...given, workingHours: { ...workingHours, Monday } })
  test.each([
    ['body', 'no body', ''],
    ['holidays', 'no holidays', incomplete],
    ['timeZone', 'a zone that is none', { ...given, timeZone: 'Europe/Atlantis' }],
    ['timeZone', 'an offset', { ...given, timeZone: '+02:00' }],
    ['workingHours.Monday.start', 'a time that is none', monday({ start: '25:00', end: '26:00' })],
    ['workingHours.Monday', 'a day without a word', monday(undefined)],
    ['workingHours.Monday.until', 'a misspelt time', monday({ start: '08:00', end: '18:00', until: '18:00' })],
    ['holidays.0.date', 'a date that does not exist', { ...given, holidays: [{ date: '2026-02-30' }] }],
    ['holidays', 'a date twice', { ...given, holidays: [{ date: '2026-02-03' }, { date: '2026-02-03' }] }],
    ['quietHours', 'no word about quiet hours', { ...given, quietHours: undefined }],
    ['digest', 'no word about a digest', { ...given, digest: undefined }],
    ['holidays.0', 'a holiday as text', { ...given, holidays: ['2026-12-25'] }],
    ['quietHours', 'quiet hours without a length', { ...given, quietHours: { from: '07:00', to: '07:00' } }],
    ['digest.below', 'a digest of high alerts', { ...given, digest: { at: null, below: 'critical' } }],
    ['zone', 'a property that is none', { ...given, zone: 'UTC' }],
  ])('gets a 400 that names %s for %s', async (property, _, body) => {
    const { read, set, reported } = await hoursRoutes()
    expect(await set(body, 'alice')).toMatchObject({
      status: 400,
      json: { object: 'error', errors: { [property]: [expect.any(String)] } },
    })
    expect((await read('alice')).json).toMatchObject({ isDefault: true })
    expect(reported()).toEqual([])
  })
})

describe('every change', () => {
  test('is in the organization’s log: who set which hours', async () => {
    const { set, reported } = await hoursRoutes()
    await set(given, 'alice')
    const never = Object.fromEntries(Object.keys(workingHours).map((weekday) => [weekday, null]))
    await set({ timeZone: 'UTC', workingHours: never, holidays: [], quietHours: null, digest: null }, 'bob')
    const common = { type: 9_007, organizationId: acme, objectId: acme, date: instant(now) }
    expect(reported()).toMatchObject([
      { ...common, actingUserId: alice, objectName: words },
      { ...common, actingUserId: bob, objectName: 'UTC, no working hours, no holidays' },
    ])
  })

  test('fits the log in full, also with the longest zone and all days', async () => {
    const { set, reported } = await hoursRoutes()
    const day = { start: '22:00', end: '06:00' }
    const waiting = {
      quietHours: { from: '22:00', to: '07:00', passLevel: 'medium' },
      digest: { at: '09:00', below: 'medium' },
    }
    const always = Object.fromEntries(Object.keys(workingHours).map((weekday) => [weekday, day]))
    await set({ timeZone: 'America/Argentina/ComodRivadavia', workingHours: always, holidays: [], ...waiting }, 'alice')
    expect(reported()[0]?.objectName).toMatch(/Sun 22:00-06:00, no holidays, .* digest at 09:00 below medium$/)
    expect(reported()[0]?.objectName?.length).toBeLessThan(textCharactersMax)
  })

  test('has the organization evaluated, and leaves nothing unreported', async () => {
    const { ports, set } = await hoursRoutes()
    await set(given, 'alice')
    expect(await ports.schedule.due(began, 10)).toMatchObject([{ organizationId: acme, at: began }])
    expect((await ports.configurations.configurationOf(acme)).unreported).toEqual([])
  })

  test('is stored and reported later if the log is unavailable', async () => {
    const { ports } = await hoursRoutes()
    const enqueue = async () => {
      throw new Unavailable('event queue', new Error('x'))
    }
    const asked = { method: 'PUT', params: { id: acme }, body: given, token: 'alice' }
    expect((await call(setAlertingHours({ ...ports, queue: { ...ports.queue, enqueue } }), asked)).status).toBe(503)
    expect(await ports.configurations.configurationOf(acme)).toMatchObject({
      hours: given,
      unreported: [{ type: 9_007 }],
    })
    expect(await ports.schedule.due(began, 10)).toHaveLength(1)
  })
})

describe('anybody else', () => {
  const routes = ['read', 'set'] as const
  type Routes = Awaited<ReturnType<typeof hoursRoutes>>
  const attempt = (made: Routes, route: (typeof routes)[number], token?: string) =>
    route === 'read' ? made.read(token) : made.set({ ...given, timeZone: 'UTC' }, token)

  test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const made = await hoursRoutes()
      await made.set(given, 'alice')
      const response = await attempt(made, route, token)
      expect(response.status).toBe(status)
      expect(response.text).not.toContain('Berlin')
      expect((await made.ports.configurations.configurationOf(acme)).hours).toEqual(given)
      expect(made.reported()).toHaveLength(1)
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const made = await hoursRoutes()
    expect((await attempt(made, route, await made.keyToken())).status).toBe(401)
  })

  test('does not change the hours of another organization through their own', async () => {
    const { read, set } = await hoursRoutes()
    await set(given, 'erin', globex)
    expect((await read('alice')).json).toMatchObject({ isDefault: true })
  })
})
