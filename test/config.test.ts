// The settings: each is read, and a bad one stops the start by its name, its value never shown.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { rateLimitsDefault } from '../src/adapters/in-process/rate-limits.ts'
import { BadSettings, readConfig, readStorageConfig } from '../src/config.ts'
import { rateKinds } from '../src/ports/rate-limits.ts'

const connectionString = 'DefaultEndpointsProtocol=https;AccountName=keytrail;AccountKey=c2VjcmV0'
const issuer = 'https://identity.example'
const good = { EventsStorage: connectionString, AUTH_ISSUER: issuer }
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString().trim()
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const sec1Pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
/** Private keys that are not strong enough, or of a kind that our tokens are not signed with. */
const weak = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey,
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  ed25519: generateKeyPairSync('ed25519').privateKey,
}
const weakPem = (kind: keyof typeof weak) => weak[kind].export({ type: 'pkcs8', format: 'pem' }).toString()

/** What the start says of these settings, to the last property of what it throws. */
function complaintAbout(settings: Readonly<Record<string, string | undefined>>): string {
  try {
    readConfig(settings)
  } catch (error) {
    expect(error).toBeInstanceOf(BadSettings)
    return inspect(error, { depth: 10 }).replace(/\n\s+at .*/g, '')
  }
  throw new Error('no complaint')
}

test('two settings are enough', () => {
  expect(readConfig(good)).toEqual({
    storage: { kind: 'connection-string', connectionString },
    issuers: {
      vault: { source: { kind: 'discovery', metadataUrl: `${issuer}/.well-known/openid-configuration` } },
      further: [],
    },
    origins: [],
    address: { trustedProxies: 1 },
    alertSchedule: '0 * * * * *',
    rateLimits: { collect: 600, read: 6_000, export: 300, preview: 60, write: 600, server: 6_000, refused: 300 },
    web: { kind: 'vault', issuer, metadataUrl: `${issuer}/.well-known/openid-configuration`, clientId: 'keytrail' },
    allowLoopback: false,
  })
})

test('data files about addresses are listed by commas', () => {
  const { placeFiles } = readConfig({ ...good, PLACE_FILES: ' /data/city.mmdb, /data/asn.mmdb' })
  expect(placeFiles).toEqual(['/data/city.mmdb', '/data/asn.mmdb'])
})

describe('rate limits', () => {
  const names = rateKinds.map((kind) => [kind, `RATE_LIMIT_${kind.toUpperCase()}`] as const)

  test.each(names)('of %s is what %s says; 0 is none', (kind, name) => {
    for (const limit of [0, 1, 25, 9_999_999]) {
      expect(readConfig({ ...good, [name]: String(limit) }).rateLimits).toEqual({ ...rateLimitsDefault, [kind]: limit })
    }
  })

  test.each(names)('of %s that is no number is refused as %s', (_, name) => {
    for (const bad of ['-1', '1.5', 'off', '10000000', '0x10', '1e3']) {
      expect(complaintAbout({ ...good, [name]: bad })).toContain(`${name} is not valid`)
    }
  })
})

describe('the page', () => {
  test('signs in at the issuer, as the client that a setting names', () => {
    expect(readConfig({ ...good, WEB_CLIENT_ID: 'event log' }).web).toMatchObject({ issuer, clientId: 'event log' })
    const metadataUrl = 'https://login.example/tenant/.well-known/openid-configuration'
    const byMetadata = readConfig({ ...good, AUTH_ISSUER: '', AUTH_METADATA_URL: metadataUrl })
    expect(byMetadata.web).toMatchObject({ issuer: 'https://login.example/tenant', metadataUrl })
    expect(readConfig({ ...good, AUTH_METADATA_URL: metadataUrl }).web).toMatchObject({ issuer, metadataUrl })
  })

  test('is not there where the issuer says nowhere where to sign in', () => {
    expect(readConfig({ ...good, AUTH_JWKS_URL: `${issuer}/keys` }).web).toBeUndefined()
    expect(readConfig({ ...good, AUTH_PUBLIC_KEY: publicPem }).web).toBeUndefined()
  })
})

test('empty settings count as absent, and others of the environment are passed over', () => {
  const empty = { AUTH_PUBLIC_KEY: '', AUTH_AUDIENCE: ' ', CLIENT_IP_HEADER: undefined, TRUSTED_PROXIES: '', PATH: '/' }
  expect(readConfig({ ...good, ...empty })).toEqual(readConfig(good))
})

