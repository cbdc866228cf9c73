// The words for types of events.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventTypeOf, eventTypes } from '../../../src/domain/events/event-types.ts'
import { eventTypesCalled, eventWords } from '../../../src/domain/events/event-words.ts'
import { anyText } from '../../support/any-text.ts'

const namesOf = (word: string) => eventTypesCalled(word)?.map((code) => eventTypeOf(code)?.name)

describe('a word for events', () => {
  test.each([
    ['1107', ['Cipher_ClientViewed']],
    ['cipher_clientviewed', ['Cipher_ClientViewed']],
    ['filled', ['Cipher_ClientAutofilled']],
    ['Exported', ['User_ClientExportedVault', 'Organization_ClientExportedVault']],
    ['failed-login', ['User_FailedLogIn', 'User_FailedLogIn2fa']],
    ['failed logins', ['User_FailedLogIn', 'User_FailedLogIn2fa']],
    ['login', ['User_LoggedIn', 'OrganizationUser_FirstSsoLogin']],
    ['policy', ['Policy_Updated']],
    ['Sent item', ['Cipher_SoftDeleted']],
    ['invited', ['OrganizationUser_Invited', 'ProviderUser_Invited']],
  ])('"%s" names %j', (word, names) => {
    expect(namesOf(word)).toEqual(names)
  })

  test('may name many types: what was seen, copied, and changed by administrators', () => {
    expect(namesOf('viewed')).toEqual(
      expect.arrayContaining(['Cipher_ClientViewed', 'Cipher_ClientToggledPasswordVisible', 'Secret_Retrieved']),
    )
    expect(namesOf('revealed')).not.toContain('Cipher_ClientViewed')
    expect(namesOf('copied')).toContain('Cipher_ClientCopiedIban')
    const administration = namesOf('administration')
    for (const name of ['Policy_Updated', 'OrganizationUser_Removed', 'Keytrail_ApiKeyCreated', 'Group_Deleted'])
      expect(administration).toContain(name)
    for (const name of ['Organization_ClientExportedVault', 'User_LoggedIn', 'Cipher_Updated', 'Send_Deleted_Text'])
      expect(administration).not.toContain(name)
  })

  test('may be the number of a type that the catalogue does not have', () => {
    expect(eventTypesCalled('65535')).toEqual([65_535])
    expect(eventTypesCalled('65536')).toBeUndefined()
  })

  test.each(['', ' ', 'copie', 'constructor', '__proto__', '-1', '1e3'])('is not %j', (word) => {
    expect(eventTypesCalled(word)).toBeUndefined()
  })

  test('is every word that is offered, and each name and number of a type', () => {
    for (const word of eventWords) expect(eventTypesCalled(word)?.length, word).toBeGreaterThan(0)
    for (const { code, name } of eventTypes) {
      expect(eventTypesCalled(name)).toContain(code)
      expect(eventTypesCalled(`${code}`)).toEqual([code])
    }
  })

  test('names some types or is none, for any text', () => {
    fc.assert(fc.property(anyText(), (text) => (eventTypesCalled(text)?.length ?? 1) > 0))
  })
})
