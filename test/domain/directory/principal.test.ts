// Callers: claims as identity servers write them, one value as a text or several as a list.
import { describe, expect, test } from 'vitest'
import { principalFrom, type UserPrincipal } from '../../../src/domain/directory/principal.ts'
import { personClaims } from '../../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../../support/events.ts'

const claims = (more: Record<string, unknown> = {}) => ({
  iss: 'https://identity.example',
  scope: ['api', 'offline_access'],
  amr: ['Application'],
  client_id: 'cli',
  sub: alice,
  email: 'alice@acme.example',
  ...more,
})

function userFrom(more: Record<string, unknown> = {}): UserPrincipal {
  const principal = principalFrom(claims(more), 'api', 'memberships')
  if (principal.kind !== 'user') throw new Error(principal.reason)
  return principal
}

/** A refusal for this reason; one for want of a scope names it. */
const refusal = (reason: string, scope: string) => ({
  kind: 'refused',
  reason,
  ...(reason === 'scope-missing' && { scope }),
})

describe('a person’s token', () => {
  test('names the person, without claims of membership', () => {
    expect(userFrom()).toEqual({
      kind: 'user',
      knownBy: 'vault',
      userId: alice,
      otherUserIds: [],
      email: 'alice@acme.example',
      isOperator: false,
      granted: new Map(),
      organizations: new Map(),
      eventLogs: new Set(),
      providers: new Map(),
    })
  })

  test.each([
    ['orgowner', 'owner'],
    ['orgadmin', 'admin'],
    ['orgcustom', 'custom'],
    ['orguser', 'user'],
  ])('%s makes an organization’s %s, for one as for many', (claim, role) => {
    expect(userFrom({ [claim]: acme }).organizations).toEqual(new Map([[acme, role]]))
    expect(userFrom({ [claim]: [acme.toUpperCase(), globex] }).organizations).toEqual(
      new Map([
        [acme, role],
        [globex, role],
      ]),
    )
  })

  test.each([
    ['providerprovideradmin', 'admin'],
    ['providerserviceuser', 'service'],
  ])('%s makes a provider’s %s, for one as for many', (claim, role) => {
    const [one, other] = [guid(1, '9'), guid(2, '9')]
    expect(userFrom({ [claim]: one }).providers).toEqual(new Map([[one, role]]))
    expect(userFrom({ [claim]: [one, other] }).providers).toEqual(
      new Map([
        [one, role],
        [other, role],
      ]),
    )
  })

  test('accesseventlogs opens the logs of organizations, for one as for many', () => {
    expect(userFrom({ accesseventlogs: acme }).eventLogs).toEqual(new Set([acme]))
    expect(userFrom({ accesseventlogs: [acme, globex] }).eventLogs).toEqual(new Set([acme, globex]))
  })

  test('the highest role counts when claims name an organization twice', () => {
    const all = { orgowner: acme, orgadmin: [acme, globex], orgcustom: [acme, globex], orguser: [globex, acme] }
    expect(userFrom(all).organizations).toEqual(
      new Map([
        [acme, 'owner'],
        [globex, 'admin'],
      ]),
    )
    const provider = guid(1, '9')
    const both = { providerserviceuser: provider, providerprovideradmin: provider }
    expect(userFrom(both).providers).toEqual(new Map([[provider, 'admin']]))
  })

  test('malformed claims claim nothing', () => {
    const odd = { orgowner: 'acme', orgadmin: 7, orguser: [acme, null], accesseventlogs: { id: acme } }
    expect(userFrom(odd)).toEqual(userFrom())
  })

  test.each([
    ['LinuxCLI', 25],
    ['linuxcli', 25],
    ['Toaster', undefined],
    [25, undefined],
  ])('the device type %j is %j', (devicetype, deviceType) => {
    expect(userFrom({ devicetype }).deviceType).toBe(deviceType)
  })

  test.each([
    ['in a list', { scope: ['offline_access', 'api'] }],
    ['alone', { scope: 'api' }],
    ['between blanks', { scope: 'offline_access api' }],
    ['with an external login', { amr: 'external' }],
    ['with several ways to log in', { amr: ['pwd', 'Application'] }],
    ['with a subject in upper case', { sub: alice.toUpperCase() }],
  ])('is accepted %s', (_, more) => {
    expect(userFrom(more).userId).toBe(alice)
  })

  test.each([
    ['no scope', { scope: undefined }, 'scope-missing'],
    ['another scope', { scope: 'api.organization' }, 'scope-missing'],
    ['a scope that begins like it', { scope: ['api.licensing', 'apis'] }, 'scope-missing'],
    ['a scope that is no text', { scope: { api: true } }, 'scope-missing'],
    ['no way to log in', { amr: undefined }, 'claims-unusable'],
    ['a way that no person takes', { amr: ['client'] }, 'claims-unusable'],
    ['no subject', { sub: undefined }, 'claims-unusable'],
    ['a subject that is no GUID', { sub: 'alice' }, 'claims-unusable'],
    ['a subject that is no text', { sub: 7 }, 'claims-unusable'],
  ])('is refused with %s', (_, more, reason) => {
    expect(principalFrom(claims(more), 'api', 'memberships')).toEqual(refusal(reason, 'api'))
  })

  test.each([undefined, null, 'claims', 7])('is refused when the claims are %j', (none) => {
    expect(principalFrom(none, 'api', 'memberships')).toEqual({ kind: 'refused', reason: 'claims-unusable' })
  })
})

