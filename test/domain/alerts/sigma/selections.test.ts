// What of Sigma's detections is supported, and what is refused at which member: a row each.
import { describe, expect, test } from 'vitest'
import { operations, unsupportedModifiers } from '../../../../src/domain/alerts/sigma/modifiers.ts'
import { patternCharactersMax } from '../../../../src/domain/alerts/sigma/problems.ts'
import { problemsOf, reasonsOf, selecting } from '../../../support/alerts/rules.ts'

describe('is supported:', () => {
  test.each([
    ['a map', '{type: 1}'],
    ['a list of maps', '[{type: 1}, {type: 2}]'],
    ['a list of values', '{type: [1, 2]}'],
    ['null', '{cipherId: null}'],
    ['empty text', "{actingUserEmail: ''}"],
    ['a word of a vocabulary, in any case', '{category: Item, weekday: [sunday], actingUserRole: OWNER}'],
    ['a pattern over a vocabulary', '{eventName: Cipher_*}'],
    ['JSON', '{"type": 1, "eventName|startswith": "User_"}'],
  ])('%s', (_, selection) => {
    expect(reasonsOf(selecting(selection))).toEqual([])
  })

  const values: Readonly<Record<string, string>> = {
    re: 'a',
    cidr: '10.0.0.0/8',
    fieldref: 'memberName',
    exists: 'true',
  }
  const fieldFor: Readonly<Record<string, string>> = {
    cidr: 'ipAddress',
    lt: 'type',
    lte: 'type',
    gt: 'type',
    gte: 'type',
  }
  test.each(operations.filter((each) => each !== 'plain'))('the modifier %s', (name) => {
    expect(reasonsOf(selecting(`{${fieldFor[name] ?? 'actingUserName'}|${name}: ${values[name] ?? '10'}}`))).toEqual([])
  })
})

