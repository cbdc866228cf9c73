// CSV: the web vault's columns, in the form of RFC 4180, without formulas.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesFrom } from '../../../../src/domain/directory/names.ts'
import { deviceTypes } from '../../../../src/domain/events/device-types.ts'
import { appOf } from '../../../../src/domain/log/export/apps.ts'
import { csvField, csvHeader, csvLine } from '../../../../src/domain/log/export/csv.ts'
import { anyText } from '../../../support/any-text.ts'
import { facts, member, organization } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'

const namesWith = (name: string, email = 'alice@bitwarden.com') =>
  namesFrom(facts({ organizations: [organization(acme, { members: [member(alice, { name, email })] })] }))
const names = namesWith('Alice')
const none = { cipherId: undefined }

/** Reads the fields of CSV text (RFC 4180 section 2); every line must end. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [[]]
  let rest = text
  while (rest !== '') {
    const [whole, quoted, plain = '', end = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? []
    if (whole === undefined) throw new Error(`no CSV: ${rest}`)
    lines.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',') lines.push([])
    rest = rest.slice(whole.length)
  }
  return lines.slice(0, -1)
}

describe('a line', () => {
  test('is what the web vault exports', () => {
    const from = { ...none, ipAddress: '111.11.111.111', deviceType: 9 }
    const loggedIn = event({ ...from, type: 1000, date: '2021-06-14T14:22:23.331751Z' })
    expect(csvHeader).toBe('message,appIcon,appName,userId,userName,userEmail,date,ip,type,installationId\r\n')
    expect(csvLine(loggedIn, names)).toBe(
      `Logged in.,fa-globe,Web Vault - Chrome,${alice},Alice,alice@bitwarden.com,2021-06-14T14:22:23.331751Z,111.11.111.111,User_LoggedIn,\r\n`,
    )
    const changed = { ...from, type: 1600, date: '2021-06-07T17:57:08.1866667Z', installationId: guid(5) }
    expect(csvLine(event({ ...changed, actingUserId: bob }), names)).toBe(
      `Edited organization settings.,fa-globe,Web Vault - Chrome,${bob},,,2021-06-07T17:57:08.1866667Z,111.11.111.111,Organization_Updated,${guid(5)}\r\n`,
    )
  })

  test('has an unknown app if the event has no device', () => {
    const invited = { ...none, type: 1500, organizationUserId: guid(1, '9'), ipAddress: '111.11.111.111' }
    expect(csvLine(event({ ...invited, date: '2021-06-14T14:14:44.7566667Z' }), names)).toBe(
      `Invited user 90000000.,fa-globe,Unknown,${alice},Alice,alice@bitwarden.com,2021-06-14T14:14:44.7566667Z,111.11.111.111,OrganizationUser_Invited,\r\n`,
    )
  })

  test('names the subject if there is no actor, and no person if there is neither', () => {
    const fields = (members: Record<string, unknown>) => readCsv(csvLine(event({ ...none, ...members }), names))[0]
    expect(fields({ type: 1000, actingUserId: undefined, userId: alice })?.slice(3, 5)).toEqual([alice, 'Alice'])
    expect(fields({ type: 1000, actingUserId: undefined })?.slice(3, 6)).toEqual(['', '', ''])
  })

  test('names the system user that acted, and not the user that the event is about', () => {
    const acted = event({ ...none, type: 1515, actingUserId: undefined, userId: alice, systemUser: 200 })
    expect(readCsv(csvLine(acted, names))[0]?.slice(3, 6)).toEqual(['', 'VaultwardenAdmin', ''])
    expect(readCsv(csvLine(acted))[0]?.slice(3, 6)).toEqual(['', '', ''])
    expect(readCsv(csvLine({ ...acted, actingUserId: alice }, names))[0]?.slice(3, 5)).toEqual([alice, 'Alice'])
  })

  test('has an unknown type by number, and no names if none are given', () => {
    expect(csvLine(event({ ...none, type: 4711 }))).toBe(
      `Event of type 4711.,fa-globe,Unknown,${alice},,,2026-11-20T10:00:00.000Z,,4711,\r\n`,
    )
  })
})

describe('a field', () => {
  test.each([
    ['Alice', 'Alice'],
    ['', ''],
    ['O’Neil, Ann', '"O’Neil, Ann"'],
    ['the "boss"', '"the ""boss"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['a=b', 'a=b'],
    ["'quoted", "'quoted"],
    ['2021-06-14T14:22:23.331751Z', '2021-06-14T14:22:23.331751Z'],
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-Bob', "'-Bob"],
    ['@alice', "'@alice"],
    ['\tx', '"\'\tx"'],
    ['\nx', '"\'\nx"'],
    ['\0x', "'\0x"],
    ['\u001bx', "'\u001bx"],
    ['\u2028x', "'\u2028x"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(1)', "'＠SUM(1)"],
    ['﹦1', "'﹦1"],
    ['﬩1', "'﬩1"],
    ['−1', "'−1"],
    [' =1+1', "' =1+1"],
    ['\u00a0\u3000=1', "'\u00a0\u3000=1"],
    ['\ufeff=1', "'\ufeff=1"],
    ['\u200b\u2060\u00ad@x', "'\u200b\u2060\u00ad@x"],
    ['\u3164\ufe0f+1', "'\u3164\ufe0f+1"],
    ['\u202e-1', "'\u202e-1"],
    ['a;=1+1', '"a;=1+1"'],
    ['a\t=1+1', '"a\t=1+1"'],
    [' Alice', ' Alice'],
    ['Élodie＝', 'Élodie＝'],
    ['–', '–'],
    ['🔑=1', '🔑=1'],
    ['\rx', '"\'\rx"'],
    ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
  ])('with %j is %j', (text, field) => {
    expect(csvField(text)).toBe(field)
  })

  test('of any text reads back unchanged, or with a quote before a formula', () => {
    fc.assert(
      fc.property(fc.array(anyText(), { minLength: 1 }), (texts) => {
        const [fields = []] = readCsv(`${texts.map(csvField).join(',')}\r\n`)
        for (const [index, text] of texts.entries()) {
          const field = fields[index]
          if (isRisky(text)) expect(field).toBe(`'${text}`)
          else expect([text, `'${text}`]).toContain(field)
        }
      }),
    )
  })
})

/** What every spreadsheet would run. */
const isRisky = (text: string) => /^[\s\0\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n\0]/.test(text)

