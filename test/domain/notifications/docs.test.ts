// docs/integrations.md names what there is: template names, sites, kinds of notifications, the schedule.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { knownFields } from '../../../src/domain/alerts/sigma/fields.ts'
import { writtenDuration } from '../../../src/domain/durations.ts'
import { integrationInput } from '../../../src/domain/notifications/integration.ts'
import { templateNames } from '../../../src/domain/notifications/messages/template-values.ts'
import { retryDelaysMs } from '../../../src/domain/notifications/retry.ts'
import { datadogSites } from '../../../src/domain/notifications/targets/datadog/message.ts'
import { opsgenieSites } from '../../../src/domain/notifications/targets/opsgenie/message.ts'
import { pagerDutySites } from '../../../src/domain/notifications/targets/pagerduty/message.ts'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/integrations.md'), 'utf8')

test('has every name of templates that is not simply a field of rules', () => {
  const fields = new Set([...knownFields.keys()].map((name) => name.toLowerCase()))
  for (const name of templateNames) if (!fields.has(name.toLowerCase())) expect(text).toContain(`\`${name}\``)
})

test('has no name of templates that there is not', () => {
  const [, table = ''] = /\| names \| \|([\s\S]*?)\n\n/.exec(text) ?? []
  const names = [...table.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(30)
  expect(names.filter((name) => !templateNames.has(name))).toEqual([])
})

test('has the sites and the schedule', () => {
  for (const site of [...datadogSites, ...pagerDutySites, ...opsgenieSites]) expect(text).toContain(`\`${site}\``)
  const schedule = retryDelaysMs.map((ms) => writtenDuration(ms).replace('1d', '24h').replace(/(\d+)/, '$1 '))
  expect(text).toContain(schedule.join(', '))
})

test('shows an example that holds', () => {
  const [, example = ''] = /```json\n(\{\n[\s\S]*?)```/.exec(text) ?? []
  const body = JSON.parse(example.replace('services/…', 'services/T0/B0/x'))
  expect(v.safeParse(integrationInput({ allowLoopback: false }), body).issues).toBeUndefined()
})