describe('is refused:', () => {
  test.each([
    ['keywords', '[failed, login]', 'unsupported-keywords', 'detection.sel.0'],
    ['a keyword', 'failed', 'unsupported-keywords', 'detection.sel'],
    ['keywords that must all be there', "{'|all': [failed, login]}", 'unsupported-keywords', 'detection.sel.|all'],
    ['maps and keywords mixed', '[{type: 1}, failed]', 'unsupported-keywords', 'detection.sel.1'],
    ['a list of lists', '[[{type: 1}]]', 'bad-value', 'detection.sel.0'],
    ['a map of nothing', '{}', 'bad-value', 'detection.sel'],
    ['a list of nothing', '[]', 'bad-value', 'detection.sel'],
    ['a selection of nothing', '', 'unsupported-keywords', 'detection.sel'],
    ['values of nothing', '{type: []}', 'bad-value', 'detection.sel.type'],
    ['a map as value', '{type: {a: 1}}', 'bad-value', 'detection.sel.type'],
    ['a list in a list', '{type: [[1]]}', 'bad-value', 'detection.sel.type.0'],
    ['a number that is not exact', '{type: 12345678901234567890}', 'bad-value', 'detection.sel.type'],
    ['a number that is none', '{type: .nan}', 'bad-value', 'detection.sel.type'],
    ['a field that is not there', '{EventID: 1}', 'unknown-field', 'detection.sel.EventID'],
    ['a field in other case', '{IpAddress: 1}', 'unknown-field', 'detection.sel.IpAddress'],
    ['a value that a field never has', '{category: [item, logon]}', 'unknown-value', 'detection.sel.category.1'],
    ['a number that is a name', '{type: User_LoggedIn}', 'unknown-value', 'detection.sel.type'],
    ['a number that is true', '{type: true}', 'unknown-value', 'detection.sel.type'],
    ['a truth value that is a number', '{itemCritical: 1}', 'unknown-value', 'detection.sel.itemCritical'],
    ['a modifier that is not there', '{type|like: 1}', 'unknown-modifier', 'detection.sel.type|like'],
    ['an empty modifier', '{type|: 1}', 'unknown-modifier', 'detection.sel.type|'],
    [
      'a list beside cased',
      "{actingUserId|expand|cased: '%a%'}",
      'modifier-conflict',
      'detection.sel.actingUserId|expand|cased',
    ],
    [
      'all lists',
      "{actingUserId|expand|all: ['%a%', '%b%']}",
      'modifier-conflict',
      'detection.sel.actingUserId|expand|all',
    ],
    ['a list that is not named', '{actingUserId|expand: a}', 'modifier-value', 'detection.sel.actingUserId|expand'],
    ['a list beside text', "{domainName|expand: 'x%a%'}", 'modifier-value', 'detection.sel.domainName|expand'],
    [
      'a list of addresses without cidr',
      "{ipAddress|expand: '%a%'}",
      'modifier-value',
      'detection.sel.ipAddress|expand',
    ],
    [
      'a list of networks of names',
      "{domainName|cidr|expand: '%a%'}",
      'modifier-value',
      'detection.sel.domainName|cidr|expand',
    ],
    ['a list of numbers', "{type|expand: '%a%'}", 'modifier-value', 'detection.sel.type|expand'],
    ['a modifier twice', '{type|contains|contains: 1}', 'modifier-conflict', 'detection.sel.type|contains|contains'],
    ['two that exclude each other', '{type|contains|re: a}', 'modifier-conflict', 'detection.sel.type|contains|re'],
    ['a flag before re', '{type|i|re: a}', 'modifier-conflict', 'detection.sel.type|i|re'],
    ['a flag without re', '{type|i: a}', 'modifier-conflict', 'detection.sel.type|i'],
    ['re|cased', '{type|re|cased: a}', 'modifier-conflict', 'detection.sel.type|re|cased'],
    ['gt|all', '{type|gt|all: [1, 2]}', 'modifier-conflict', 'detection.sel.type|gt|all'],
    ['exists|neq', '{type|exists|neq: true}', 'modifier-conflict', 'detection.sel.type|exists|neq'],
    ['all of one value', '{type|contains|all: 1}', 'modifier-value', 'detection.sel.type|contains|all'],
    ['all of a list of one', '{type|all: [1]}', 'modifier-value', 'detection.sel.type|all'],
    ['contains of nothing', "{type|contains: ''}", 'modifier-value', 'detection.sel.type|contains'],
    ['contains of null', '{type|contains: null}', 'modifier-value', 'detection.sel.type|contains'],
    ['exists of text', '{type|exists: x}', 'modifier-value', 'detection.sel.type|exists'],
    ['gt of text', "{type|gt: '5'}", 'modifier-value', 'detection.sel.type|gt'],
    ['gt of a field without numbers', '{actingUserName|gt: 5}', 'modifier-value', 'detection.sel.actingUserName|gt'],
    ['re of a number', '{type|re: 5}', 'modifier-value', 'detection.sel.type|re'],
    ['cidr of a field without addresses', '{type|cidr: 10.0.0.0/8}', 'modifier-value', 'detection.sel.type|cidr'],
    ['cidr of no network', '{ipAddress|cidr: 10.0.0.1/8}', 'bad-network', 'detection.sel.ipAddress|cidr'],
    ['fieldref of a number', '{type|fieldref: 5}', 'modifier-value', 'detection.sel.type|fieldref'],
    ['fieldref of no field', '{type|fieldref: x}', 'unknown-field', 'detection.sel.type|fieldref'],
    ['a bad expression', "{type|re: '(?=a)'}", 'bad-expression', 'detection.sel.type|re'],
  ])('%s', (_, selection, reason, member) => {
    expect(problemsOf(selecting(selection))).toMatchObject([{ reason, member }])
  })

  test.each([...unsupportedModifiers.keys()])('the modifier %s, which Sigma has', (name) => {
    expect(problemsOf(selecting(`{type|${name}: 1}`))).toMatchObject([
      { line: 4, column: 9, reason: 'unsupported-modifier', member: `detection.sel.type|${name}` },
    ])
  })

  test('text longer than it may be', () => {
    const long = (length: number) => reasonsOf(selecting(`{actingUserName: '${'a'.repeat(length)}'}`))
    expect(long(patternCharactersMax)).toEqual([])
    expect(long(patternCharactersMax + 1)).toEqual(['bad-value'])
  })
})