describe('storage', () => {
  const byIdentity = {
    AUTH_ISSUER: issuer,
    EventsStorage__queueServiceUri: 'https://keytrail.queue.core.windows.net',
    EventsStorage__tableServiceUri: 'https://keytrail.table.core.windows.net',
  }
  const addresses = {
    kind: 'identity',
    queueServiceUri: byIdentity.EventsStorage__queueServiceUri,
    tableServiceUri: byIdentity.EventsStorage__tableServiceUri,
  }

  test.each([
    ['by connection string', good, { kind: 'connection-string', connectionString }],
    ['by the app’s own identity', byIdentity, addresses],
    [
      'by an identity that is assigned to it',
      { ...byIdentity, EventsStorage__clientId: 'a-client' },
      { ...addresses, clientId: 'a-client' },
    ],
    [
      'by connection string when there is both',
      { ...byIdentity, ...good },
      { kind: 'connection-string', connectionString },
    ],
  ])('is reached %s', (_, settings, storage) => {
    expect(readConfig(settings).storage).toEqual(storage)
  })

  test.each([
    ['nothing', {}],
    ['the queue’s address alone', { EventsStorage__queueServiceUri: 'https://keytrail.queue.core.windows.net' }],
    ['the table’s address alone', { EventsStorage__tableServiceUri: 'https://keytrail.table.core.windows.net' }],
  ])('is missing with %s', (_, settings) => {
    expect(complaintAbout({ AUTH_ISSUER: issuer, ...settings })).toContain('EventsStorage is missing')
  })
})

describe('tokens', () => {
  const metadataUrl = 'https://elsewhere.example/metadata'
  const jwksUrl = 'https://identity.example/keys'

  test.each([
    [
      'discovery of an issuer whose name ends with a slash',
      { AUTH_ISSUER: `${issuer}/` },
      { kind: 'discovery', metadataUrl: `${issuer}/.well-known/openid-configuration` },
    ],
    [
      'discovery of an issuer with a path',
      { AUTH_ISSUER: `${issuer}/identity` },
      { kind: 'discovery', metadataUrl: `${issuer}/identity/.well-known/openid-configuration` },
    ],
    ['discovery elsewhere', { AUTH_METADATA_URL: metadataUrl }, { kind: 'discovery', metadataUrl }],
    [
      'discovery elsewhere, issuer or not',
      { AUTH_ISSUER: issuer, AUTH_METADATA_URL: metadataUrl },
      { kind: 'discovery', metadataUrl },
    ],
    ['a key set', { AUTH_ISSUER: issuer, AUTH_JWKS_URL: jwksUrl }, { kind: 'jwks', issuer, jwksUrl }],
    [
      'a public key',
      { AUTH_ISSUER: issuer, AUTH_PUBLIC_KEY: publicPem },
      { kind: 'public-key', issuer, publicKey: publicPem },
    ],
    [
      'a public key on one line',
      { AUTH_ISSUER: issuer, AUTH_PUBLIC_KEY: publicPem.replaceAll('\n', '\\n') },
      { kind: 'public-key', issuer, publicKey: publicPem },
    ],
    [
      'a public key of an issuer that is no URL',
      { AUTH_ISSUER: 'https://vault.example|login', AUTH_PUBLIC_KEY: publicPem },
      { kind: 'public-key', issuer: 'https://vault.example|login', publicKey: publicPem },
    ],
    [
      'a key set of an issuer that is no URL',
      { AUTH_ISSUER: 'vault', AUTH_JWKS_URL: jwksUrl },
      { kind: 'jwks', issuer: 'vault', jwksUrl },
    ],
    [
      'the public key before anything else',
      { AUTH_ISSUER: issuer, AUTH_JWKS_URL: jwksUrl, AUTH_METADATA_URL: metadataUrl, AUTH_PUBLIC_KEY: publicPem },
      { kind: 'public-key', issuer, publicKey: publicPem },
    ],
  ])('are checked by %s', (_, settings, source) => {
    expect(readConfig({ EventsStorage: connectionString, ...settings }).issuers.vault).toEqual({ source })
  })

  test('must name the audience that is set', () => {
    expect(readConfig({ ...good, AUTH_AUDIENCE: ' keytrail ' }).issuers.vault?.audience).toBe('keytrail')
  })

  test.each([
    ['nothing says how', {}],
    ['a key set is without an issuer', { AUTH_JWKS_URL: jwksUrl }],
    ['a public key is without an issuer', { AUTH_PUBLIC_KEY: publicPem }],
    ['a key set comes with an address of discovery alone', { AUTH_JWKS_URL: jwksUrl, AUTH_METADATA_URL: metadataUrl }],
  ])('cannot be checked when %s', (_, settings) => {
    expect(complaintAbout({ EventsStorage: connectionString, ...settings })).toContain('AUTH_ISSUER is missing')
  })

  const plain: readonly (readonly [string, Record<string, string>])[] = [
    ['AUTH_ISSUER', { AUTH_ISSUER: 'http://127.0.0.1:7072' }],
    ['AUTH_METADATA_URL', { AUTH_METADATA_URL: 'http://127.0.0.1:7072/metadata' }],
    ['AUTH_JWKS_URL', { AUTH_JWKS_URL: 'http://127.0.0.1:7072/jwks' }],
  ]

  test.each(plain)('are not accepted on a plain %s, but in Development', (name, settings) => {
    for (const environment of [undefined, 'Production', 'Staging', 'development']) {
      const complaint = complaintAbout({ ...good, ...settings, AZURE_FUNCTIONS_ENVIRONMENT: environment })
      expect(complaint).toContain(name)
      expect(complaint).toContain('must be https')
      expect(complaint).not.toContain('127.0.0.1')
    }
    const development = { ...good, ...settings, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }
    expect(readConfig(development).issuers.vault?.source).toBeDefined()
  })
})

