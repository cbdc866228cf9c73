// What a rule may cost, through the routes that take one and the queue that evaluates it: refused in words, and never in one go.
import { expect, test } from 'vitest'
import { readCharsMax, readCustomRule, rulesOf } from '../../../src/application/alerts/organization-rules.ts'
import { building } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { rulesOn } from '../../../src/domain/alerts/rules-in-force.ts'
import { customRulesStepsMax, textStepsMax } from '../../../src/domain/alerts/sigma/problems.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { finished } from '../../../src/domain/steps.ts'
import { alertRuleRoutes, viewing } from '../../support/alerts/alert-rules.ts'
import { began } from '../../support/alerts/alerts.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { acme, alice, event, guid } from '../../support/events.ts'
import { countedTurns } from '../../support/turns.ts'

const by = { token: 'alice' }
const id = guid(9, 'e')
const lines = (count: number, line: (index: number) => string) =>
  `\n${Array.from({ length: count }, (_, index) => `    - ${line(index)}`).join('\n')}`

test.each([
  ['nested repetitions', lines(50, () => `userId|re: '((${'a*'.repeat(100)}){31}){31}'`), 'expression-too-large'],
  ['the same with bounds', lines(50, () => `userId|re: '(((a{1,9}){1,9}){2,9}){3}x{100}'`), 'bad-expression'],
  ['large expressions on names', lines(50, () => `actingUserName|re: '[ab]*a[ab]{90}[cd]'`), 'too-costly'],
  ['many wildcards', lines(600, (index) => `collectionName: '*a${index}*b*'`), 'too-costly'],
  ['single characters', lines(100, (index) => `groupName: '*?${index}?${'?'.repeat(100)}*'`), 'too-costly'],
])('a text of %s is refused by each route, at one line', async (_, selection, reason) => {
  const { create, replace, preview } = await alertRuleRoutes()
  const text = `${selecting(selection)}id: ${id}\n`
  const created = await create(text, by)
  await create(viewing(id), by)
  for (const response of [created, await replace(id, text, by), await preview({ text }, by)]) {
    expect(response).toMatchObject({ status: 400, json: { problems: [{ reason, line: expect.any(Number) }] } })
    expect(response.json).toMatchObject({ problems: { length: 1 }, errors: { text: { length: 1 } } })
  }
})

test('450 wildcards of one field are one line, and fit', async () => {
  const { create } = await alertRuleRoutes()
  const words = Array.from({ length: 450 }, (_, index) => `'*w${index}*'`).join(', ')
  expect((await create(selecting(`{actingUserName: [${words}]}`), by)).status).toBe(201)
})

const dear = (number: number) =>
  `${selecting(`{actingUserName|re: '${'.'.repeat(96)}x${number % 10}'}`).replace('title: T', `title: R${number}`)}id: ${guid(number, 'e')}\n`

test('the custom rules of an organization share a limit of steps: beyond it, a 409 with a message', async () => {
  const { create, replace, remove, ports } = await alertRuleRoutes()
  const read = readCustomRule(dear(100), { builtIn: false })
  if (read.kind !== 'rule') throw new Error('refused')
  expect(read.rule.steps).toBeLessThanOrEqual(textStepsMax)
  const most = Math.floor(customRulesStepsMax / read.rule.steps)
  for (let number = 0; number < most; number++) expect((await create(dear(100 + number), by)).status).toBe(201)
  expect(await create(dear(99), by)).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining('together') },
  })
  await create(viewing(id), by)
  expect((await replace(id, dear(9), by)).status).toBe(409)
  // One in its own place counts once; and what is gone counts no more.
  expect((await replace(guid(100, 'e'), dear(100), by)).status).toBe(200)
  expect((await remove(guid(101, 'e'), by)).status).toBe(204)
  expect((await replace(id, dear(9), by)).status).toBe(200)
  expect((await ports.configurations.configurationOf(acme)).rules).toHaveLength(most)
})

const failures = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const date = new Date(began - 3_600_000 + index * 1_000).toISOString()
    return event({ type: 1005, cipherId: undefined, date })
  })

