// Where keytrail-agent begins. An older Node loads this file, which says so; so nothing is imported here that it does not have, and in
// the bundle, which is one file, no module imports at its top what an older Node lacks (node:sqlite).
import { setFlagsFromString } from 'node:v8'
import { tooOld } from './node-needed.ts'

const words = tooOld(process.versions.node)
if (words === undefined) {
  // A long history makes much garbage fast, and Node would rather take memory than time: 260 MB for a million events, with these 130 MB.
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--optimize-for-size')
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2), process.env)
} else {
  process.stderr.write(`${words}\n`)
  process.exitCode = 2
}
