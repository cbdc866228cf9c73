// What is said of members that are not as they should be: what they are, and what to write; never a library's words.
import { describe, expect, test } from 'vitest'
import { correlating, problemsOf, selecting } from '../../../../support/alerts/rules.ts'

const rule = selecting('{type: 1000}')
const base = 'rules: [a], timespan: 1h'
const messagesOf = (text: string) => problemsOf(text).map(({ message }) => message)

describe('what is wrong with a rule over events is said', () => {
  test.each([
    ['level: severe\n', 'level is one of informational, low, medium, high, critical, not "severe".'],
    ['level: hihg\n', 'level is one of informational, low, medium, high, critical, not "hihg". Is high meant?'],
    ['tags: initial\n', 'tags is a list: write tags: [initial].'],
    ['tags: [5]\n', 'Entry 1 of tags is text: quote it, "5".'],
    ['references: 5\n', 'references is a list: write its values in brackets.'],
    ['description: true\n', 'description is text: quote it, "true".'],
    ['description: [a]\n', 'description is text.'],
    ['falsepositives: {a: b}\n', 'falsepositives is text, or a list of texts.'],
    ['id: abc\n', 'id is not a GUID.'],
    ['date: 2026/1/1\n', 'date is a day as YYYY-MM-DD.'],
    ['taxonomy: ecs\n', 'taxonomy is sigma, not "ecs".'],
    ['author: ""\n', 'author is empty.'],
    [`license: ${'x'.repeat(257)}\n`, 'license has at most 256 characters.'],
    [`status: ${'x'.repeat(100)}\n`, 'status is one of stable, test, experimental, deprecated, unsupported.'],
    ['keytrail: on\n', 'keytrail is a map: write it as in keytrail: {repeat: 2h}.'],
    ['keytrail: {repeat: 1y}\n', 'A span of time is a number and s, m, h or d: 15m.'],
  ])('of %j', (member, message) => {
    expect(messagesOf(rule + member)).toEqual([message])
  })

  test.each([
    ['no logsource', '', 'logsource is missing: write it as in logsource: {product: keytrail}.'],
    ['no product', 'logsource: {}\n', 'product is missing: write it as in product: keytrail.'],
    ['another product', 'logsource: {product: windows}\n', 'product is one of keytrail, bitwarden, not "windows".'],
    ['a product alone', 'logsource: keytrail\n', 'logsource is a map: write it as in logsource: {product: keytrail}.'],
  ])('of %s', (_, logsource, message) => {
    expect(messagesOf(rule.replace('logsource: {product: keytrail}\n', logsource))).toEqual([message])
  })

  test('of a detection without a condition', () => {
    expect(messagesOf(rule.replace('  condition: sel\n', ''))).toEqual([
      'condition is missing: name the selections that are to match, as in condition: selection.',
    ])
  })
})

describe('what is wrong with a correlation is said', () => {
  const types = 'event_count, value_count, temporal, temporal_ordered, x-abnormal-rate, x-risk, x-absence'

  test.each([
    [`type: temporal-ordered, ${base}`, `type is one of ${types}, not "temporal-ordered". Is temporal_ordered meant?`],
    [base, 'type is missing: write it as in type: event_count.'],
    [`type: temporal, ${base}, group-by: userId`, 'group-by is a list: write group-by: [userId].'],
    ['type: temporal, rules: [], timespan: 1h', 'rules is empty.'],
    [`type: event_count, ${base}`, 'condition is missing: write it as in condition: {gte: 10}.'],
    [`type: event_count, ${base}, condition: 5`, 'condition is a map: write it as in condition: {gte: 10}.'],
    [`type: event_count, ${base}, condition: {gte: ten}`, 'gte is a number, not "ten".'],
    [`type: event_count, ${base}, condition: {gte: 1.5}`, 'gte is a whole number, not 1.5.'],
    [`type: event_count, ${base}, condition: {gte: 1000001}`, 'gte is 1000000 at most, not 1000001.'],
    [`type: x-abnormal-rate, ${base}, condition: {minimum: 0}`, 'minimum is 1 at least, not 0.'],
    [`type: temporal, ${base}, aliases: {who: userId}`, 'who is a map of names and values, not "userId".'],
  ])('of %s', (members, message) => {
    expect(messagesOf(correlating(members))).toEqual([message])
  })

  test('of one that is no map', () => {
    expect(messagesOf('title: C\ncorrelation: many\n')).toEqual([
      'correlation is a map of names and values, not "many".',
    ])
  })
})

describe('what is wrong with a regular expression is said', () => {
  const lookAround = 'Look-around is not supported: test what must not be there in a selection of its own, with not.'

  test.each([
    ['(?<!x)dave', lookAround],
    ['dave(?=x)', lookAround],
    [String.raw`(a)\1`, 'References back to a group are not supported.'],
    ['(?>a)', 'Atomic groups are not supported, and not needed: write (?:…).'],
    ['a++', 'Possessive repetitions are not supported, and not needed: write one sign.'],
    ['(a', 'RE2, which reads regular expressions here, says: missing closing ): `(a`.'],
  ])('of %s', (expression, message) => {
    expect(messagesOf(selecting(`{itemName|re: '${expression}'}`))).toEqual([message])
  })
})

test('a country is a code: the message says so', () => {
  expect(messagesOf(selecting('{country: Germany}'))).toEqual([
    'country is never "Germany": it is a country code of two capital letters (ISO 3166-1), such as DE, GB or US.',
  ])
})
