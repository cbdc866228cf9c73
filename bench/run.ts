// Prints what things cost, as ratios of two things measured in one run, with the machine and the commit.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { benchAlerts } from './alerts.ts'
import { benchDirectory } from './directory.ts'
import { benchBodies } from './ingest/bodies.ts'
import { benchCollect } from './ingest/collect.ts'
import { benchDomain } from './ingest/decide.ts'
import { benchLatency } from './latency.ts'
import { benchLearning } from './learning.ts'
import { benchAppends } from './log/appends.ts'
import { benchExport } from './log/export.ts'
import { benchLists } from './log/lists.ts'
import { benchPeople } from './people.ts'

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, commit ${commit}\n`)
const benches = [
  benchDomain,
  benchBodies,
  benchCollect,
  benchAlerts,
  () => benchLearning(),
  benchLists,
  benchPeople,
  benchExport,
  benchDirectory,
  benchAppends,
  benchLatency,
]
for (const bench of benches) {
  for (const { what, against, ratio, note } of await bench()) {
    if (!Number.isFinite(ratio)) throw new Error(`nothing was measured: ${what}`)
    console.log(`${ratio.toFixed(2).padStart(6)} × ${against}: ${what}${note === undefined ? '' : ` (${note})`}`)
  }
}
