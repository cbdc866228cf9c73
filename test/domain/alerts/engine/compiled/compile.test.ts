// What rules match: strings, numbers, null and existence, lists, every modifier, regular expressions that cannot hang.
import { describe, expect, test } from 'vitest'
import type { FieldValues } from '../../../../../src/domain/alerts/sigma/fields.ts'
import { expressionCharactersMax, expressionInstructionsMax } from '../../../../../src/domain/alerts/sigma/problems.ts'
import { compileExpression } from '../../../../../src/domain/alerts/sigma/regular-expressions.ts'
import { predicateOf, selecting, selects } from '../../../../support/alerts/rules.ts'

const fields: FieldValues = {
  type: 1005,
  actingUserEmail: 'Alice@Acme.test',
  actingUserName: '',
  memberName: 'alice@acme.TEST',
  ipAddress: '203.0.113.7',
  cipherId: '10000000-0000-4000-8000-000000000001',
  groupName: '1005',
  collectionName: 'true',
  domainName: 'one\ntwo',
  itemCritical: false,
  isFirstSeenIp: true,
  hourOfDay: 23,
  policyName: null,
}

test.each([
  ['text, in either case', '{actingUserEmail: alice@ACME.test}', true],
  ['other text', '{actingUserEmail: bob@acme.test}', false],
  ['text as it is written: cased', '{actingUserEmail|cased: Alice@Acme.test}', true],
  ['text in other case: cased', '{actingUserEmail|cased: alice@acme.test}', false],
  ['wildcards', '{actingUserEmail: "alice@*.test"}', true],
  ['an escaped wildcard', String.raw`{actingUserEmail: 'alice@\*.test'}`, false],
  ['a number', '{type: 1005}', true],
  ['another number', '{type: 1006}', false],
  ['a number as text', "{type: '1005'}", true],
  ['a number with a wildcard', "{type: '10*'}", true],
  ['text that is a number', '{groupName: 1005}', true],
  ['true', '{isFirstSeenIp: true}', true],
  ['false', '{isFirstSeenIp: false}', false],
  ['true as text', "{isFirstSeenIp: 'True'}", true],
  ['text that is true', '{collectionName: true}', true],
  ['null where there is nothing', '{policyName: null}', true],
  ['null where a field is not known at all', '{sendId: null}', true],
  ['null where there is something', '{actingUserEmail: null}', false],
  ['null where there is empty text', '{actingUserName: null}', false],
  ['empty text', "{actingUserName: ''}", true],
  ['empty text where there is nothing', "{policyName: ''}", false],
  ['a star where there is nothing', "{policyName: '*'}", false],
  ['any of a list', '{type: [1006, 1005]}', true],
  ['none of a list', '{type: [1006, 1007]}', false],
  ['any of a list of kinds', '{policyName: [x, null]}', true],
  ['every field of a map', '{type: 1005, isFirstSeenIp: true}', true],
  ['one field of a map alone', '{type: 1005, isFirstSeenIp: false}', false],
  ['any of a list of maps', '[{type: 1}, {type: 1005}]', true],
  ['exists: true', '{type|exists: true}', true],
  ['exists: true of empty text', '{actingUserName|exists: true}', true],
  ['exists: true of nothing', '{policyName|exists: true}', false],
  ['exists: false', '{policyName|exists: false}', true],
  ['contains', '{actingUserEmail|contains: ICE@}', true],
  ['contains, with a wildcard', "{actingUserEmail|contains: 'ice@*me'}", true],
  ['contains of a number', '{type|contains: 00}', true],
  ['startswith', '{actingUserEmail|startswith: ALICE}', true],
  ['startswith what is in the middle', '{actingUserEmail|startswith: acme}', false],
  ['endswith', '{actingUserEmail|endswith: .test}', true],
  ['endswith what is in the middle', '{actingUserEmail|endswith: acme}', false],
  ['contains|cased', '{actingUserEmail|contains|cased: acme}', false],
  ['contains|all', '{actingUserEmail|contains|all: [alice, acme]}', true],
  ['contains|all but one', '{actingUserEmail|contains|all: [alice, globex]}', false],
  ['all before contains', '{actingUserEmail|all|contains: [alice, acme]}', true],
  ['re, anywhere', "{actingUserEmail|re: '^A.*@Ac'}", true],
  ['re, in other case', "{actingUserEmail|re: '^a'}", false],
  ['re|i', "{actingUserEmail|re|i: '^a'}", true],
  ['re at the end of a line', "{domainName|re: 'one$'}", false],
  ['re|m', "{domainName|re|m: 'one$'}", true],
  ['re over a newline', "{domainName|re: 'one.two'}", false],
  ['re|s', "{domainName|re|s: 'one.two'}", true],
  ['re|i|s', "{domainName|re|i|s: 'ONE.TWO'}", true],
  ['re of a number', "{type|re: '^10'}", true],
  ['re of nothing', "{policyName|re: '.*'}", false],
  ['re|all', "{actingUserEmail|re|all: ['^A', 'test$']}", true],
  ['cidr', '{ipAddress|cidr: 203.0.113.0/24}', true],
  ['cidr elsewhere', '{ipAddress|cidr: [10.0.0.0/8, "2001:db8::/32"]}', false],
  ['lt', '{hourOfDay|lt: 23}', false],
  ['lte', '{type|lte: 1005}', true],
  ['gt', '{hourOfDay|gt: 22}', true],
  ['gte', '{type|gte: 1006}', false],
  ['gt of nothing', '{deviceType|gt: 0}', false],
  ['fieldref', '{actingUserEmail|fieldref: memberName}', true],
  ['fieldref|cased', '{actingUserEmail|fieldref|cased: memberName}', false],
  ['fieldref of a number and text', '{type|fieldref: groupName}', true],
  ['fieldref of nothing and nothing', '{policyName|fieldref: sendId}', false],
  ['fieldref|neq', '{actingUserEmail|fieldref|neq: groupName}', true],
  ['neq', '{type|neq: 1005}', false],
  ['neq of another', '{type|neq: 1006}', true],
  ['neq of every one of a list', '{type|neq: [1006, 1005]}', false],
  ['neq of nothing', '{policyName|neq: x}', true],
  ['neq null', '{actingUserEmail|neq: null}', true],
  ['contains|neq', '{actingUserEmail|contains|neq: acme}', false],
  ['contains|all|neq', '{actingUserEmail|contains|all|neq: [alice, globex]}', true],
  ['cidr|neq', '{ipAddress|cidr|neq: 10.0.0.0/8}', true],
  ['gt|neq', '{hourOfDay|gt|neq: 22}', false],
])('%s', (_, selection, expected) => {
  expect(selects(selection, fields)).toBe(expected)
})

