// A source as it is typed, and as the API takes it.
import { expect, test } from 'vitest'
import { bodyOf, changesOf, draftOf, missingIn, newDraft } from '../../../web/sources/draft.ts'
import { readSource } from '../../../web/sources/source.ts'

const organizationId = 'a0000000-0000-4000-8000-000000000001'
const typed = { ...newDraft, name: ' Vault ', url: ' https://vault.example ', clientSecret: ' s3cret ' }
const response = {
  object: 'source',
  id: 's1',
  kind: 'bitwarden-api',
  name: 'Vault',
  region: 'self-hosted',
  apiUrl: 'https://vault.example/api',
  identityUrl: 'https://vault.example/identity',
  clientId: `organization.${organizationId}`,
  paused: false,
  createdAt: '2026-11-20T09:30:00.123Z',
  status: 'history',
  message: 'The history is being read.',
  lastPullAt: null,
  nextPullAt: null,
  lagSeconds: null,
  eventsPulled: 0,
  requestsToday: 0,
  requestsYesterday: 0,
  history: { done: false, reachedBack: null, events: 0 },
  directory: null,
  lastError: null,
}

test('the key is of the organization, and the address goes along for self-hosted servers alone', () => {
  expect(bodyOf(typed, organizationId)).toEqual({
    kind: 'bitwarden-api',
    clientId: `organization.${organizationId}`,
    name: 'Vault',
    region: 'us',
    clientSecret: 's3cret',
  })
  expect(bodyOf({ ...typed, region: 'self-hosted' }, organizationId)).toMatchObject({ url: 'https://vault.example' })
})

test('an empty key stays as it is', () => {
  expect(changesOf({ ...typed, clientSecret: ' ' })).toEqual({ name: 'Vault', region: 'us' })
})

test('what is missing is named before the app is asked', () => {
  const known = readSource(response)
  expect(missingIn({ ...newDraft, name: ' ' }, null)).toEqual(['name', 'clientSecret'])
  expect(missingIn({ ...draftOf(known), url: ' ', clientSecret: 's3cret' }, known)).toEqual(['url'])
  expect(missingIn(typed, null)).toEqual([])
})

test('the key is entered again for another server, and for that alone', () => {
  const known = readSource(response)
  expect(missingIn(draftOf(known), known)).toEqual([])
  expect(missingIn({ ...draftOf(known), url: 'https://vault.example/' }, known)).toEqual([])
  expect(missingIn({ ...draftOf(known), url: 'https://other.example' }, known)).toEqual(['clientSecret'])
  expect(missingIn({ ...draftOf(known), region: 'eu' }, known)).toEqual(['clientSecret'])
})

test('a known source is edited at the address that was typed, without its key', () => {
  expect(draftOf(readSource(response))).toEqual({
    name: 'Vault',
    region: 'self-hosted',
    url: 'https://vault.example',
    clientSecret: '',
  })
})
