// The end of a start that npm began: npm may be gone without a word.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

/** Ends by itself in the end, so that a failed test leaves nothing behind. */
const waiting = `
  import { interruption } from ${JSON.stringify(import.meta.resolve('../../../local/start/interruption.ts'))}
  const leaving = setTimeout(() => {}, 300_000)
  interruption().addEventListener('abort', () => {
    clearTimeout(leaving)
    console.log('ends')
  })
  console.log('runs')`

test('a start below npm ends in order once npm has been ended, which takes its shell along', async () => {
  const run = [process.execPath, '--input-type=module', '--eval', waiting]
  const shell = spawn('sh', ['-c', '"$@"; true', 'sh', ...run], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  while (!said.includes('runs')) await once(shell.stdout, 'data')

  shell.kill('SIGTERM')
  await once(shell, 'close')

  expect(shell.signalCode).toBe('SIGTERM')
  expect(said).toBe('runs\nends\n')
})