test('no name or address breaks a line or begins a formula', () => {
  const risky = fc.string({ unit: fc.constantFrom(...'=+-@＝＋－＠\t\r\n\0 \u200b\ufeff",;\'|aé') })
  fc.assert(
    fc.property(risky, risky, fc.string({ maxLength: 20 }), (name, email, ipAddress) => {
      const lines = readCsv(csvLine(event({ ipAddress }), namesWith(name, email)))
      expect(lines.map((fields) => fields.length)).toEqual([10])
      for (const field of lines.flat()) expect(isRisky(field)).toBe(false)
    }),
  )
})

test('every device has its name and its family’s icon', () => {
  expect(deviceTypes.map(({ code }) => appOf(code).name)).toEqual(deviceTypes.map(({ title }) => title))
  const icons = Object.fromEntries(deviceTypes.map(({ code, title }) => [title.split(' - ')[0], appOf(code).icon]))
  expect(icons).toEqual({
    'Web Vault': 'fa-globe',
    'Browser Extension': 'fa-puzzle-piece',
    Desktop: 'fa-desktop',
    Mobile: 'fa-mobile',
    CLI: 'fa-terminal',
    SDK: 'fa-code',
    Server: 'fa-server',
  })
  expect(appOf(undefined)).toMatchObject({ name: 'Unknown', icon: 'fa-globe' })
  expect(appOf(999)).toEqual(appOf(undefined))
})