describe('sign-in with an identity provider', () => {
  const entra = 'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0'
  const own = { TOKEN_SIGNING_KEY: privatePem, TOKEN_ISSUER: 'https://keytrail.example' }
  const signIn = { ...own, SIGN_IN_ISSUER: 'https://accounts.example/', SIGN_IN_CLIENT_ID: 'keytrail' }

  test('needs no issuer of a vault', () => {
    const { issuers, web, signIn: read } = readConfig({ EventsStorage: connectionString, ...signIn })
    expect([issuers, web]).toEqual([{ further: [] }, undefined])
    expect(read).toEqual({
      provider: { issuer: 'https://accounts.example/', clientId: 'keytrail' },
      roles: { rules: [{ role: 'keytrail.operator', gives: { kind: 'operator' } }], operators: [] },
    })
  })

  test('has its secret, roles and operators', () => {
    const more = {
      SIGN_IN_CLIENT_SECRET: 's3cret',
      SIGN_IN_ROLES: 'ops=operator',
      OPERATORS: ' olga@keytrail.test, ops,',
    }
    expect(readConfig({ ...good, ...signIn, ...more, SIGN_IN_ISSUER: entra }).signIn).toEqual({
      provider: { issuer: entra, clientId: 'keytrail', clientSecret: 's3cret' },
      roles: {
        rules: [{ role: 'ops', gives: { kind: 'operator' } }],
        operators: ['olga@keytrail.test', 'ops'],
      },
    })
  })

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['TOKEN_SIGNING_KEY is missing', { TOKEN_SIGNING_KEY: '' }],
    ['TOKEN_ISSUER is missing', { TOKEN_ISSUER: '' }],
    ['SIGN_IN_CLIENT_ID is missing', { SIGN_IN_CLIENT_ID: '' }],
    ['SIGN_IN_ISSUER must be https', { SIGN_IN_ISSUER: 'http://accounts.example' }],
    ['SIGN_IN_ISSUER is not valid', { SIGN_IN_ISSUER: 'accounts.example' }],
    ['SIGN_IN_ISSUER is not valid', { SIGN_IN_ISSUER: 'https://accounts.example?x' }],
    ['SIGN_IN_ROLES is not valid', { SIGN_IN_ROLES: 'ops=admin' }],
    ...['common', 'organizations', 'consumers', '{tenantid}', 'acme.onmicrosoft.com'].map(
      (tenant) =>
        [
          'SIGN_IN_ISSUER must name one tenant by its id',
          { SIGN_IN_ISSUER: `https://login.microsoftonline.com/${tenant}/v2.0` },
        ] as const,
    ),
  ])('stops the start: %s (%j)', (problem, bad) => {
    const complaint = complaintAbout({ ...good, ...signIn, SIGN_IN_CLIENT_SECRET: 's3cret', ...bad })
    expect(complaint).toContain(problem)
    for (const value of Object.values(bad)) if (value) expect(complaint).not.toContain(value)
    expect(complaint).not.toContain('s3cret')
  })

  test('may be without https in Development', () => {
    const local = {
      ...signIn,
      SIGN_IN_ISSUER: 'http://127.0.0.1:7072/oidc',
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    }
    expect(readConfig({ ...good, ...local }).signIn?.provider.issuer).toBe('http://127.0.0.1:7072/oidc')
  })
})

