// Rule documents through the routes that take them: what is understood, what gives a warning, and what is refused where.
import { describe, expect, test } from 'vitest'
import type { Places } from '../../../src/ports/alerts/places.ts'
import { alertRuleRoutes, viewing } from '../../support/alerts/alert-rules.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { guid } from '../../support/events.ts'

const by = { token: 'alice' }
const id = guid(9, 'e')
const text = viewing(id)

/** The responses of the three routes that take a rule document, each called with this text. */
async function responsesTo(given: string, places?: Places) {
  const { create, replace, preview } = await alertRuleRoutes({ places })
  const created = await create(given, by)
  if (created.status === 400) await create(text, by)
  return [created, await replace(id, given, by), await preview({ text: given }, by)]
}

describe('a property left empty is absent:', () => {
  test.each([
    'references:\n',
    'tags:\n',
    'falsepositives:\n',
    'fields:\n',
    'related:\n',
    'author:\n',
    'description: ~\n',
    'date:\nmodified:\n',
    'status: null\n',
    'level:\n',
    'license:\n',
    'taxonomy:\n',
    'name:\n',
    'keytrail:\n',
    'keytrail: {repeat: , response: , items: , enabled: }\n',
    'references:\n  -\n',
    'tags:\n  - a.b\n  -\n',
    'falsepositives:\n  - \n  - Backups\n',
    'related:\n  -\n',
    'custom:\n',
  ])('%j', async (member) => {
    const [created, replaced, tried] = await responsesTo(text + member)
    expect([created?.status, replaced?.status, tried?.status]).toEqual([201, 200, 200])
    expect(created?.json).toMatchObject({
      level: 'medium',
      repeat: '1h',
      enabled: true,
      description: null,
      status: null,
    })
  })

  test('and one that must be there is missing', async () => {
    for (const [from, member] of [
      ['title: T', 'title'],
      ['logsource: {product: keytrail}', 'logsource'],
      ['condition: sel', 'detection.condition'],
    ] as const) {
      const given = text.replace(from, from.replace(/:.*/, ':'))
      for (const response of await responsesTo(given)) {
        expect(response, member).toMatchObject({ status: 400, json: { problems: [{ member }] } })
      }
    }
  })
})

describe('an unknown property is stored, with a warning', () => {
  test.each([
    ['custom: {any: [1, .inf, 0x1F]}', 'custom', undefined],
    ['x-team: blue', 'x-team', undefined],
    ['owner: me', 'owner', undefined],
    ['timefram: 5m', 'timefram', 'timeframe'],
    ['levle: high', 'levle', 'level'],
    ['Tags: [a.b]', 'Tags', 'tags'],
    ['falsepositive: [x]', 'falsepositive', 'falsepositives'],
    ['refrences: [x]', 'refrences', 'references'],
    ['keytrial: {repeat: 2h}', 'keytrial', 'keytrail'],
    ['__proto__: {level: high}', '__proto__', undefined],
    ['constructor: x', 'constructor', undefined],
    ['toString: x', 'toString', undefined],
  ])('%s', async (member, name, meant) => {
    for (const response of await responsesTo(`${text}${member}\n`)) {
      expect(response.status).toBeLessThan(300)
      expect(response.json).toMatchObject({
        warnings: [
          {
            line: 7,
            column: 1,
            member: name,
            reason: 'custom-member',
            message:
              meant === undefined
                ? expect.not.stringContaining('meant')
                : expect.stringContaining(`Is ${meant} meant?`),
          },
        ],
      })
    }
    const { create, read } = await alertRuleRoutes()
    await create(`${text}${member}\n`, by)
    expect((await read(id, by)).json).toMatchObject({ text: `${text}${member}\n`, level: 'medium', warnings: [{}] })
  })

  test('in a correlation too, and not for what Sigma has and Keytrail has not', async () => {
    const correlation = `title: C\nid: ${id}\nx-team: blue\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}}\n`
    const given = `${selecting('{type: 1107}')}name: a\n---\n${correlation}`
    for (const response of await responsesTo(given)) {
      expect(response.json).toMatchObject({ warnings: [{ line: 10, member: 'x-team' }] })
    }
    for (const response of await responsesTo(given.replace('x-team: blue', 'scope: [a]'))) {
      expect(response).toMatchObject({
        status: 400,
        json: { problems: [{ reason: 'unsupported-member', member: 'scope' }] },
      })
    }
  })

  test('a list that there is not gives a warning, and one of another kind is refused', async () => {
    const naming = (line: string) => `${selecting(`{${line}}`)}id: ${id}\n`
    for (const response of await responsesTo(naming("ipAddress|cidr|expand: '%trusted_network%'"))) {
      expect(response.status).toBeLessThan(300)
      expect(response.json).toMatchObject({
        warnings: [{ reason: 'unknown-list', line: 4, message: expect.stringContaining('Is trusted_networks meant?') }],
      })
    }
    for (const response of await responsesTo(naming("cipherId|expand: '%break_glass_accounts%'"))) {
      expect(response).toMatchObject({ status: 400, json: { problems: [{ reason: 'list-kind', line: 4 }] } })
    }
  })

  test('a field about places gives a warning where there is no data about them', async () => {
    const rule = `${selecting('{country|neq: DE}')}id: ${id}\n`
    for (const response of await responsesTo(rule)) {
      expect(response.json).toMatchObject({
        warnings: [
          {
            line: 4,
            member: 'detection.sel.country|neq',
            reason: 'no-place-data',
            message: 'This installation has no data about places: every event is without country.',
          },
        ],
      })
    }
    for (const response of await responsesTo(rule, { hasData: true, placeOf: () => undefined })) {
      expect(response.json).toMatchObject({ warnings: [] })
    }
  })

  test('a type that Keytrail does not know gives a warning, one that it knows none', async () => {
    for (const response of await responsesTo(viewing(id, 4321))) {
      expect(response.json).toMatchObject({
        warnings: [{ reason: 'unknown-code', member: 'detection.sel.type', line: 4 }],
      })
    }
    for (const response of await responsesTo(text)) expect(response.json).toMatchObject({ warnings: [] })
  })
})

