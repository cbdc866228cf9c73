// An alert as the API returns it: where the addresses of its samples are.
import { expect, test } from 'vitest'
import { alertView } from '../../../src/domain/alerts/alert-view.ts'
import type { Place } from '../../../src/domain/alerts/observed/place.ts'
import { acme, event } from '../../support/events.ts'
import { alert, context, now } from '../notifications/samples.ts'

test('says where each address of its samples is once, as far as that is known', () => {
  const addresses = ['203.0.113.7', '203.0.113.8', undefined, '203.0.113.7']
  const record = alert({ samples: addresses.map((ipAddress) => event({ ipAddress })) })
  const fields = { country: 'DE', networkNumber: 64_500, networkName: 'Example Net', isHosting: false }
  const place: Place = { ...fields, latitude: 52.5, longitude: 13.4 }
  const placeOf = (ipAddress: string) => (ipAddress === '203.0.113.7' ? place : undefined)
  const placesWith = (options: Parameters<typeof alertView>[4]) =>
    alertView(acme, { record, acknowledged: null }, context.names, now, options).places
  expect(placesWith({ placeOf })).toEqual([{ ipAddress: '203.0.113.7', ...fields }])
  expect(placesWith({})).toEqual([])
})
