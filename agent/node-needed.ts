// Which Node the agent runs on. Loads nothing, so that an older one can say so.

/** The first Node that has node:sqlite without a flag. */
export const nodeNeeded = '22.13.0'

/** What to say of a Node, by its version; undefined if it will do. */
export function tooOld(version: string): string | undefined {
  const [major, minor] = version.split('.').map(Number)
  const [majorMin, minorMin] = nodeNeeded.split('.').map(Number)
  if (Number(major) > Number(majorMin) || (major === majorMin && Number(minor) >= Number(minorMin))) return undefined
  return `This is Node ${version}; keytrail-agent needs Node ${nodeNeeded} or later.`
}
