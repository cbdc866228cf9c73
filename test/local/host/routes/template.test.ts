// Route templates and their constraints.
import { describe, expect, test } from 'vitest'
import { parseRouteTemplate } from '../../../../local/host/routes/template.ts'

function match(template: string, path: string) {
  const parsed = parseRouteTemplate(template)
  if (parsed.kind === 'invalid') throw new Error(parsed.reason)
  return parsed.template.match(path)
}

describe('a path fits', () => {
  test.each([
    ['', '/', {}],
    ['api/events', '/API/Events', {}],
    ['api/events', '/api/events/', {}],
    ['a/{id}', '/a/x%20y', { id: 'x y' }],
    ['a/{id}', '/a/x%2Fy%2fz', { id: 'x%2Fy%2fz' }],
    ['a/{id}', '/a/100%', { id: '100%' }],
    ['a/{id?}', '/a', {}],
    ['a/{id?}', '/a/1', { id: '1' }],
    ['a/{id:int=7}', '/a', { id: '7' }],
    ['a/{id:int?}', '/a', {}],
    ['{x}/{y?}', '/1', { x: '1' }],
    ['{*rest}', '/', {}],
    ['{root:maxlength(0)?}', '/', {}],
    ['{*rest}', '/a/b/', { rest: 'a/b/' }],
    ['a/{**rest}', '/a/b%20c/d', { rest: 'b c/d' }],
    ['v{version:int}/list', '/V2/list', { version: '2' }],
    ['files/{name}.{kind:alpha}', '/files/a.b.csv', { name: 'a.b', kind: 'csv' }],
    ['a.c', '/A.C', {}],
    ['a/{*rest}', '/a/b//c/', { rest: 'b//c/' }],
    ['a/{*rest}', '/a/b//', { rest: 'b//' }],
  ])('%j: %s', (template, path, params) => {
    expect(match(template, path)).toEqual(params)
  })
})

describe('a path does not fit', () => {
  test.each([
    ['api/events', '/api'],
    ['api/events', '/api/events/1'],
    ['api/events', '/api//events'],
    ['', '//'],
    ['', '///'],
    ['api', '//api'],
    ['api', '/api//'],
    ['{x?}', '//'],
    ['a/{x?}', '/a//'],
    ['a/{x=1}', '/a//'],
    ['a/{*rest}', '/a//'],
    ['a/{*rest}', '/a//b'],
    ['{*rest}', '//'],
    ['a/{id}', '/a'],
    ['a/{id}', '/a//'],
    ['a/{id?}', '/a/1/2'],
    ['a/{id:int?}', '/a/x'],
    ['a.c', '/abc'],
  ])('%j: %s', (template, path) => {
    expect(match(template, path)).toBeUndefined()
  })
})

test.each([
  [
    'guid',
    [
      '{0b7c4d3e-9f10-4112-8334-455667788990}',
      '0B7C4D3E9F1041128334455667788990',
      '0b7c4d3e-9f10-4112-8334-455667788990',
      '(0B7C4D3E-9F10-4112-8334-455667788990)',
      '  0b7c4d3e-9f10-4112-8334-455667788990\t',
      '\u00a00B7C4D3E9F1041128334455667788990\u0085',
      '{0x0b7c4d3e,0x9f10,0x4112,{0x83,0x34,0x45,0x56,0x67,0x78,0x89,0x90}}',
      ' { 0XB7C4D3E, 0x9f10, 0x4112, { 0x083,0x34,0x45,0x56,0x67,0x78,0x89,0x9 } } ',
      // Leftovers of .NET's number parser.
      '+b7c4d3e-0x10-+112-8334-455667788990',
      '{0x+1,0x0x2,0x3,{0x0x,0x1,0x2,0x3,0x4,0x5,0x6,0x7}}',
    ],
    [
      '0b7c4d3e',
      'x'.repeat(32),
      '{0B7C4D3E9F1041128334455667788990}',
      '(0b7c4d3e-9f10-4112-8334-455667788990}',
      '( 0b7c4d3e-9f10-4112-8334-455667788990)',
      '\ufeff0b7c4d3e-9f10-4112-8334-455667788990',
      '0b7c4d3e-9f10-4112-8334-4556+7788990',
      '+b7c4d3e9f1041128334455667788990',
      ' ',
      '',
      '{0x0b7c4d3e,0x9f10,0x4112,{0x183,0x34,0x45,0x56,0x67,0x78,0x89,0x90}}',
      '{0x0b7c4d3e,0x9f10,0x4112,{0x83,0x34,0x45,0x56,0x67,0x78,0x89}}',
    ],
  ],
  ['int', ['-1', '2147483647'], ['2147483648', '1.5', 'x']],
  ['long', ['2147483648', '-9223372036854775808'], ['9223372036854775808']],
  ['bool', ['true', 'FALSE'], ['1', 'yes']],
  ['alpha', ['aZ'], ['a1']],
  ['length(2)', ['ab'], ['a', 'abc']],
  ['length(2,3)', ['ab', 'abc'], ['a', 'abcd']],
  ['minlength(2)', ['ab'], ['a']],
  ['maxlength(2)', ['ab'], ['abc']],
  ['min(5)', ['5'], ['4', 'x']],
  ['max(5)', ['5', '-9'], ['6']],
  ['range(1,5)', ['1', '5'], ['0', '6']],
  ['int:min(1)', ['1'], ['0', 'x']],
])('the constraint %s takes %j and not %j', (constraint, good, bad) => {
  const fits = (value: string) => match(`{x:${constraint}}`, `/${encodeURIComponent(value)}`) !== undefined
  expect(good.filter(fits)).toEqual(good)
  expect(bad.filter(fits)).toEqual([])
})

test.each([
  'a/{}',
  'a/{b',
  'a//b',
  '{*rest}/a',
  '{a?}b',
  'x{*rest}',
  '{id:regex(^a$)}',
  '{id:int(3)}',
  '{a b:unknown}',
])('the template %j is invalid', (template) => {
  expect(parseRouteTemplate(template).kind).toBe('invalid')
})