describe('further issuers', () => {
  const further = (...entries: readonly unknown[]) => ({ ...good, AUTH_ISSUERS: JSON.stringify(entries) })
  const login = 'https://vault.example|login'

  test('have their own keys and rules', () => {
    const entries = [
      { issuer: login, publicKey: publicPem, claims: 'ignored' },
      { issuer: 'https://other.example', claims: 'trusted', audience: 'keytrail' },
      { issuer: 'other', jwksUrl: 'https://other.example/keys', claims: 'trusted' },
    ]
    const metadataUrl = 'https://other.example/.well-known/openid-configuration'
    expect(readConfig(further(...entries)).issuers.further).toEqual([
      { issuer: login, source: { kind: 'public-key', issuer: login, publicKey: publicPem }, trust: 'identity' },
      {
        issuer: 'https://other.example',
        source: { kind: 'discovery', metadataUrl, issuer: 'https://other.example' },
        trust: 'memberships',
        audience: 'keytrail',
      },
      {
        issuer: 'other',
        source: { kind: 'jwks', issuer: 'other', jwksUrl: 'https://other.example/keys' },
        trust: 'memberships',
      },
    ])
  })

  test.each([
    ['no keys', [{ issuer: login, claims: 'trusted' }]],
    [
      'two places of keys',
      [{ issuer: login, publicKey: publicPem, jwksUrl: 'https://other.example/keys', claims: 'trusted' }],
    ],
    ['a bad key', [{ issuer: login, publicKey: 'key', claims: 'trusted' }]],
    ['nothing about its claims', [{ issuer: login, publicKey: publicPem }]],
    ['a misspelt property', [{ issuer: login, publicKey: publicPem, claims: 'trusted', audiance: 'x' }]],
    ['a plain address', [{ issuer: 'http://vault.example', claims: 'trusted' }]],
    ['the name of the first', [{ issuer, claims: 'trusted' }]],
    [
      'a name twice',
      [
        { issuer: login, publicKey: publicPem, claims: 'trusted' },
        { issuer: login, publicKey: publicPem, claims: 'ignored' },
      ],
    ],
  ])('with %s stop the start by name', (_, entries) => {
    const complaint = complaintAbout(further(...entries))
    expect(complaint).toContain('AUTH_ISSUERS is not valid')
    expect(complaint).not.toContain('vault.example')
  })

  test.each(['no JSON', '{}', '[1]'])('that are %s stop the start', (text) => {
    expect(complaintAbout({ ...good, AUTH_ISSUERS: text })).toContain('AUTH_ISSUERS is not valid')
  })
})

describe('tokens of our own', () => {
  const TOKEN_ISSUER = 'https://keytrail.example'
  const signingKey = privatePem.trim()
  const both = { ...good, TOKEN_ISSUER, TOKEN_SIGNING_KEY: privatePem }

  test.each([
    ['on several lines', both],
    ['on one line', { ...both, TOKEN_SIGNING_KEY: signingKey.replaceAll('\n', '\\n') }],
    ['by an issuer that ends with a slash', { ...both, TOKEN_ISSUER: `${TOKEN_ISSUER}/` }],
  ])('are signed with the key, %s', (_, settings) => {
    expect(readConfig(settings).issuedTokens).toEqual({ issuer: TOKEN_ISSUER, signingKey })
  })

  test('are signed with RSA as well, from 2048 bits on', () => {
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const TOKEN_SIGNING_KEY = rsa.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(readConfig({ ...both, TOKEN_SIGNING_KEY }).issuedTokens?.signingKey).toBe(TOKEN_SIGNING_KEY.trim())
  })

  test.each([{ TOKEN_ISSUER: '' }, { TOKEN_SIGNING_KEY: '' }])('are off without %j', (missing) => {
    expect(readConfig({ ...both, ...missing })).not.toHaveProperty('issuedTokens')
  })

  test('have an issuer of their own, over https but in Development', () => {
    expect(complaintAbout({ ...both, TOKEN_ISSUER: `${issuer}/` })).toContain(
      'TOKEN_ISSUER and AUTH_ISSUER must differ',
    )
    const plain = { ...both, TOKEN_ISSUER: 'http://127.0.0.1:7071' }
    expect(complaintAbout(plain)).toContain('TOKEN_ISSUER must be https')
    expect(readConfig({ ...plain, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }).issuedTokens).toBeDefined()
  })
})