describe('a person’s token of a vault', () => {
  test('gives no right that only Keytrail’s own tokens give', () => {
    const odd = { other_user_ids: [bob], granted: { [acme]: 'owner' }, operator: true, auth_time: 1 }
    expect(userFrom(odd)).toEqual(userFrom())
  })

  test('claims no membership if its issuer is trusted with the identity alone', () => {
    const all = { orgowner: acme, accesseventlogs: acme, providerprovideradmin: guid(1, '9') }
    expect(principalFrom(claims(all), 'api', 'identity')).toEqual(userFrom())
  })

  test.each(['api.organization', 'api.events.write'] as const)(
    'is none of an organization or server if its issuer is trusted with the identity alone: %s',
    (scope) => {
      const server = { scope: [scope], client_id: `organization.${acme}` }
      expect(principalFrom(server, scope, 'memberships').kind).not.toBe('refused')
      expect(principalFrom(server, scope, 'identity')).toEqual(refusal('scope-missing', scope))
    },
  )
})

describe('Keytrail’s own token of a person', () => {
  const own = (more: Record<string, unknown> = {}) => principalFrom(personClaims(alice, more), 'api', 'own')

  test('names the person with every account, e-mail and right', () => {
    const more = { other_user_ids: [bob], granted: { [acme]: 'owner', [globex]: 'reader' }, operator: true }
    expect(own({ ...more, name: 'Alice', email: 'alice@acme.example' })).toEqual({
      kind: 'user',
      knownBy: 'provider',
      userId: alice,
      otherUserIds: [bob],
      name: 'Alice',
      email: 'alice@acme.example',
      isOperator: true,
      granted: new Map([
        [acme, 'owner'],
        [globex, 'reader'],
      ]),
      organizations: new Map(),
      eventLogs: new Set(),
      providers: new Map(),
    })
  })

  test('claims no membership', () => {
    expect(own({ orgowner: acme, accesseventlogs: acme, providerprovideradmin: guid(1, '9') })).toEqual(own())
  })

  test.each([
    ['without a time of sign-in', { auth_time: undefined }],
    ['with a role that there is none of', { granted: { [acme]: 'admin' } }],
    ['with a role in no organization', { granted: { acme: 'owner' } }],
    ['with an account that is no GUID', { other_user_ids: ['bob'] }],
    ['for an operator in words', { operator: 'true' }],
  ])('is refused %s', (_, more) => {
    expect(own(more)).toEqual(refusal('claims-unusable', 'api'))
  })
})

describe('an organization’s API key', () => {
  const key = (more: Record<string, unknown> = {}) =>
    principalFrom(
      { scope: ['api.organization'], client_id: `organization.${acme}`, client_sub: acme, ...more },
      'api.organization',
      'memberships',
    )

  test('acts for the organization that its client id names', () => {
    expect(key()).toEqual({ kind: 'organization', organizationId: acme })
    expect(key({ client_id: `organization.${acme.toUpperCase()}` })).toEqual(key())
  })

  test.each([
    ['a person’s scope', { scope: 'api' }, 'scope-missing'],
    ['another kind of client id', { client_id: `user.${acme}` }, 'claims-unusable'],
    ['an id that is no GUID', { client_id: 'organization.acme' }, 'claims-unusable'],
    ['no id', { client_id: 'organization.' }, 'claims-unusable'],
    ['no client id', { client_id: undefined }, 'claims-unusable'],
  ])('is refused with %s', (_, more, reason) => {
    expect(key(more)).toEqual(refusal(reason, 'api.organization'))
  })
})

describe('a server’s token', () => {
  const scope = 'api.events.write'

  test.each([
    ['its client id', { client_id: 'server', sub: 'other' }, 'server'],
    ['its subject, without a client id', { sub: 'server' }, 'server'],
  ])('names the server by %s', (_, more, clientId) => {
    expect(principalFrom({ scope, ...more }, scope, 'memberships')).toEqual({
      kind: 'server',
      clientId,
      organizations: 'all',
    })
  })

  test('names the organizations that it is for', () => {
    const named = { scope, client_id: 'server', organizations: [acme, globex.toUpperCase()] }
    expect(principalFrom(named, scope, 'own')).toEqual({
      kind: 'server',
      clientId: 'server',
      organizations: new Set([acme, globex]),
    })
  })

  test.each([
    [
      'naming organizations by what is no GUID',
      { scope, client_id: 'server', organizations: ['acme'] },
      'claims-unusable',
    ],
    ['naming organizations in no list', { scope, client_id: 'server', organizations: acme }, 'claims-unusable'],
    ['naming no server', { scope }, 'claims-unusable'],
    ['a person’s scope', { scope: 'api', client_id: 'server' }, 'scope-missing'],
  ])('is refused with %s', (_, refused, reason) => {
    expect(principalFrom(refused, scope, 'memberships')).toEqual(refusal(reason, scope))
  })
})
