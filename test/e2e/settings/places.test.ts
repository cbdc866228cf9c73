// Data files about addresses in the running app: they say where the addresses of alerts are.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { openStorage } from '../../../src/adapters/azure/storage.ts'
import { alertRecord } from '../../support/alerts/alerts.ts'
import { userClaims } from '../../support/calls.ts'
import { acme, alice, event, guid } from '../../support/events.ts'
import { mmdbOf } from '../../support/places/mmdb.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'

let folder = ''
let app: RunningApp | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'))
})
afterAll(async () => {
  await app?.stop()
  await rm(folder, { recursive: true })
})

test('an alert says where its addresses are', async () => {
  const country = join(folder, 'country.mmdb')
  const system = join(folder, 'asn.mmdb')
  await writeFile(country, mmdbOf('GeoLite2-Country', { '203.0.113.0/24': { country: { iso_code: 'DE' } } }))
  const network = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Net' }
  await writeFile(system, mmdbOf('GeoLite2-ASN', { '203.0.113.0/24': network }))
  app = await startApp({ PLACE_FILES: `${country}, ${system}` })

  const server = await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })
  const members = [{ id: guid(1, '7'), userId: alice, name: 'Alice', email: 'alice@acme.test', status: 2, type: 0 }]
  await app.send(`PUT /directory/organizations/${acme}`, { token: server, body: { name: 'Acme', members } })
  const record = alertRecord(0, { samples: [event({ ipAddress: '203.0.113.7' }), event({ ipAddress: '192.0.2.1' })] })
  const store = tableAlertStore(openStorage({ kind: 'connection-string', connectionString: app.connectionString }))
  const step = { checkpoint: null, metadata: '', entries: [], alerts: [record], incidents: [] }
  await store.commit(acme, await store.progressOf(acme), step)
  const token = await app.issuer.sign(userClaims(alice, { orgowner: acme }))
  const { json } = await app.send(`GET /organizations/${acme}/alerts/${record.id}`, { token })
  const place = { country: 'DE', networkNumber: 64_500, networkName: 'Example Net', isHosting: null }
  expect(json).toMatchObject({ places: [{ ipAddress: '203.0.113.7', ...place }] })
})