test.each([100, 1_500])(
  'a preview of %i events lets others have their turn as often as its clock says',
  async (count) => {
    const { preview, ports } = await alertRuleRoutes()
    await ports.store.append(failures(count))
    const text = selecting('{type: 1005}')
    const whole = await preview({ text }, by)
    const counted = countedTurns(10)
    Object.assign(ports, { turns: counted.turns })
    const sliced = await preview({ text }, by)
    expect(sliced).toEqual(whole)
    expect(sliced.json).toMatchObject({ events: count })
    // Each event is a step twice: once as it is made ready, once as rules are asked. A pause comes every tenth look.
    expect(counted.pauses()).toBeGreaterThanOrEqual(count / 10)
    expect(counted.longest()).toBeLessThanOrEqual(12)
  },
)

test('an evaluation lets others have their turn, and raises what it raises at once', async () => {
  const builtInRules = [`${selecting('{type: 1005}')}id: ${guid(1, 'e')}\n`, ...[2, 3, 4].map(dear)]
  const raised = async (turns?: ReturnType<typeof countedTurns>['turns']) => {
    const world = evaluationWorld(builtInRules, began, { turns })
    await world.arrive(failures(300))
    await world.runUntil(began + 180_000)
    return (await world.alerts()).map(({ record }) => record)
  }
  const counted = countedTurns(10)
  const sliced = await raised(counted.turns)
  expect(sliced).toEqual(await raised())
  expect(sliced?.length).toBeGreaterThan(0)
  // Each event is a step, and each dear rule that it is asked is one more: rules that match the same are asked once.
  expect(counted.pauses()).toBeGreaterThanOrEqual((300 * (1 + 3)) / 10)
  expect(counted.longest()).toBeLessThanOrEqual(12)
})

const own = (number: number, text: string) => ({
  id: guid(number, 'e'),
  text,
  savedAt: instantAt(began),
  savedBy: alice,
})

test('a change of the rules reads, and makes ready, only what changed', async () => {
  const { ports } = await alertRuleRoutes()
  const make = (rules: readonly ReturnType<typeof own>[]) =>
    ports.configurations.change(acme, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, rules },
    }))
  const ready = async () => {
    const configuration = await ports.configurations.configurationOf(acme)
    const rules = await rulesOf(ports.builtInRules, configuration)
    return { rules, engine: finished(building(rulesOn(rules, configuration).map(({ set }) => set))) }
  }
  await make([1, 2, 3].map((number) => own(number, viewing(guid(number, 'e'), 1100 + number))))
  const before = await ready()
  // Read anew from storage, a configuration has other objects with the same texts.
  await make([1, 2, 4].map((number) => own(number, viewing(guid(number, 'e'), 1100 + number))))
  const after = await ready()
  for (const number of [1, 2]) {
    const isIt = ({ id }: { id: string }) => id === guid(number, 'e')
    expect(after.rules.find(isIt)).toBe(before.rules.find(isIt))
    expect(after.engine.correlations.get(guid(number, 'e'))).toBe(before.engine.correlations.get(guid(number, 'e')))
  }
  const changed = guid(1, 'e')
  await make(
    [1, 2, 4].map((number) => own(number, viewing(guid(number, 'e'), 1110 + (number === 1 ? 0 : number - 10)))),
  )
  const last = await ready()
  expect(last.rules.find(({ id }) => id === changed)).not.toBe(after.rules.find(({ id }) => id === changed))
  expect(last.rules.find(({ id }) => id === guid(2, 'e'))).toBe(after.rules.find(({ id }) => id === guid(2, 'e')))
})

test('what was read is cached within bounds; the oldest goes first', () => {
  const filled = (number: number) => `${viewing(guid(number, 'e'))}# ${'x'.repeat(60_000)}`
  const read = (number: number) => readCustomRule(filled(number), { builtIn: false, id: guid(number, 'e') })
  const first = read(1)
  expect(read(1)).toBe(first)
  const many = Math.ceil(readCharsMax / 60_000)
  for (let number = 2; number <= many + 1; number++) read(number)
  expect(read(1)).not.toBe(first)
  expect(read(many + 1)).toBe(read(many + 1))
})