test('tools read the storage alone', () => {
  expect(readStorageConfig({ EventsStorage: connectionString, AUTH_ISSUER: 'Pa55word' })).toEqual({
    kind: 'connection-string',
    connectionString,
  })
  expect(() => readStorageConfig({ AUTH_ISSUER: issuer })).toThrow(BadSettings)
})

describe('requests', () => {
  test('of pages from the origins that are set', () => {
    const list = 'https://vault.example, http://localhost:8080 ,,'
    expect(readConfig({ ...good, CORS_ORIGINS: list }).origins).toEqual([
      'https://vault.example',
      'http://localhost:8080',
    ])
  })

  test('of the desktop app and of browser extensions', () => {
    const list = 'bw-desktop-file://bundle,file://,chrome-extension://nngceckbapebfimnlniiiahkandclblb'
    expect(readConfig({ ...good, CORS_ORIGINS: list }).origins).toEqual(list.split(','))
  })

  test('have their address in the header that is set', () => {
    expect(readConfig({ ...good, CLIENT_IP_HEADER: 'CF-Connecting-IP' }).address.header).toBe('CF-Connecting-IP')
  })

  test.each([
    ['0', 0],
    ['9', 9],
  ])('come through %s proxies of ours', (text, trustedProxies) => {
    expect(readConfig({ ...good, TRUSTED_PROXIES: text }).address).toEqual({ trustedProxies })
  })
})

describe('alerts', () => {
  test('are evaluated each minute, or as the schedule says', () => {
    expect(readConfig(good).alertSchedule).toBe('0 * * * * *')
    expect(readConfig({ ...good, ALERT_SCHEDULE: '*/30 * 6-20 * * MON-FRI' }).alertSchedule).toBe(
      '*/30 * 6-20 * * MON-FRI',
    )
  })
})

describe('integrations', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)]
  const written = (id: string, bytes: Buffer) => `${id}:${bytes.toString('base64')}`

  test('have their secrets sealed with the first key, and opened with any', () => {
    const SECRET_KEYS = ` ${written('k2', second)}, ${written('k1', first)} `
    const { keyring } = readConfig({ ...good, SECRET_KEYS })
    expect(keyring?.current.id).toBe('k2')
    expect([...(keyring?.keys ?? [])].map(([id, key]) => [id, key.export()])).toEqual([
      ['k2', second],
      ['k1', first],
    ])
  })

  test('are off without a key', () => {
    expect(readConfig(good)).not.toHaveProperty('keyring')
    expect(readConfig({ ...good, SECRET_KEYS: ' ' })).not.toHaveProperty('keyring')
  })

  test('show nothing of the keys when the configuration is printed', () => {
    const printed = inspect(readConfig({ ...good, SECRET_KEYS: written('k1', first) }), { depth: 10 })
    expect(printed).not.toContain(first.toString('base64'))
    expect(printed).not.toContain(first.toString('hex'))
  })

  test('have links that begin with the app’s own address if it is set', () => {
    expect(readConfig({ ...good, APP_URL: ' https://keytrail.example/logs/ ' }).appUrl).toBe(
      'https://keytrail.example/logs',
    )
    expect(readConfig(good)).not.toHaveProperty('appUrl')
  })

  test('may send to this machine in Development alone', () => {
    for (const AZURE_FUNCTIONS_ENVIRONMENT of ['', 'Production', 'Staging', 'development']) {
      expect(readConfig({ ...good, AZURE_FUNCTIONS_ENVIRONMENT }).allowLoopback).toBe(false)
    }
    expect(readConfig({ ...good, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }).allowLoopback).toBe(true)
  })
})