describe('a selection', () => {
  test.each([
    'sel.a',
    'a.b.c',
    'sel:1',
    'a/b',
    'a@b',
    'a+b',
    'sel#1',
    'Übung',
    '選択',
    'a-b_c',
    '.',
    '1.5',
    '$x',
    '%',
    '{a',
  ])('may be named %s', async (name) => {
    const given = (condition: string) =>
      `title: T\nlogsource: {product: keytrail}\ndetection:\n  '${name}': {type: 1107}\n  _x: {type: 1}\n  condition: '${condition}'\nid: ${id}\n`
    for (const condition of [name, `not(${name})and(_x)`, `1 of ${name}*`, 'all of them', `_x or ${name}`]) {
      for (const { status } of await responsesTo(given(condition))) expect(status, condition).toBeLessThan(300)
    }
  })

  test.each([
    'a b',
    'a(b',
    'a)',
    'a|b',
    'a*',
    '*',
    'a?',
    '!a',
    'a&b',
    'a"b',
    'a,b',
    'a=b',
    'not',
    'them',
    '1',
    'a\u202eb',
  ])('may not be named %j', async (name) => {
    const given = `title: T\nlogsource: {product: keytrail}\ndetection:\n  sel: {type: 1}\n  ${JSON.stringify(name)}: {type: 1107}\n  condition: sel\nid: ${id}\n`
    for (const response of await responsesTo(given)) {
      expect(response).toMatchObject({ status: 400, json: { problems: [{ line: 5, column: 3, reason: 'bad-value' }] } })
    }
  })
})

describe('titles', () => {
  test.each(['\\0', '\\e', '\\n', '\\r', '\\x7f', '\\x85', '\\u2028', '\\u202e', '\\u2066', '\\u2069'])(
    'refuse %s, at their line',
    async (escaped) => {
      for (const member of ['title', 'name']) {
        const given = `${text.replace('title: T\n', '')}${member === 'title' ? '' : 'title: T\n'}${member}: "Eve${escaped}x"\n`
        for (const response of await responsesTo(given)) {
          expect(response).toMatchObject({
            status: 400,
            json: { problems: [{ member, column: 1, line: member === 'title' ? 6 : 7, reason: 'bad-value' }] },
          })
        }
      }
    },
  )

  test('and texts are well-formed, however half a surrogate pair comes in', async () => {
    const { create, read, preview } = await alertRuleRoutes()
    for (const escaped of ['\\ud83d', '\\ude00 x', '\\udfff\\ud800']) {
      const given = text.replace('title: T', `title: "Eve ${escaped}"\ndescription: "x${escaped}"`)
      const { create: createNow } = await alertRuleRoutes()
      const { json } = await createNow(given, by)
      expect(json).toMatchObject({
        title: expect.stringContaining('\ufffd'),
        description: expect.stringContaining('\ufffd'),
      })
      expect(
        JSON.stringify(json).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(json).replaceAll('\\\\', '')),
      ).toBe(true)
    }
    await create(`${text}description: whole 😀\n`, by)
    expect((await read(id, by)).json).toMatchObject({ description: 'whole 😀' })
    const half = text.replace('title: T', 'title: Eve \ud83d')
    expect((await preview({ text: half }, by)).status).toBe(200)
  })
})

describe('values', () => {
  test.each([
    '{type: 0x1F}',
    '{type: 1.10}',
    '{type: 1e3}',
    '{type: +5}',
    '{type: 99999}',
    '{userId: bob}',
    '{hourOfDay: 25}',
    '{ipAddress: 10.0.0.0/8}',
    '{ipAddress: 300.1.2.3}',
    '{hourOfDay|gte: 0}',
    '{deviceName: Toaster}',
  ])('%s is refused with a hint', async (selection) => {
    for (const response of await responsesTo(`${selecting(selection)}id: ${id}\n`)) {
      expect(response).toMatchObject({
        status: 400,
        json: { problems: [{ line: 4, message: expect.stringMatching(/: .+\.$/) }] },
      })
    }
  })
})
