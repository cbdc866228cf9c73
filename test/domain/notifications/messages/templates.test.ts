// Templates: the reference's names and ours, what is refused when one is saved, and values that stay text.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { knownFields } from '../../../../src/domain/alerts/sigma/fields.ts'
import { eventFacts } from '../../../../src/domain/notifications/messages/notification.ts'
import { type TemplateContext, templateNames } from '../../../../src/domain/notifications/messages/template-values.ts'
import {
  renderTemplate,
  Template,
  templateCharsMax,
  unknownNames,
} from '../../../../src/domain/notifications/messages/templates.ts'
import { acme, alice, event, guid } from '../../../support/events.ts'
import { alert, context, sample } from '../samples.ts'

const facts = eventFacts(sample, context)
const ofEvent: TemplateContext = { alert: null, facts, organizationName: 'Acme', link: 'https://logs.acme.test/x' }
const ofAlert: TemplateContext = { ...ofEvent, alert: alert() }
const filled = (template: string, context: TemplateContext = ofEvent) =>
  renderTemplate(template, context, (text) => text)

describe('a name in a template', () => {
  test.each([
    ['Type', 'Cipher_ClientViewed'],
    ['TypeId', '1107'],
    ['EventName', 'Cipher_ClientViewed'],
    ['Date', '2026-11-20T10:00:00.000Z'],
    ['DateIso8601', '2026-11-20T10:00:00.0000000Z'],
    ['DeviceType', 'Browser Extension - Chrome'],
    ['DeviceTypeId', '2'],
    ['DeviceName', 'ChromeExtension'],
    ['IpAddress', '203.0.113.7'],
    ['OrganizationId', acme],
    ['OrganizationName', 'Acme'],
    ['ActingUserId', alice],
    ['ActingUserName', 'Alice'],
    ['ActingUserEmail', 'alice@acme.test'],
    ['ActingUserType', 'Admin'],
    ['UserId', guid(2, 'b')],
    ['UserName', 'Bob'],
    ['UserEmail', 'bob@acme.test'],
    ['UserType', 'User'],
    ['CipherId', guid(1, 'd')],
    ['IdempotencyId', sample.id],
    ['GroupName', ''],
    ['CollectionId', ''],
    ['Level', ''],
    ['Link', 'https://logs.acme.test/x'],
  ])('#%s# of an event is %j', (name, value) => expect(filled(`#${name}#`)).toBe(value))

  test.each([
    ['AlertTitle', 'Many failed logins of one user'],
    ['Level', 'high'],
    ['Summary', 'Alice failed to log in 12 times.'],
    ['Count', '12'],
    ['Threshold', '10'],
    ['Group', 'Alice'],
    ['Response', 'Ask the user.'],
    ['ActingUserName', 'Alice'],
    ['Type', 'Cipher_ClientViewed'],
  ])('#%s# of an alert is %j', (name, value) => expect(filled(`#${name}#`, ofAlert)).toBe(value))

  test("takes an alert's group before its newest event", () => {
    const group = [{ name: 'actingUserId', value: guid(9, 'b'), label: 'Carol' }]
    const context = { ...ofAlert, alert: alert({ group, atLeast: true }) }
    expect(filled('#ActingUserId# #ActingUserName# #Group#: #Count#', context)).toBe(
      `${guid(9, 'b')} Carol Carol: at least 12`,
    )
  })

  test('is empty where nothing is known', () => {
    const nothing: TemplateContext = { alert: null, facts: null, organizationName: null, link: null }
    for (const name of templateNames) expect(filled(`#${name}#`, nothing), name).toBe('')
  })

  test("gives the whole event as the reference's servers write it", () => {
    expect(JSON.parse(filled('#EventMessage#'))).toMatchObject({
      Type: 1107,
      IdempotencyId: sample.id,
      ActingUserId: alice,
    })
  })

  test('may be any field of an event', () => {
    for (const name of knownFields.keys()) expect(templateNames).toContain(name.charAt(0).toUpperCase() + name.slice(1))
  })

  test("of an unknown type is the type's number", () => {
    expect(filled('#Type#', { ...ofEvent, facts: eventFacts(event({ type: 8_765 }), context) })).toBe('8765')
  })
})

describe('a template', () => {
  test('leaves its own text unchanged, even a # outside a name', () => {
    expect(filled('<b>#1 of ## & # #Type##TypeId# #')).toBe('<b>#1 of # & # Cipher_ClientViewed1107 #')
  })

  test('fills in values as one line, through what makes them text, and never twice', () => {
    const facts = eventFacts(event({ objectName: 'a\nb\u202E #Type# $& <' }), context)
    const escaped = renderTemplate('#ObjectName#', { ...ofEvent, facts }, (text) => text.replaceAll('<', '&lt;'))
    expect(escaped).toBe('a b  #Type# $& &lt;')
  })

  test('leaves a name that is not known any more as it is', () => expect(filled('#Gone#')).toBe('#Gone#'))

  const problem = (text: string) => v.safeParse(Template, text).issues?.[0]?.message

  test('with unknown names is refused, naming them', () => {
    expect(unknownNames('#Type# #Foo# #foo# #Foo# ##')).toEqual(['Foo', 'foo'])
    expect(problem('#Title# #type#')).toBe('has unknown names: #Title#, #type#')
    expect(problem('#a# #b# #c# #d# #e# #f#')).toBe('has unknown names: #a#, #b#, #c#, #d#, #e#, …')
    expect(problem('#constructor#')).toBe('has unknown names: #constructor#')
    expect(problem('#Type# and ##')).toBeUndefined()
  })

  test('is as long as it may be, and no longer, and not empty', () => {
    expect(problem('x'.repeat(templateCharsMax))).toBeUndefined()
    expect(problem('x'.repeat(templateCharsMax + 1))).toBeDefined()
    expect(problem(' \n')).toBe('is empty')
    expect(problem('a\u0000b')).toBe('holds control characters')
    expect(problem('a\n\tb')).toBeUndefined()
  })
})