describe('a bad setting stops the start by its name, its value unsaid:', () => {
  const brokenPem = '-----BEGIN PUBLIC KEY-----\nPa55word\n-----END PUBLIC KEY-----'
  test.each([
    ['EventsStorage', 'no connection string', 'Pa55word'],
    ['EventsStorage__queueServiceUri', 'no address', 'Pa55word'],
    ['EventsStorage__tableServiceUri', 'an address of another kind', 'ftp://Pa55word.example'],
    ['AUTH_ISSUER', 'no scheme', 'identity.example/Pa55word'],
    ['AUTH_ISSUER', 'a file', 'file:///Pa55word'],
    ['AUTH_METADATA_URL', 'a path', '/Pa55word'],
    ['AUTH_JWKS_URL', 'a blank', 'https:// Pa55word'],
    ['AUTH_PUBLIC_KEY', 'no key', 'Pa55word'],
    ['AUTH_PUBLIC_KEY', 'a broken key', brokenPem],
    ['AUTH_PUBLIC_KEY', 'a private key', privatePem],
    ['TOKEN_SIGNING_KEY', 'no key', 'Pa55word'],
    ['TOKEN_SIGNING_KEY', 'a broken key', brokenPem.replaceAll('PUBLIC', 'PRIVATE')],
    ['TOKEN_SIGNING_KEY', 'a public key', publicPem],
    ['TOKEN_SIGNING_KEY', 'a key in another wrapping', sec1Pem],
    ['TOKEN_SIGNING_KEY', 'RSA of 1024 bits', weakPem('rsa')],
    ['TOKEN_SIGNING_KEY', 'another curve', weakPem('p384')],
    ['TOKEN_SIGNING_KEY', 'another kind', weakPem('ed25519')],
    ['TOKEN_ISSUER', 'no scheme', 'keytrail.example/Pa55word'],
    ['TOKEN_ISSUER', 'a query', 'https://keytrail.example/?Pa55word'],
    ['SECRET_KEYS', 'no key', 'Pa55word'],
    ['SECRET_KEYS', 'a key that is too short', `k1:${randomBytes(31).toString('base64')}`],
    ['SECRET_KEYS', 'a key without an id', randomBytes(32).toString('base64')],
    ['SECRET_KEYS', 'a second key that is none', `k1:${randomBytes(32).toString('base64')},k2:Pa55word`],
    ['SECRET_KEYS', 'a comma at its end', `k1:${randomBytes(32).toString('base64')},`],
    ['APP_URL', 'no scheme', 'keytrail.example/Pa55word'],
    ['APP_URL', 'a password', 'https://me:Pa55word@keytrail.example'],
    ['APP_URL', 'a query', 'https://keytrail.example/?Pa55word'],
    ['CORS_ORIGINS', 'any origin', '*'],
    ['CORS_ORIGINS', 'one that is none', 'https://vault.example,Pa55word'],
    ['CORS_ORIGINS', 'a page', 'https://vault.example/Pa55word'],
    ['CORS_ORIGINS', 'another scheme', 'ftp://Pa55word'],
    ['CORS_ORIGINS', 'a file', 'file://Pa55word'],
    ['CLIENT_IP_HEADER', 'no header’s name', 'Pa55word: yes'],
    ['TRUSTED_PROXIES', 'one past the most', '10'],
    ['TRUSTED_PROXIES', 'less than none', '-1'],
    ['TRUSTED_PROXIES', 'a fraction', '1.5'],
    ['TRUSTED_PROXIES', 'no number', 'Pa55word'],
    ['PLACE_FILES', 'a comma at its end', '/Pa55word.mmdb,'],
    ['ALERT_SCHEDULE', 'no schedule', 'Pa55word'],
    ['ALERT_SCHEDULE', 'five fields', '* * * * *'],
  ])('%s, %s', (name, _, value) => {
    const complaint = complaintAbout({ ...good, [name]: value })
    expect(complaint).toBe(`BadSettings: bad settings: ${name} is not valid`)
  })

  test('missing ones too, beside malformed ones, and each once', () => {
    const complaint = complaintAbout({ TRUSTED_PROXIES: 'many', AUTH_ISSUER: 'nowhere' })
    expect(complaint).toMatch(
      /TRUSTED_PROXIES is not valid.*AUTH_ISSUER is not valid|AUTH_ISSUER is not valid.*TRUSTED_PROXIES/,
    )
    expect(complaint).toContain('EventsStorage is missing')
    expect(complaint).not.toContain('AUTH_ISSUER is missing')
  })

  test('all of them at once', () => {
    const complaint = complaintAbout({
      AUTH_ISSUER: 'Pa55word',
      EventsStorage: 'Pa55word',
      TRUSTED_PROXIES: 'Pa55word',
    })
    for (const name of ['EventsStorage', 'AUTH_ISSUER', 'TRUSTED_PROXIES']) expect(complaint).toContain(name)
    expect(complaint).not.toContain('Pa55word')
    expect(complaintAbout({})).toMatch(/EventsStorage is missing.*; AUTH_ISSUER is missing/)
  })
})
