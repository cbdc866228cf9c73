import { expect, test } from 'vitest'
import { readArguments } from '../../../agent/settings/arguments.ts'

test.each([
  [[], { mode: 'follow' }],
  [['--once', '--config', 'a.env'], { mode: 'once', config: 'a.env' }],
  [['--dry-run'], { mode: 'dry-run' }],
  [['--check'], { mode: 'check' }],
  [['--help'], { mode: 'help' }],
  [['--item-names', '-', '--organization', 'x'], { mode: 'item-names', itemNames: '-', organization: 'x' }],
])('%j is read', (args, read) => expect(readArguments(args)).toMatchObject(read))

test.each([
  [['--once', '--dry-run'], '--once and --dry-run do not go together'],
  [['--organization', 'x'], '--organization goes with --item-names'],
  [['--onec'], "Unknown option '--onec'"],
  [['--config'], 'argument missing'],
  [['once'], "Unexpected argument 'once'"],
])('%j is refused with the usage', (args, words) => {
  expect(() => readArguments(args)).toThrow(words)
  expect(() => readArguments(args)).toThrow('--item-names FILE')
})
