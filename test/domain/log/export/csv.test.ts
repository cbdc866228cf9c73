// CSV: the web vault's columns and ours, in the form of RFC 4180, without formulas.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Names, namesFrom, withItems } from '../../../../src/domain/directory/names.ts'
import { deviceTypes } from '../../../../src/domain/events/device-types.ts'
import type { StoredEvent } from '../../../../src/domain/events/event.ts'
import { parseInstant } from '../../../../src/domain/instant.ts'
import { appOf } from '../../../../src/domain/log/export/apps.ts'
import { csvField, csvHeader, csvLine } from '../../../../src/domain/log/export/csv.ts'
import { anyText } from '../../../support/any-text.ts'
import { facts, item, member, organization } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'

const namesWith = (name: string, email = 'alice@bitwarden.com') =>
  namesFrom(facts({ organizations: [organization(acme, { members: [member(alice, { name, email })] })] }))
const names = namesWith('Alice')
const none = { cipherId: undefined }
/** The columns of ours of an event that names nothing else. */
const ours = ({ id, type }: StoredEvent) => `${id},${type}${','.repeat(10)}`

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

/** The columns after the web vault's, by name. */
function columnsOf(of: StoredEvent, known?: Names): Record<string, string> {
  const [header = [], fields = []] = readCsv(csvHeader + csvLine(of, known))
  return Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']).slice(10))
}

describe('a line', () => {
  test('begins with what the web vault exports', () => {
    const from = { ...none, ipAddress: '111.11.111.111', deviceType: 9 }
    const loggedIn = event({ ...from, type: 1000, date: '2021-06-14T14:22:23.331751Z' })
    expect(csvHeader).toMatch(/^message,appIcon,appName,userId,userName,userEmail,date,ip,type,installationId,/)
    expect(csvLine(loggedIn, names)).toBe(
      `Logged in.,fa-globe,Web Vault - Chrome,${alice},Alice,alice@bitwarden.com,2021-06-14T14:22:23.331751Z,111.11.111.111,User_LoggedIn,,${ours(loggedIn)}\r\n`,
    )
    const more = { type: 1600, date: '2021-06-07T17:57:08.1866667Z', installationId: guid(5), actingUserId: bob }
    const changed = event({ ...from, ...more })
    expect(csvLine(changed, names)).toBe(
      `Edited organization settings.,fa-globe,Web Vault - Chrome,${bob},,,2021-06-07T17:57:08.1866667Z,111.11.111.111,Organization_Updated,${guid(5)},${ours(changed)}\r\n`,
    )
  })

  test('has an unknown app if the event has no device', () => {
    const invited = event({ ...none, type: 1500, organizationUserId: guid(1, '9'), ipAddress: '111.11.111.111' })
    expect(csvLine({ ...invited, date: parseInstant('2021-06-14T14:14:44.7566667Z') ?? invited.date }, names)).toMatch(
      `Invited user 90000000.,fa-globe,Unknown,${alice},Alice,alice@bitwarden.com,2021-06-14T14:14:44.7566667Z,111.11.111.111,OrganizationUser_Invited,,`,
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
    const unknown = event({ ...none, type: 4711 })
    expect(csvLine(unknown)).toBe(
      `Event of type 4711.,fa-globe,Unknown,${alice},,,2026-11-20T10:00:00.000Z,,4711,,${ours(unknown)}\r\n`,
    )
  })

  test('has the ids and names of everything that the event is about, and empty columns for what is not known', () => {
    const [collectionId, groupId, policyId] = [guid(1, '8'), guid(2, '8'), guid(3, '8')]
    const ids = { organizationUserId: guid(1, '7'), collectionId, groupId, policyId }
    const known = namesFrom(
      facts({
        organizations: [
          organization(acme, {
            members: [member(alice, { name: 'Alice' })],
            collections: [{ id: collectionId, name: 'Servers' }],
            groups: [{ id: groupId, name: 'Engineers' }],
            policies: [{ id: policyId, type: 0 }],
          }),
        ],
        items: [item(guid(1, 'd'), { name: 'Root, cloud', critical: true }), item(guid(2, 'd'))],
      }),
    )
    const all = event({ ...ids, secretId: guid(4, '8'), serviceAccountId: guid(5, '8') })
    expect(columnsOf(all, known)).toEqual({
      eventId: all.id,
      typeNumber: '1107',
      itemId: guid(1, 'd'),
      itemName: 'Root, cloud',
      critical: 'yes',
      memberId: guid(1, '7'),
      memberName: 'Alice',
      collectionName: 'Servers',
      groupName: 'Engineers',
      policyName: 'Require two-step login',
      secretId: guid(4, '8'),
      serviceAccountId: guid(5, '8'),
    })
    const nameless = { itemName: '', critical: '', memberName: '', collectionName: '', groupName: '', policyName: '' }
    expect(columnsOf(all)).toEqual({ ...columnsOf(all, known), ...nameless })
    expect(columnsOf(event({ cipherId: guid(2, 'd') }), known)).toMatchObject({ itemName: '', critical: 'no' })
    expect(columnsOf(event({ cipherId: guid(3, 'd') }), known)).toMatchObject({ itemName: '', critical: '' })
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
    fc.property(risky, risky, risky, fc.string({ maxLength: 20 }), (name, email, itemName, ipAddress) => {
      const items = new Map([[guid(1, 'd'), item(guid(1, 'd'), { name: itemName })]])
      const lines = readCsv(csvLine(event({ ipAddress }), withItems(namesWith(name, email), acme, items)))
      expect(lines.map((fields) => fields.length)).toEqual([22])
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
