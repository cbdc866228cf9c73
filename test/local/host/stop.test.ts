// A stop lets what runs finish, takes nothing new, and frees the port.
import { expect, test } from 'vitest'
import { createRunning } from '../../../local/host/app/running.ts'
import { eventually, queueSettings, startFixture } from './fixture.ts'

test('completes the request under way and refuses the next, even with triggers that could not start', async () => {
  const fixture = await startFixture(queueSettings('no connection string'))
  const underWay = fetch(`${fixture.host.url}/api/hold`)
  await eventually(() => expect(fixture.entries).toContainEqual(expect.objectContaining({ message: 'holding' })))

  let isStopped = false
  const stopped = fixture.host.stop().then(() => {
    isStopped = true
  })
  const again = fixture.host.stop()
  await expect(fetch(`${fixture.host.url}/api/echo`)).rejects.toThrow()
  expect(isStopped).toBe(false)

  process.env.FIXTURE_RELEASE = 'yes'
  expect(await (await underWay).text()).toBe('released')
  await Promise.all([stopped, again])
  await fixture.close()
  const badTriggers = fixture.entries.filter(
    ({ level, message }) => level === 'error' && /connection string/i.test(message),
  )
  expect(badTriggers.map(({ category }) => category)).toEqual(['Function.bytes', 'Function.poisoned', 'Function.text'])
})

test('waits no longer than its limit for work that does not end', async () => {
  const running = createRunning()
  running.track(new Promise(() => {}))
  expect(await running.drained(1)).toBe(false)
})

test('waits for work that begins while it waits', async () => {
  const running = createRunning()
  const ends: (() => void)[] = []
  const begin = () => running.track(new Promise<void>((resolve) => ends.push(resolve)))
  begin().then(begin)
  const drained = running.drained(30_000)
  ends[0]?.()
  await eventually(() => expect(ends).toHaveLength(2))
  ends[1]?.()
  expect(await drained).toBe(true)
})
