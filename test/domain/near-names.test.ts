// Names that a mistyped one may mean.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparableName, nearNames } from '../../src/domain/near-names.ts'
import { anyText } from '../support/any-text.ts'

const names = ['Alice Adams', 'alice@demo.test', 'Bob Brown', 'Cloud root', 'Zoë', 'Al']

describe('near names', () => {
  test.each([
    ['alcie', ['Alice Adams', 'alice@demo.test']],
    ['ALICE ADAM', ['Alice Adams']],
    ['adms', ['Alice Adams']],
    ['rot', ['Cloud root']],
    ['clo', ['Cloud root']],
    ['zoe', ['Zoë']],
    ['Cloud rout', ['Cloud root']],
    ['quarterly', []],
    ['', []],
  ])('of "%s" are %j', (name, near) => {
    expect(nearNames(name, names)).toEqual(near)
  })

  test('are three at most, the nearest first, each once', () => {
    const many = ['roof', 'root', 'root', 'boot', 'foot', 'roots']
    expect(nearNames('root', many)).toEqual(['root', 'roots', 'roof'])
  })

  test('ignore differences of case, width and composition', () => {
    expect(comparableName(' ＡＬＩＣＥ ')).toBe('alice')
    expect(comparableName('Zoe\u0308')).toBe(comparableName('zoë'))
  })

  test('are found in any texts', () => {
    fc.assert(
      fc.property(anyText(), fc.array(anyText()), (name, all) => {
        const near = nearNames(name, all)
        expect(near.length).toBeLessThanOrEqual(3)
        expect(near.every((each) => all.includes(each))).toBe(true)
      }),
    )
  })
})
