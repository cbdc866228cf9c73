// The people of the made-up Vaultwarden at the local identity server: as its database has them, in both modes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, olga } from '../../../local/demo/people/people.ts'
import { type Identity, startIdentity } from '../../../local/identity.ts'
import { ben, birchwood, nora, trialOrganization } from '../../../local/vaultwarden/people.ts'
import { directoryRows } from '../../../local/vaultwarden/trial.ts'
import { browserAt } from './browser.ts'

let folder: string
let identity: Identity

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-trial-'))
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json') })
})
afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

/** The addresses on the sign-in page, in its order. */
const listedAt = async (issuer: string, scope: string): Promise<readonly string[]> => {
  const { html } = await browserAt(issuer, scope).authorize()
  return [...html.matchAll(/name="username" value="([^"]+)"/g)].map(([, email = '']) => email)
}

test('are on the sign-in page of both modes; the operator is at the top, where people alone are known', async () => {
  const [vault, plain] = await Promise.all([
    listedAt(identity.issuer, 'openid api'),
    listedAt(identity.plainIssuer, 'openid email'),
  ])
  expect(vault).toEqual(expect.arrayContaining([nora.email, ben.email]))
  expect(plain).toEqual([olga.email, ...vault])
  expect(vault[0]).toBe(alice.email)
})

test('have the ids, addresses and roles of the made-up database', () => {
  const rows = (name: string) => directoryRows().flatMap(([table, row]) => (table === name ? [row] : []))
  for (const { id, email, name } of [nora, ben])
    expect(rows('users')).toContainEqual(expect.objectContaining({ uuid: id, email, name }))
  for (const { userId, type, status } of trialOrganization.members) {
    expect(rows('users_organizations')).toContainEqual(
      expect.objectContaining({ user_uuid: userId, org_uuid: birchwood, atype: type, status }),
    )
  }
})

test('get a token that says what they are in their organization', async () => {
  expect(decodeJwt(await identity.userToken(nora.email))).toMatchObject({ sub: nora.id, orgowner: birchwood })
})
