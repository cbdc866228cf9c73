// The directory's routes, by whole requests: members and items in parts, and how large a body may be.
import { beforeEach, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { itemsPerRequestMax, membersPerRequestMax } from '../../../src/domain/directory/directory.ts'
import {
  deleteMember,
  directoryBytesMax,
  putItems,
  putMembers,
  putOrganization,
  type WriteDirectoryPorts,
} from '../../../src/functions/directory/write-directory.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import type { Directory } from '../../../src/ports/directory.ts'
import { call, tokensOf } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'

const server = { scope: 'api.events.write', client_id: 'server', sub: 'server' }
let ports: WriteDirectoryPorts & { readonly directory: Directory }

beforeEach(async () => {
  ports = { authenticate: authenticateWith(tokensOf({ server })), directory: memoryDirectory() }
  await send(putOrganization, { name: 'Acme', members: [person(1)] })
})

const person = (number: number) => ({
  id: guid(number, '6'),
  userId: guid(number, 'b'),
  status: 2,
  type: 2,
  name: `Person ${number}`,
  collections: [{ id: guid(1, '5') }, { id: guid(2, '5') }],
})
const thing = (number: number) => ({ id: guid(number, 'd'), collections: [guid(1, '5')] })
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 1))
const things = (count: number) => Array.from({ length: count }, (_, index) => thing(index + 1))

const send = (
  route: typeof putMembers,
  body: unknown,
  params: Record<string, string> = { id: acme },
  token = 'server',
) => call(route(ports), { method: 'PUT', params, token, body })
const names = async () => (await ports.directory.organization(acme))?.members.map(({ name }) => name)

test('members come in parts and go one by one', async () => {
  expect((await send(putMembers, [person(2), person(3)])).status).toBe(204)
  expect(await names()).toEqual(['Person 1', 'Person 2', 'Person 3'])
  expect((await send(deleteMember, undefined, { id: acme, memberId: guid(2, '6') })).status).toBe(204)
  expect((await send(deleteMember, undefined, { id: acme, memberId: guid(2, '6') })).status).toBe(204)
  expect(await names()).toEqual(['Person 1', 'Person 3'])
})

test('an organization of Vaultwarden comes with the values of its tables', async () => {
  const access = { id: guid(1, '8'), accessAll: true }
  const members = [
    { ...person(1), status: -126, type: 0, accessAll: true },
    { ...person(2), type: '3', groups: [access.id] },
    { ...person(3), status: '2', type: '2' },
  ]
  expect((await send(putOrganization, { name: 'Acme', members, groups: [access] })).status).toBe(204)
  expect(await ports.directory.organization(acme)).toMatchObject({
    groups: [{ accessAll: true }],
    members: [
      { status: -1, type: 0, accessAll: true },
      { status: 2, type: 4, accessAll: false },
      { status: 2, type: 2 },
    ],
  })
})

test.each([
  [putMembers, membersPerRequestMax, people],
  [putItems, itemsPerRequestMax, things],
] as const)('as many as a request may hold are taken, and one more is a 400', async (route, max, many) => {
  expect((await send(route, many(max))).status).toBe(204)
  const response = await send(route, many(max + 1))
  expect(response).toMatchObject({ status: 400, json: { object: 'error' } })
  expect((await send(route, [])).status).toBe(204)
})

test('members of an unknown organization are a 404, and going they are done', async () => {
  expect((await send(putMembers, [person(2)], { id: globex })).status).toBe(404)
  expect(await ports.directory.organization(globex)).toBeUndefined()
  expect((await send(deleteMember, undefined, { id: globex, memberId: guid(2, '6') })).status).toBe(204)
})

test('an organization without members has none; with null for them it keeps those it has', async () => {
  await send(putOrganization, { name: 'Acme Ltd', members: null })
  expect(await names()).toEqual(['Person 1'])
  await send(putOrganization, { name: 'Acme' })
  expect(await names()).toEqual([])
})

test.each([putMembers, deleteMember])('without the server’s token nothing is taken', async (route) => {
  const response = await send(route, [person(2)], { id: acme, memberId: guid(1, '6') }, 'nobody')
  expect(response.status).toBe(401)
  expect(await names()).toEqual(['Person 1'])
})

test('20,000 members in two collections each and 100,000 items fit into one request', async () => {
  const response = await send(putOrganization, { name: 'Acme', members: people(20_000), items: things(100_000) })
  expect(response.status).toBe(204)
  expect(await names()).toHaveLength(20_000)
  expect(await ports.directory.items([thing(100_000).id])).toHaveLength(1)
})

test('a body of as many bytes as an organization may have is read, and one byte more is a 413', async () => {
  const body = JSON.stringify({ name: 'Acme' })
  const full = body + ' '.repeat(directoryBytesMax - body.length)
  expect((await send(putOrganization, full)).status).toBe(204)
  const response = await send(putOrganization, `${full} `)
  expect(response).toMatchObject({ status: 413, json: { message: 'The body is larger than 32 MiB.' } })
})

test.each([40, 5_000, 200_000])('permissions and data of policies nested %i deep are a 400', async (levels) => {
  const deep = `{"more":${'['.repeat(levels)}${']'.repeat(levels)}}`
  const { collections: _, ...member } = person(2)
  for (const body of [
    `{"name":"Acme","members":[${JSON.stringify(member).slice(0, -1)},"permissions":${deep}}]}`,
    `{"name":"Acme","policies":[{"id":"${guid(1, '9')}","type":0,"data":${deep}}]}`,
  ]) {
    expect(await send(putOrganization, body)).toMatchObject({ status: 400, json: { errors: expect.anything() } })
  }
  expect(await names()).toEqual(['Person 1'])
})

test('a name from a vault is stored as one well-formed line', async () => {
  const members = ['Eve \ud83d', 'a\nb\u0000c', 'cod\u202egnp'].map((name, index) => ({ ...person(index + 2), name }))
  const permissions = { note: '\ude00', '\ud83d': 1 }
  expect(
    (await send(putOrganization, { name: 'Acme', members: [{ ...members[0], permissions }, ...members.slice(1)] }))
      .status,
  ).toBe(204)
  expect(await names()).toEqual(['Eve \ufffd', 'a b c', 'cod gnp'])
  const [first] = (await ports.directory.organization(acme))?.members ?? []
  expect(first?.permissions).toEqual({ note: '\ufffd', '\ufffd': 1 })
})

test('a misspelt property of the organization is a 400; of a member it is passed over', async () => {
  const response = await send(putOrganization, { name: 'Acme', useEvent: true })
  expect(response).toMatchObject({ status: 400, json: { errors: { useEvent: ['is not known'] } } })
  expect((await send(putOrganization, { name: 'Acme', members: [{ ...person(1), object: 'member' }] })).status).toBe(
    204,
  )
})
