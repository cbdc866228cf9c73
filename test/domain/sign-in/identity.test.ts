// Who a person is by an ID token: which e-mails count, and which tenants.
import { describe, expect, test } from 'vitest'
import { identityFrom, isMultiTenant } from '../../../src/domain/sign-in/identity.ts'

const issuer = 'https://accounts.example'
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const otherTenant = '82f988bf-86f1-41af-91ab-2d7cd011db47'
const entra = `https://login.microsoftonline.com/${tenant}/v2.0`
const claims = { sub: 'a1', name: 'Ann', email: 'Ann@acme.test' }

describe('an e-mail', () => {
  test.each([
    ['verified', { email_verified: true }, 'Ann@acme.test', undefined],
    ['unverified', { email_verified: false }, undefined, 'email-unverified'],
    ['of which nothing is said', {}, undefined, 'email-unverified'],
    ['verified in words', { email_verified: 'true' }, undefined, 'email-unverified'],
    ['verified by a number', { email_verified: 1 }, undefined, 'email-unverified'],
    [
      'that the person chose for display',
      { email: undefined, preferred_username: 'ann@acme.test', email_verified: true },
      undefined,
      'email-missing',
    ],
    ['that is no address', { email: 'ann', email_verified: true }, undefined, 'email-missing'],
    ['that is no text', { email: ['ann@acme.test'], email_verified: true }, undefined, 'email-missing'],
    ['that is too long', { email: `${'a'.repeat(311)}@acme.test`, email_verified: true }, undefined, 'email-missing'],
  ])('%s', (_, more, email, problem) => {
    const identity = identityFrom({ ...claims, ...more }, issuer)
    expect(identity).toMatchObject({ ...(email && { email }), ...(problem && { problem }) })
    expect('email' in identity).toBe(email !== undefined)
  })
})

describe('an e-mail of Entra', () => {
  test.each([
    ['counts in a token of the tenant of the settings', { tid: tenant }, true],
    ['counts in it in upper case', { tid: tenant.toUpperCase() }, true],
    ['counts if its domain’s owner is verified', { tid: tenant, xms_edov: true }, true],
    ['does not count if that is denied', { tid: tenant, xms_edov: false }, false],
    ['does not count if that is denied in words', { tid: tenant, xms_edov: 'false' }, false],
    ['does not count if that is denied by a number', { tid: tenant, xms_edov: 0 }, false],
    ['does not count if it is said to be unverified', { tid: tenant, email_verified: false }, false],
  ])('%s', (_, more, counts) => {
    expect('email' in identityFrom({ ...claims, ...more }, entra)).toBe(counts)
  })

  test.each([
    ['another tenant', { tid: otherTenant, email_verified: true }],
    ['no tenant', { email_verified: true }],
  ])('is refused with the whole token of %s', (_, more) => {
    expect(identityFrom({ ...claims, ...more }, entra)).toEqual({ kind: 'refused', reason: 'tenant-wrong' })
  })
})

test.each([
  'common',
  'organizations',
  'consumers',
  '{tenantid}',
  'COMMON',
  'acme.onmicrosoft.com',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
])('an issuer for the tenant %s is for several', (name) => {
  expect(isMultiTenant(`https://login.microsoftonline.com/${name}/v2.0`)).toBe(true)
  expect(isMultiTenant(`https://sts.windows.net/${name}/`)).toBe(true)
})
test.each([entra, issuer, 'https://keycloak.example/realms/common'])('the issuer %s is for one', (one) => {
  expect(isMultiTenant(one)).toBe(false)
})

test('a person is the issuer’s subject, and roles are those of both claims', () => {
  const [ann, other, elsewhere] = [
    identityFrom({ ...claims, roles: ['a', 'b'], groups: 'b' }, issuer),
    identityFrom({ ...claims, sub: 'a2' }, issuer),
    identityFrom(claims, entra.replace('login.microsoftonline.com', 'idp.example')),
  ]
  expect(ann).toMatchObject({ name: 'Ann', roles: ['a', 'b'] })
  expect(new Set([ann, other, elsewhere].map((each) => 'person' in each && each.person)).size).toBe(3)
})

test.each([null, 'claims', {}, { sub: '' }, { sub: 7 }])('claims without a subject are refused: %j', (odd) => {
  expect(identityFrom(odd, issuer)).toEqual({ kind: 'refused', reason: 'id-token-invalid' })
})