test('a category of the log source limits a rule to its events', () => {
  const rule = predicateOf(selecting('{type|exists: true}').replace('keytrail}', 'keytrail, category: item}'))
  expect(rule({ type: 1107, category: 'item' })).toBe(true)
  expect(rule({ type: 1000, category: 'user' })).toBe(false)
})

test('items of the rule are critical to it, beside those of the directory', () => {
  const items = `keytrail: {items: [${fields.cipherId}]}\n`
  for (const selection of ['{itemCritical: true}', '{isFirstSeenIp|fieldref: itemCritical}']) {
    expect(selects(selection, fields)).toBe(false)
    expect(predicateOf(selecting(selection) + items)(fields)).toBe(true)
    expect(predicateOf(selecting(selection) + items)({ ...fields, cipherId: null })).toBe(false)
  }
})

describe('a list of conditions', () => {
  test('holds if any of them does', () => {
    const rule = selecting('{type: 1005}\n  other: {type: 1006}\n  never: {type: 1}', '[never, sel and not other]')
    expect(predicateOf(rule)({ type: 1005 })).toBe(true)
    expect(predicateOf(rule)({ type: 1006 })).toBe(false)
  })
})

describe('a regular expression', () => {
  const refusal = (source: string) => {
    const compiled = compileExpression(source, [])
    return compiled.kind === 'refused' ? compiled.reason : undefined
  }

  test.each([
    ['a look ahead', '(?=a)b'],
    ['a look behind', '(?<=a)b'],
    ['a backreference', String.raw`(a)\1`],
    ['a possessive quantifier', 'a++'],
    ['an open bracket', '[a'],
    ['too many repetitions nested', '((a{20}){20}){20}'],
  ])('with %s is refused', (_, source) => {
    expect(refusal(source)).toBe('bad-expression')
  })

  test('is as long as it may be, and no longer', () => {
    const long = (length: number) => refusal(`[${'a'.repeat(length - 2)}]`)
    expect(long(expressionCharactersMax)).toBeUndefined()
    expect(long(expressionCharactersMax + 1)).toBe('expression-too-large')
  })

  test('has as many instructions as it may have, and no more', () => {
    const compiled = compileExpression('.'.repeat(expressionInstructionsMax - 2), [])
    expect(compiled).toMatchObject({ kind: 'compiled', instructions: expressionInstructionsMax })
    expect(refusal('.'.repeat(expressionInstructionsMax - 1))).toBe('expression-too-large')
    expect(refusal('(.{20}){30}')).toBe('expression-too-large')
    expect(refusal(`.{${expressionInstructionsMax + 1}}`)).toBe('expression-too-large')
  })

  test('a repetition that is only text counts for nothing', () => {
    expect(refusal(String.raw`\{1000\}`)).toBeUndefined()
  })

  test.each([
    ['(a+)+$', 'a'.repeat(100_000)],
    ['(a|aa)+$', 'a'.repeat(100_000)],
    ['(.*)(.*)(.*)(.*)(.*)x', 'y'.repeat(20_000)],
    [`${'(a?)'.repeat(30)}a{30}`, 'a'.repeat(29)],
  ])('%s ends on what makes others hang', (source, text) => {
    // A backtracking engine takes 2^n or n^5 steps on these: the test would not end.
    const compiled = compileExpression(source, [])
    expect(compiled.kind === 'compiled' && compiled.test(`${text}!`)).toBe(false)
  })
})
