// `npm run soak`: two instances of the built app in a rough world, 10,000 events, and what became of them. Exit code 1 when anything is wrong.
import { parseArgs } from 'node:util'
import { startAzurite } from '../local/azurite.ts'
import { progressOn } from '../local/demo/progress.ts'
import { largePlan, smallPlan } from '../test/support/soak/plan.ts'
import { type SoakResult, soak } from '../test/support/soak/soak.ts'

const usage = 'npm run soak -- [--seed <number>] [--small]'

function printed({ counts, checks }: SoakResult): string {
  const rows = checks.map(
    ({ what, of, wrong }) => `| ${what} | ${wrong.toLocaleString('en')} | ${of === 0 ? '' : of.toLocaleString('en')} |`,
  )
  const happened = [
    `${counts.events.toLocaleString('en')} events`,
    `${counts.kills} kills, ${counts.freezes} freezes, ${counts.clocksSet} clocks set wrong`,
    `${counts.requestsFailed.toLocaleString('en')} storage requests failed, ${counts.responsesLost.toLocaleString('en')} responses lost`,
    `${counts.uploadsRepeated} uploads repeated, ${counts.followersRestarted} followers restarted`,
  ]
  return [happened.join('; '), '', '| check | wrong | of |', '|---|---|---|', ...rows].join('\n')
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, small: { type: 'boolean', default: false } } })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  if (!Number.isSafeInteger(seed)) {
    console.error(usage)
    return 2
  }
  const plan = { ...(values.small ? smallPlan : largePlan), seed }
  const progress = progressOn(process.stdout, `soak, seed ${seed}`)
  const azurite = await startAzurite()
  try {
    const result = await soak(azurite.connectionString, plan, (doing, done, total) =>
      progress.show(doing, done, total, doing === 'reported' ? 'events' : 'parts'),
    )
    const wrong = result.checks.filter((check) => check.wrong > 0)
    progress.end(wrong.length === 0 ? 'all is well' : `${wrong.length} checks failed`)
    console.log(printed(result))
    if (wrong.length > 0) console.log(`\nthe last of the log:\n${result.log.join('\n')}`)
    return wrong.length === 0 ? 0 : 1
  } finally {
    await azurite.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exit(await main())
